import { gatewayAudience } from "../domain/accounts.js";
import { RunId } from "../domain/ids.js";
import { type KubernetesObject, textAt } from "../domain/kubernetes-object.js";
import { labels, managedBy } from "../domain/labels.js";
import type { TokenFinding } from "./ports.js";

export interface Caller {
  run: RunId;
  kind: "investigation" | "execution";
  tenant: string;
  pod: string;
}

export type CallerDecision =
  | { kind: "known"; caller: Caller }
  | {
      kind: "refused";
      reason:
        | "token-invalid"
        | "wrong-audience"
        | "not-a-pod"
        | "wrong-namespace"
        | "pod-gone"
        | "not-a-run"
        | "pod-ended";
    };

/** Which namespace a service account's name says it lives in. */
export function accountNamespace(username: string): string | undefined {
  return /^system:serviceaccount:([^:]+):[^:]+$/.exec(username)?.[1];
}

/**
 * Who calls: the run on the label of the very pod that the token is bound to. Nothing that the caller says counts.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/
 */
export function decideCaller(input: {
  token: TokenFinding;
  pod: KubernetesObject | null;
  namespaces: { agents: string; executors: string };
}): CallerDecision {
  const { token, pod, namespaces } = input;
  if (!token.authenticated) return { kind: "refused", reason: "token-invalid" };
  if (!token.audiences.includes(gatewayAudience)) return { kind: "refused", reason: "wrong-audience" };
  if (token.podName === undefined || token.podUid === undefined) return { kind: "refused", reason: "not-a-pod" };
  const namespace = accountNamespace(token.username);
  const kind =
    namespace === namespaces.agents ? "investigation" : namespace === namespaces.executors ? "execution" : null;
  if (kind === null) return { kind: "refused", reason: "wrong-namespace" };
  if (
    !pod ||
    pod.metadata.uid !== token.podUid ||
    pod.metadata.name !== token.podName ||
    pod.metadata.namespace !== namespace
  ) {
    return { kind: "refused", reason: "pod-gone" };
  }
  const phase = textAt(pod, "status", "phase");
  if (phase === "Succeeded" || phase === "Failed") return { kind: "refused", reason: "pod-ended" };
  const marks = pod.metadata.labels ?? {};
  const run = RunId.safeParse(marks[labels.run]);
  if (!run.success || marks[labels.managedBy] !== managedBy || marks[labels.kind] !== kind) {
    return { kind: "refused", reason: "not-a-run" };
  }
  return { kind: "known", caller: { run: run.data, kind, tenant: marks[labels.tenant] ?? "", pod: pod.metadata.name } };
}
