import { expect, it } from "@jest/globals";
import { decideCaller } from "../../../src/gateway/decide-caller.js";
import { aCaller, aJobPod, aTokenFinding } from "../../builders/caller.js";

type Input = Parameters<typeof decideCaller>[0];
const decide = (over: Partial<Input> = {}) =>
  decideCaller({
    token: aTokenFinding(),
    pod: aJobPod(),
    namespaces: { agents: "kubeclaw-agents", executors: "kubeclaw-executors" },
    ...over,
  });

it.each(["investigation", "execution"] as const)("knows the run of an %s by its pod's label", (kind) => {
  expect(decide({ token: aTokenFinding(kind), pod: aJobPod(kind) })).toEqual({ kind: "known", caller: aCaller(kind) });
});

const username = (name: string) => ({ token: aTokenFinding("investigation", { username: name }) });
const labels = (over: object) => ({ pod: aJobPod("investigation", { labels: over }) });

it.each<[string, string, Partial<Input>]>([
  ["token-invalid", "not authenticated", { token: aTokenFinding("investigation", { authenticated: false }) }],
  [
    "wrong-audience",
    "the API server's own audience",
    { token: aTokenFinding("investigation", { audiences: ["https://kubernetes.default.svc"] }) },
  ],
  ["wrong-audience", "no audience", { token: aTokenFinding("investigation", { audiences: [] }) }],
  ["not-a-pod", "bound to no pod", { token: aTokenFinding("investigation", { podName: undefined }) }],
  ["not-a-pod", "bound to a name alone", { token: aTokenFinding("investigation", { podUid: undefined }) }],
  ["wrong-namespace", "an account of another namespace", username("system:serviceaccount:shop:default")],
  ["wrong-namespace", "one of our own processes", username("system:serviceaccount:kubeclaw-system:worker")],
  ["wrong-namespace", "a person", username("ana")],
  ["wrong-namespace", "a name with too many parts", username("system:serviceaccount:kubeclaw-agents:a:b")],
  ["pod-gone", "no such pod", { pod: null }],
  ["pod-gone", "a pod of that name, made anew", { pod: aJobPod("investigation", { uid: "uid-new" }) }],
  ["pod-gone", "a pod of another namespace", { pod: aJobPod("execution", { uid: "uid-investigation" }) }],
  ["pod-ended", "a pod that succeeded", { pod: aJobPod("investigation", { phase: "Succeeded" }) }],
  ["pod-ended", "a pod that failed", { pod: aJobPod("investigation", { phase: "Failed" }) }],
  ["not-a-run", "no run on its label", labels({ "kubeclaw.dev/run": "" })],
  ["not-a-run", "a run's id that is none", labels({ "kubeclaw.dev/run": "kc-inv-x" })],
  ["not-a-run", "not managed by us", labels({ "app.kubernetes.io/managed-by": "helm" })],
  ["not-a-run", "an execution's label in the agents' namespace", labels({ "kubeclaw.dev/kind": "execution" })],
])("refuses: %s (%s)", (reason, _what, over) => {
  expect(decide(over)).toEqual({ kind: "refused", reason });
});
