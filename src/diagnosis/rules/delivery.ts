import { at, type KubernetesObject, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, conditionOf, fieldEvidence, type Finding } from "../build-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("delivery", [
  [
    "api-version-removed",
    "Manifest uses an API that is gone",
    'the delivery tool says "no matches for kind … in version …"',
  ],
  [
    "manifest-invalid",
    "Manifest is refused by the API server",
    "the delivery tool says unknown field, immutable field, Invalid value",
  ],
  ["helm-release-failed", "Helm release failed", "the newest release Secret says failed, or HelmRelease Ready=False"],
  ["helm-release-pending", "Helm release hangs", "the newest release Secret says pending-… for ten minutes"],
  [
    "gitops-drift",
    "Cluster is not as Git says",
    "Argo CD Application OutOfSync, Flux Kustomization Ready=False",
    "propose",
    "warning",
  ],
]);

/** What an apply was refused for, in the words of the API server that delivery tools repeat. */
function classifyRefusal(message: string): "api-version-removed" | "manifest-invalid" | undefined {
  if (/no matches for kind "?[\w.]{1,100}"? in (?:group|version)|could not find the requested resource/i.test(message))
    return "api-version-removed";
  if (
    /unknown field|field is immutable|is invalid: |strict decoding error|error validating data|cannot be handled as a|Invalid value: /i.test(
      message,
    )
  )
    return "manifest-invalid";
  return undefined;
}

function explainSync(
  model: ScopeModel,
  object: KubernetesObject,
  message: string,
  fallback: string,
  says: string,
  evidence: readonly Finding[],
): Cause {
  const refusal = classifyRefusal(message);
  return buildCause(model, {
    causeId: refusal ?? fallback,
    object,
    pods: [],
    summary: `${object.kind} ${object.metadata.name} ${says}${message === "" ? "" : `: ${message}`}`,
    evidence,
    ...(refusal === undefined && fallback === "gitops-drift" ? { severity: "warning" as const } : {}),
  });
}

/** @see https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/ */
function explainApplication(model: ScopeModel, application: KubernetesObject): Cause[] {
  const failed = ["Failed", "Error"].includes(textAt(application, "status", "operationState", "phase") ?? "");
  const message = failed ? (textAt(application, "status", "operationState", "message") ?? "") : "";
  const sync = textAt(application, "status", "sync", "status");
  if (sync !== "OutOfSync" && !failed) return [];
  const evidence = [
    fieldEvidence(application, "status.sync.status", sync ?? "unknown"),
    ...(failed ? [fieldEvidence(application, "status.operationState.message", message)] : []),
  ];
  return [
    explainSync(
      model,
      application,
      message,
      "gitops-drift",
      failed ? "could not be synced" : "is not as Git says",
      evidence,
    ),
  ];
}

/** @see https://fluxcd.io/flux/components/ */
function explainFlux(model: ScopeModel, object: KubernetesObject, fallback: string): Cause[] {
  const ready = conditionOf(object, "Ready");
  if (ready?.status !== "False" || ["Progressing", "DependencyNotReady"].includes(ready.reason)) return [];
  if (at(object, "spec", "suspend") === true) return [];
  return [
    explainSync(model, object, ready.message, fallback, "could not be applied", conditionEvidence(object, "Ready")),
  ];
}

const ofHelm = (secret: KubernetesObject) => textAt(secret, "type") === "helm.sh/release.v1";

/** Helm keeps each revision of a release in a Secret whose labels say its name, revision and state. */
function explainReleases(model: ScopeModel): Cause[] {
  const newest = new Map<string, KubernetesObject>();
  const version = ({ metadata }: KubernetesObject) => Number(metadata.labels?.["version"] ?? 0) || 0;
  for (const secret of model.list("Secret").filter(ofHelm)) {
    const key = `${secret.metadata.namespace ?? ""}/${secret.metadata.labels?.["name"] ?? secret.metadata.name}`;
    const known = newest.get(key);
    if (!known || version(secret) > version(known)) newest.set(key, secret);
  }
  return [...newest.values()].flatMap((secret) => {
    const state = secret.metadata.labels?.["status"] ?? "";
    const release = secret.metadata.labels?.["name"] ?? secret.metadata.name;
    const pending = state.startsWith("pending-") && model.ageOf(secret) > 10 * 60_000;
    if (state !== "failed" && !pending) return [];
    return [
      buildCause(model, {
        causeId: pending ? "helm-release-pending" : "helm-release-failed",
        object: secret,
        pods: [],
        summary: pending
          ? `Helm release ${release} hangs in ${state} at revision ${version(secret)}: nothing can be upgraded until it is rolled back`
          : `Helm release ${release} failed at revision ${version(secret)}`,
        evidence: [fieldEvidence(secret, "metadata.labels.status", state)],
        since: secret.metadata.creationTimestamp ?? undefined,
      }),
    ];
  });
}

/** What tools of delivery say that they could not bring into the cluster. */
export const deliveryFamily: RuleFamily = {
  rules,
  evaluate: (model) => [
    ...explainReleases(model),
    ...model
      .list("Application")
      .filter(({ apiVersion }) => apiVersion.startsWith("argoproj.io/"))
      .flatMap((application) => explainApplication(model, application)),
    ...model
      .list("Kustomization")
      .filter(({ apiVersion }) => apiVersion.startsWith("kustomize.toolkit.fluxcd.io/"))
      .flatMap((object) => explainFlux(model, object, "gitops-drift")),
    ...model
      .list("HelmRelease")
      .filter(({ apiVersion }) => apiVersion.startsWith("helm.toolkit.fluxcd.io/"))
      .flatMap((object) => explainFlux(model, object, "helm-release-failed")),
  ],
};
