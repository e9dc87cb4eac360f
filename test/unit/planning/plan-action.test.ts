import { describe, expect, it } from "@jest/globals";
import type { ActionProposal } from "../../../src/domain/action.js";
import { canonicalJson, sha256 } from "../../../src/domain/canonical-json.js";
import { KubeClawError } from "../../../src/domain/errors.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { Plan } from "../../../src/domain/plan.js";
import { planAction, type Planned, type PlanOrigin, planUndo, proposalOf } from "../../../src/planning/index.js";
import { aDeployment, aReplicaSet, aTemplate, after, badImage, goodImage, noon } from "../../builders/kubernetes.js";
import { aPlan } from "../../builders/plan.js";
import { aRunId } from "../../builders/request.js";
import { patched, written } from "../../fakes/live-object.js";
import { createPlanningCluster } from "../../fakes/planning-cluster.js";

const settings = { cluster: "prod-eu", environment: () => "production" as const, expiresAfterMs: 1_800_000 };
const origin: PlanOrigin = {
  run: aRunId,
  causeId: "image-not-found",
  reason: `revision 7 ran ${goodImage}`,
  requestedBy: "U0ANA",
  at: noon.toISOString(),
};

function aProposal(over: Partial<Extract<ActionProposal, { type: "rollout-undo" }>> = {}): ActionProposal {
  return {
    type: "rollout-undo",
    object: { kind: "Deployment", namespace: "shop", name: "checkout" },
    parameters: { toRevision: 7 },
    tier: "T2",
    reason: "the image does not exist",
    ...over,
  };
}

function aCluster(over: Partial<Parameters<typeof createPlanningCluster>[0]> = {}) {
  return createPlanningCluster({
    live: aDeployment(),
    replicaSets: [aReplicaSet(7), aReplicaSet(8, badImage)],
    ...over,
  });
}

const plan = (over: { cluster?: ReturnType<typeof aCluster>; origin?: PlanOrigin; proposal?: ActionProposal } = {}) =>
  planAction(over.cluster ?? aCluster(), settings, over.origin ?? origin, over.proposal ?? aProposal());

/** The plan that must come out. */
function made(planned: Planned) {
  if (planned.kind === "refused") throw new Error(planned.reason);
  return planned;
}

it("makes the whole plan from the live object and the server's dry-run", async () => {
  expect(made(await plan()).plan).toEqual(aPlan());
});

it("digests the canonical text of what is shown", async () => {
  const { text, digest, plan: shown } = made(await plan());
  expect(text).toBe(canonicalJson(shown));
  expect(digest).toBe(sha256(text));
  expect(Plan.parse(JSON.parse(text))).toEqual(shown);
});

describe("the same origin over the same object", () => {
  it("gives the same digest and the same decision", async () => {
    const [one, two] = [made(await plan()), made(await plan())];
    expect([two.id, two.digest, two.text]).toEqual([one.id, one.digest, one.text]);
  });

  it("also where only its status moved on", async () => {
    const live = aDeployment({ metadata: { resourceVersion: "999" }, status: { availableReplicas: 0 } });
    expect(made(await plan({ cluster: aCluster({ live }) })).id).toBe(made(await plan()).id);
  });

  it.each<[string, Parameters<typeof plan>[0]]>([
    ["run", { origin: { ...origin, run: "kc-inv-ffffffffffffffffffff" } }],
    ["time", { origin: { ...origin, at: after(1) } }],
    ["requester", { origin: { ...origin, requestedBy: null } }],
    ["generation", { cluster: aCluster({ live: aDeployment({ metadata: { generation: 9 } }) }) }],
    ["object", { cluster: aCluster({ live: aDeployment({ metadata: { uid: "uid-new" } }) }) }],
  ])("another %s is another decision", async (_what, over) => {
    expect(made(await plan(over)).id).not.toBe(made(await plan()).id);
  });
});

it("uses nothing of a wish but its type, its object and its parameters", async () => {
  const wish = aProposal({ tier: "T0", reason: "do it now, without asking" });
  expect(made(await plan({ proposal: wish })).id).toBe(made(await plan()).id);
});

describe("a wish that cannot be planned is refused with its reason", () => {
  it.each<[string, Parameters<typeof plan>[0], unknown]>([
    [
      "a kind that is not a workload",
      { proposal: aProposal({ object: { kind: "Service", namespace: "shop", name: "db" } }) },
      "rollout-undo works on Deployments, StatefulSets and DaemonSets, not on Service",
    ],
    [
      "autoscalers that may not be read",
      {
        cluster: aCluster({ autoscalers: new KubeClawError("forbidden", "no list") }),
        proposal: { ...aProposal(), type: "scale", parameters: { replicas: 6 } },
      },
      "what the plan rests on cannot be read: no list",
    ],
    ["no namespace", { proposal: aProposal({ object: { kind: "Deployment", name: "checkout" } }) }, expect.any(String)],
    ["gone", { cluster: aCluster({ live: null }) }, "Deployment checkout is gone"],
    [
      "owned",
      {
        cluster: aCluster({
          live: aDeployment({ metadata: { annotations: { "meta.helm.sh/release-name": "shop" } } }),
        }),
      },
      "checkout is managed by Helm (shop); change it there",
    ],
    [
      "paused",
      { cluster: aCluster({ live: aDeployment({ spec: { paused: true } }) }) },
      "the rollout is paused; resume it first",
    ],
    [
      "a revision that is gone",
      { proposal: aProposal({ parameters: { toRevision: 3 } }) },
      "revision 3 is not there any more",
    ],
    [
      "refused by the server",
      { cluster: aCluster({ fail: new KubeClawError("forbidden", "a policy says no") }) },
      "the API server refuses the change: a policy says no",
    ],
  ])("%s", async (_what, over, reason) => {
    expect(await plan(over)).toEqual({ kind: "refused", reason });
  });

  it("an API server that is away is no refusal", async () => {
    const fail = new KubeClawError("unavailable", "away", { retryable: true });
    await expect(plan({ cluster: aCluster({ fail }) })).rejects.toBe(fail);
  });

  it("a difference with more operations than a plan holds", async () => {
    const env = (value: string) => Array.from({ length: 15 }, (_, at) => ({ name: `SETTING_${at}`, value }));
    const live = aDeployment({ spec: { template: aTemplate(badImage, { env: env("new") }) } });
    const template = aTemplate(goodImage, { env: env("old") });
    const replicaSets = [aReplicaSet(7, goodImage, { spec: { template } }), aReplicaSet(8, badImage)];
    expect(["planned", "refused"]).toContain((await plan({ cluster: aCluster({ live, replicaSets }) })).kind);
  });
});

describe("every action of the catalogue", () => {
  const wishes: ActionProposal[] = [
    aProposal(),
    { ...aProposal(), type: "rollout-restart", parameters: {} },
    { ...aProposal(), type: "scale", parameters: { replicas: 6 } },
  ];

  it.each(wishes)("$type is planned, undone, and planned again as it was", async (proposal) => {
    const planned = made(await plan({ proposal })).plan;
    const live = written(aDeployment(), patched(aDeployment(), planned.patch));
    const undo = made(await planUndo(aCluster({ live }), settings, origin, planned)).plan;
    expect(patched(live, undo.patch)["spec"]).toEqual(aDeployment()["spec"]);
    expect(made(await plan({ proposal: proposalOf(planned) })).plan).toEqual(planned);
  });

  it("is not undone where a deployer took it over since", async () => {
    const metadata = { labels: { "kustomize.toolkit.fluxcd.io/name": "shop" } };
    const taken = await planUndo(aCluster({ live: aDeployment({ metadata }) }), settings, origin, aPlan());
    expect(taken).toEqual({ kind: "refused", reason: "checkout is managed by Flux (shop) now; change it there" });
  });

  it("a scale's undo is judged by where it goes: back to none is T3", async () => {
    const asleep = aDeployment({ spec: { replicas: 0 } });
    const proposal: ActionProposal = { ...aProposal(), type: "scale", parameters: { replicas: 2 } };
    const woken = made(await plan({ cluster: aCluster({ live: asleep }), proposal })).plan;
    const live = written(asleep, patched(asleep, woken.patch));
    const undo = made(await planUndo(aCluster({ live }), settings, origin, woken)).plan;
    expect(undo).toMatchObject({ action: { type: "scale", replicas: 0 }, tier: "T3" });
  });

  it.each([
    [undefined, 120],
    [60, 60],
    [600, 120],
  ])("watches a workload with the progress deadline %s for %i s", async (progressDeadlineSeconds, windowSeconds) => {
    const live = aDeployment({ spec: { progressDeadlineSeconds } });
    expect(made(await plan({ cluster: aCluster({ live }) })).plan.verification.windowSeconds).toBe(windowSeconds);
  });
});

describe("the way back from an executed plan", () => {
  const executed = (): KubernetesObject => written(aDeployment(), patched(aDeployment(), aPlan().patch));
  const back = (live: KubernetesObject | null) =>
    planUndo(aCluster({ live }), settings, { ...origin, reason: "undo" }, aPlan());

  it("is the recorded inverse, bound to the object as it is now", async () => {
    const undo = made(await back(executed())).plan;
    expect(undo).toMatchObject({ purpose: "undo", target: { generation: 9 }, tier: "T2" });
    expect(undo.patch).toEqual([
      { op: "test", path: "/metadata/uid", value: "uid-checkout" },
      { op: "test", path: "/metadata/generation", value: 9 },
      ...aPlan().inverse,
    ]);
    expect(patched(patched(executed(), undo.patch), undo.inverse)["spec"]).toEqual(executed()["spec"]);
  });

  it("is refused where the object is gone, made anew, or was changed since", async () => {
    const changed = aDeployment({ spec: { template: aTemplate("registry.local/checkout:2.0.0") } });
    const anew = { ...executed(), metadata: { ...executed().metadata, uid: "uid-new" } };
    expect(await back(null)).toEqual({ kind: "refused", reason: "Deployment checkout is gone or was made anew since" });
    expect(await back(anew)).toEqual({ kind: "refused", reason: "Deployment checkout is gone or was made anew since" });
    expect(await back(changed)).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("checkout was changed since; it cannot be undone"),
    });
  });
});
