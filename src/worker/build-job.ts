import type { AgentRun } from "../domain/agent-run.js";
import { canonicalJson, sha256 } from "../domain/canonical-json.js";
import { runLabels } from "../domain/labels.js";
import { executorAccount, gatewayAudience, investigatorAccount } from "../domain/accounts.js";
import { type JobManifest, specDigestAnnotation } from "./job-state.js";

export interface JobSettings {
  image: string;
  gatewayUrl: string;
  approvalPublicKey: string;
  executorNamespace: string;
  logLevel: string;
}

const apiTokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const gatewayTokenPath = "/var/run/secrets/kubeclaw.dev/gateway";
const tokenSeconds = 600;

/**
 * The Job of a run. Named after it: a 409 on create means "already launched, follow that one".
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export function buildJob(run: AgentRun, settings: JobSettings): JobManifest {
  const name = run.metadata.name;
  const labels = runLabels(name, run.spec.kind, run.spec.tenant);
  const spec = {
    backoffLimit: 0, // the queue owns retries; Kubernetes must not add its own
    podReplacementPolicy: "Failed", // never two pods of one run
    podFailurePolicy: {
      rules: [{ action: "FailJob", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
    },
    activeDeadlineSeconds: run.spec.deadlineSeconds,
    ttlSecondsAfterFinished: 3_600,
    template: { metadata: { labels }, spec: podSpec(run, settings) },
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      namespace: run.metadata.namespace ?? "",
      labels,
      annotations: { [specDigestAnnotation]: sha256(canonicalJson(spec)) },
      ownerReferences: [
        {
          apiVersion: run.apiVersion,
          kind: run.kind,
          name,
          uid: run.metadata.uid ?? "",
          controller: true,
          blockOwnerDeletion: false,
        },
      ],
    },
    spec,
  };
}

function podSpec(run: AgentRun, settings: JobSettings): object {
  const execution = run.spec.kind === "execution";
  return {
    restartPolicy: "Never",
    serviceAccountName: execution ? executorAccount(run.metadata.name) : investigatorAccount(run.spec.tenant),
    automountServiceAccountToken: false, // the two tokens below are all that it gets
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 10,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65_532,
      runAsGroup: 65_532,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [
      {
        name: "run",
        image: settings.image,
        imagePullPolicy: "IfNotPresent",
        command: ["node", "/app/main/cli.js"],
        args: [execution ? "executor" : "agent"],
        env: [
          { name: "KUBECLAW_RUN", value: run.metadata.name },
          { name: "KUBECLAW_GATEWAY_URL", value: settings.gatewayUrl },
          { name: "KUBECLAW_GATEWAY_TOKEN_PATH", value: `${gatewayTokenPath}/token` },
          { name: "LOG_LEVEL", value: settings.logLevel },
          ...(execution
            ? [
                { name: "KUBECLAW_APPROVAL_PUBLIC_KEY", value: settings.approvalPublicKey },
                { name: "KUBECLAW_EXECUTOR_NAMESPACE", value: settings.executorNamespace },
              ]
            : []),
        ],
        resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [
          { name: "api-token", mountPath: apiTokenPath, readOnly: true },
          { name: "gateway-token", mountPath: gatewayTokenPath, readOnly: true },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      {
        name: "api-token",
        projected: {
          sources: [
            { serviceAccountToken: { path: "token", expirationSeconds: tokenSeconds } },
            { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
            { downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] } },
          ],
        },
      },
      {
        name: "gateway-token",
        projected: {
          sources: [
            { serviceAccountToken: { path: "token", audience: gatewayAudience, expirationSeconds: tokenSeconds } },
          ],
        },
      },
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
    ],
  };
}
