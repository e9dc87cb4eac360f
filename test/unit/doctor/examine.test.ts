import { expect, it } from "@jest/globals";
import { examine, type Finding, type Installed, renderFindings } from "../../../src/doctor/index.js";
import { aClusterAsApplied, anInstalled, aRedis, aSlack } from "../../builders/installed.js";
import { after, noon } from "../../builders/kubernetes.js";

/** What is not well, as `part check`. */
async function complaints(over: Partial<Installed>, state: Finding["state"] = "failed"): Promise<string[]> {
  const findings = await examine(anInstalled(over));
  return findings.filter((finding) => finding.state === state).map(({ part, check }) => `${part} ${check}`);
}
const redis = (over: Parameters<typeof aRedis>[0]) => ({ redis: () => Promise.resolve(aRedis(over)) });
const cluster = (over: Partial<Installed["cluster"]>) => ({ cluster: { ...anInstalled().cluster, ...over } });
const installed = (over: Parameters<typeof aClusterAsApplied>[0]) =>
  cluster({ facts: () => Promise.resolve(aClusterAsApplied(over)) });
const slack = (over: Partial<NonNullable<Installed["slack"]>>) => ({
  slack: { ...(anInstalled().slack as NonNullable<Installed["slack"]>), ...over },
});

it("finds nothing where everything is well", async () => {
  const findings = await examine(anInstalled());
  expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
  expect(new Set(findings.map(({ part }) => part))).toEqual(
    new Set(["redis", "slack", "cluster", "rights", "gateway", "model", "clock"]),
  );
});

it.each<[string, Partial<Installed>]>([
  ["redis version", redis({ version: "6.2.14" })],
  ["redis eviction policy", redis({ policy: "allkeys-lru" })],
  ["redis append-only file", redis({ appendOnly: false })],
  ["redis last write to the file", redis({ lastWriteOk: false })],
  ["redis reachable", { redis: () => Promise.reject(new Error("WRONGPASS")) }],
  ["clock Redis", redis({ clock: new Date(after(600)) })],
  ["slack app id", { appId: "A0OTHER" }],
  ["slack scopes", slack({ facts: () => Promise.resolve(aSlack({ scopes: ["chat:write"] })) })],
  ["slack app-level token", slack({ openSocket: () => Promise.reject(new Error("Slack says invalid_auth")) })],
  ["slack user group S0SRE", slack({ groupSize: () => Promise.resolve(0) })],
  ["slack user group S0SRE", slack({ groupSize: () => Promise.resolve(null) })],
  ["slack reachable", slack({ facts: () => Promise.reject(new Error("Slack says account_inactive")) })],
  ["clock Slack", slack({ facts: () => Promise.resolve(aSlack({ clock: new Date(after(-600)) })) })],
  ["cluster version", installed({ version: "v1.29.9" })],
  ["cluster version", installed({ version: "nonsense" })],
  ["cluster image of Jobs", { image: "registry.local/kubeclaw@sha256:2" }],
  [
    "gateway reachable from a Job",
    cluster({ reachGatewayFromJob: () => Promise.resolve({ reached: false, found: "no" }) }),
  ],
  ["gateway reachable", cluster({ reachGatewayFromJob: () => Promise.reject(new Error("forbidden")) })],
  ["model reachable", { model: { find: () => Promise.reject(new Error("the key is refused")) } }],
])("says that this failed, and nothing else: %s", async (complaint, over) => {
  expect(await complaints(over)).toEqual([complaint]);
});

it("names each resource and policy that is missing, old or not bound", async () => {
  const found = await complaints(
    installed({
      resources: new Map([["agentruns.kubeclaw.dev", { schema: "000000000000", established: true }]]),
      policies: new Set(),
    }),
  );
  expect(found).toEqual([
    "cluster resource agentruns.kubeclaw.dev",
    "cluster resource decisions.kubeclaw.dev",
    "cluster policy kubeclaw-worker-jobs",
    "cluster policy kubeclaw-executor-scope",
    "cluster policy kubeclaw-workload-fields",
    "cluster policy kubeclaw-controller-scope",
    "cluster policy kubeclaw-controller-grants",
    "cluster policy kubeclaw-records",
  ]);
});

it("complains of a right that is missing, and of each that should not be there", async () => {
  const nothing = await complaints(cluster({ mayDo: () => Promise.resolve(false) }));
  expect(nothing).toContain("rights kubeclaw-worker: create jobs in kubeclaw-agents");
  expect(nothing).toContain("rights namespace shop");
  const everything = await complaints(cluster({ mayDo: () => Promise.resolve(true) }));
  expect(everything).toContain("rights kubeclaw-controller: escalate roles");
  expect(everything).toContain("rights kubeclaw-agent-default: create pods/exec");
  expect(everything).toContain("rights kubeclaw-bot: get secrets in kubeclaw-system");
});

it("a namespace that may only be looked at is a warning", async () => {
  const well = anInstalled().cluster;
  const readOnly = cluster({ mayDo: (right) => (right.verb === "patch" ? Promise.resolve(false) : well.mayDo(right)) });
  expect(await complaints(readOnly, "warning")).toEqual(["rights namespace shop"]);
});

it("does not ask about what nobody set", async () => {
  const bare: Partial<Installed> = { redis: null, slack: null, model: null, image: undefined, gatewayUrl: undefined };
  expect(await complaints(bare, "skipped")).toEqual([
    "redis reachable",
    "slack bot token",
    "cluster image of Jobs",
    "gateway reachable from a Job",
    "model answers",
  ]);
  expect(await complaints(bare)).toEqual([]);
});

it("prints a line for each check, its fix below it, and the sum", async () => {
  const findings = await examine(anInstalled(redis({ appendOnly: false })));
  const lines = renderFindings(findings).split("\n");
  const line = lines.indexOf("✗ redis    append-only file: off");
  expect(lines[line + 1]).toContain("→ set appendonly yes");
  expect(lines.at(-1)).toMatch(/^\d+ well, 0 to look at, 1 failed, 0 not asked$/);
});

it("every finding that is not well has a way out", async () => {
  const broken = await examine(
    anInstalled({
      redis: null,
      ...cluster({ mayDo: () => Promise.resolve(true), facts: () => Promise.reject(new Error("away")) }),
      now: () => new Date(noon.getTime() + 30_000),
    }),
  );
  for (const finding of broken) if (finding.state !== "ok") expect(finding.fix).toBeTruthy();
});
