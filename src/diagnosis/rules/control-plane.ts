import { type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, conditionOf, fieldEvidence } from "../build-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, type ScopeModel } from "../scope-model.js";

const rules = describeRules("control-plane", [
  ["apiservice-unavailable", "An aggregated API is down", "APIService condition Available=False", "propose"],
  ["csr-denied", "Certificate request denied", "CertificateSigningRequest condition Denied", "advise", "warning"],
  [
    "csr-pending",
    "Certificate request waits",
    "CertificateSigningRequest without a condition for five minutes",
    "advise",
    "warning",
  ],
  [
    "version-skew",
    "Kubelet too far from the API server",
    "status.nodeInfo.kubeletVersion more than three minor versions older, or newer",
    "advise",
    "warning",
  ],
]);

function explainApi(model: ScopeModel, api: KubernetesObject): Cause[] {
  const available = conditionOf(api, "Available");
  if (available?.status !== "False") return [];
  const service = textAt(api, "spec", "service", "name");
  const namespace = textAt(api, "spec", "service", "namespace");
  const group = textAt(api, "spec", "group") ?? api.metadata.name;
  const scaled = group.endsWith("metrics.k8s.io")
    ? model.list("HorizontalPodAutoscaler").map((scaler) => ({
        object: refOf(scaler),
        summary: `HorizontalPodAutoscaler ${scaler.metadata.name} gets no metrics`,
      }))
    : [];
  return [
    buildCause(model, {
      causeId: "apiservice-unavailable",
      object: api,
      pods: [],
      summary: `The API ${group} is not available: ${available.reason} ${available.message}`.trim(),
      evidence: conditionEvidence(api, "Available"),
      since: available.since,
      effects: scaled,
      ...(service && namespace ? { dependsOn: { kind: "Service", namespace, name: service } } : {}),
    }),
  ];
}

function explainRequest(model: ScopeModel, request: KubernetesObject): Cause[] {
  const { name } = request.metadata;
  const signer = textAt(request, "spec", "signerName") ?? "";
  const by = textAt(request, "spec", "username") ?? "somebody";
  const evidence = [fieldEvidence(request, "spec.signerName", signer)];
  const denied = conditionOf(request, "Denied");
  if (denied?.status === "True")
    return [
      buildCause(model, {
        causeId: "csr-denied",
        object: request,
        pods: [],
        summary: `The certificate request ${name} of ${by} was denied: ${denied.message}`,
        evidence: [...conditionEvidence(request, "Denied"), ...evidence],
        severity: "warning",
        since: denied.since,
      }),
    ];
  if (listAt(request, "status", "conditions").length > 0 || model.ageOf(request) < 5 * 60_000) return [];
  return [
    buildCause(model, {
      causeId: "csr-pending",
      object: request,
      pods: [],
      summary: `The certificate request ${name} of ${by} waits for somebody to approve it (${signer})`,
      evidence: [...evidence, fieldEvidence(request, "status.conditions", "none")],
      severity: "warning",
      since: request.metadata.creationTimestamp ?? undefined,
    }),
  ];
}

function minorOf(version: string | undefined): number | undefined {
  const minor = /^v?1\.(\d{1,3})/.exec(version ?? "")?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** @see https://kubernetes.io/releases/version-skew-policy/#kubelet */
function skewed(model: ScopeModel): Cause[] {
  const version = model.snapshot.meta.cluster.version;
  const server = minorOf(version);
  if (server === undefined) return [];
  return model.list("Node").flatMap((node) => {
    const kubelet = textAt(node, "status", "nodeInfo", "kubeletVersion");
    const minor = minorOf(kubelet);
    if (kubelet === undefined || minor === undefined || (minor <= server && server - minor <= 3)) return [];
    return [
      buildCause(model, {
        causeId: "version-skew",
        object: node,
        pods: [],
        summary: `The kubelet of node ${node.metadata.name} is ${kubelet}, and the API server ${version ?? ""}: that is not supported`,
        evidence: [fieldEvidence(node, "status.nodeInfo.kubeletVersion", kubelet)],
        severity: "warning",
      }),
    ];
  });
}

/** What the API server itself relies on. */
export const controlPlaneFamily: RuleFamily = {
  rules,
  evaluate: (model) => [
    ...model.list("APIService").flatMap((api) => explainApi(model, api)),
    ...model.list("CertificateSigningRequest").flatMap((request) => explainRequest(model, request)),
    ...skewed(model),
  ],
};
