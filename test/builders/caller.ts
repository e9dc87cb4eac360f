import type { Caller } from "../../src/gateway/decide-caller.js";
import type { TokenFinding } from "../../src/gateway/index.js";
import { anObject } from "./kubernetes.js";
import { anExecutionId, aRunId } from "./request.js";

const namespaceOf = { investigation: "kubeclaw-agents", execution: "kubeclaw-executors" } as const;
const runOf = { investigation: aRunId, execution: anExecutionId } as const;
const podOf = (kind: Caller["kind"]) => `${runOf[kind]}-x7k2p`;

export function aCaller(kind: Caller["kind"] = "investigation"): Caller {
  return { run: runOf[kind], kind, tenant: "default", pod: podOf(kind) };
}

/** The pod of a run, running. */
export function aJobPod(
  kind: Caller["kind"] = "investigation",
  over: { labels?: object; phase?: string; uid?: string } = {},
) {
  const labels = {
    "app.kubernetes.io/managed-by": "kubeclaw",
    "kubeclaw.dev/run": runOf[kind],
    "kubeclaw.dev/kind": kind,
    "kubeclaw.dev/tenant": "default",
    ...over.labels,
  };
  return anObject(
    "v1",
    "Pod",
    { name: podOf(kind), namespace: namespaceOf[kind], uid: over.uid ?? `uid-${kind}`, labels },
    { status: { phase: over.phase ?? "Running" } },
  );
}

/** What the API server says of that pod's token. */
export function aTokenFinding(kind: Caller["kind"] = "investigation", over: Partial<TokenFinding> = {}): TokenFinding {
  return {
    authenticated: true,
    audiences: ["kubeclaw-gateway"],
    username: `system:serviceaccount:${namespaceOf[kind]}:kubeclaw-x`,
    podName: podOf(kind),
    podUid: `uid-${kind}`,
    error: undefined,
    ...over,
  };
}
