import { describe, expect, it } from "@jest/globals";
import { KubeClawError } from "../../../src/domain/errors.js";
import { type KubernetesObject, numberAt, textAt } from "../../../src/domain/kubernetes-object.js";
import { execute } from "../../../src/executor/index.js";
import { aDeployment, aPod, aReplicaSet, after, badImage, goodImage, noon } from "../../builders/kubernetes.js";
import { aDecision, aDecisionId, anOffer } from "../../builders/plan.js";
import { anExecutionId, anExecutionRequest, aRequest } from "../../builders/request.js";
import { aSignedApproval, verify } from "../../builders/signature.js";
import { createExecution, type Execution } from "../../fakes/execution.js";

/** The Deployment as its controller leaves it once every pod is new and serves. */
function rolledOut(object: KubernetesObject): KubernetesObject {
  const replicas = numberAt(object, "spec", "replicas") ?? 1;
  const status = { replicas, updatedReplicas: replicas, availableReplicas: replicas };
  return { ...object, status: { observedGeneration: object.metadata.generation, ...status } };
}

/** The rollout got stuck. */
function stuck(object: KubernetesObject): KubernetesObject {
  const conditions = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }];
  return {
    ...object,
    status: { observedGeneration: object.metadata.generation, replicas: 4, updatedReplicas: 1, conditions },
  };
}

const imageOf = (object: KubernetesObject | null) =>
  textAt(object, "spec", "template", "spec", "containers", 0, "image");

function run(over: Partial<Execution> & { now?: () => Date; approval?: ReturnType<typeof aSignedApproval> } = {}) {
  const { now: clock, approval, ...changes } = over;
  const request = anExecutionRequest(approval ? { approval } : {});
  const world = createExecution({
    decision: aDecision({ status: { phase: "Approved" } }),
    live: aDeployment(),
    others: [],
    admit: (object) => object,
    settle: rolledOut,
    failWrite: null,
    refuseSteps: {},
    briefing: { input: { kind: "execution", request, deadlineSeconds: 600 }, model: null },
    ...changes,
  });
  // Noon, until somebody goes on looking: then the window is over soon.
  const find = world.cluster.find.bind(world.cluster);
  let looks = 0;
  world.cluster.find = (...place) => {
    looks += 1;
    return find(...place);
  };
  const now = clock ?? (() => new Date(noon.getTime() + Math.max(0, looks - 3) * 60_000));
  const outcome = execute({ gateway: world.gateway, cluster: world.cluster, verify, now });
  return { ...world, outcome };
}

describe("an approved plan that still fits", () => {
  it("is dry-run, recorded, written once and verified, in this order", async () => {
    const { outcome, log, state, outcomes } = run();
    expect(await outcome).toMatchObject({
      run: anExecutionId,
      decision: aDecisionId,
      state: "verified",
      applied: true,
      summary: "4 of 4 ready after 0 s · finding gone",
    });
    expect(log).toEqual(["step started", "dry-run", "step dry-run", "write", "step applied", "outcome verified"]);
    expect(imageOf(state.live)).toBe(goodImage);
    expect(outcomes).toEqual([await outcome]);
  });

  it("is bound to the very version that was read", async () => {
    const { outcome, writes } = run();
    await outcome;
    expect(writes).toHaveLength(1);
    expect(writes[0]!.patch.slice(0, 3)).toEqual([
      { op: "test", path: "/metadata/resourceVersion", value: "100" },
      { op: "test", path: "/metadata/uid", value: "uid-checkout" },
      { op: "test", path: "/metadata/generation", value: 8 },
    ]);
  });
});

/** None of these may ever reach the API server with anything but a dry-run. */
function expectNothingChanged(world: ReturnType<typeof run>): void {
  expect(world.writes).toEqual([]);
  expect(world.log).not.toContain("write");
  expect(imageOf(world.state.live)).not.toBe(goodImage);
}

describe("without its audit record there is no write", () => {
  const away = new KubeClawError("unavailable", "the gateway does not answer", { retryable: true });

  it.each(["started", "dry-run"] as const)("the step %s was not recorded", async (step) => {
    const world = run({ refuseSteps: { [step]: away } });
    await expect(world.outcome).rejects.toThrow("the gateway does not answer");
    expectNothingChanged(world);
    expect(world.outcomes).toEqual([]);
  });

  it("nor a way back", async () => {
    const world = run({ settle: stuck, refuseSteps: { "rolled-back": away } });
    expect(await world.outcome).toMatchObject({ state: "unknown", applied: true });
    expect(world.writes).toHaveLength(1);
  });

  it("an applied change is verified even where its own record is late", async () => {
    const world = run({ refuseSteps: { applied: away } });
    expect(await world.outcome).toMatchObject({ state: "verified" });
  });
});

it.each([
  ["stopped", "started"],
  ["stopped", "dry-run"],
  ["frozen", "dry-run"],
] as const)("stops before the write when a person says so: %s at %s", async (reason, step) => {
  const world = run({ refuseSteps: { [step]: new KubeClawError(reason, "before this step") } });
  expect(await world.outcome).toMatchObject({ state: "failed", applied: false, reason });
  expectNothingChanged(world);
});

it("writes nothing when the approval runs out on the way to the write", async () => {
  let late = false;
  const world = run({ now: () => new Date(late ? after(1_800) : noon) });
  const step = world.gateway.step.bind(world.gateway);
  world.gateway.step = async (report) => {
    await step(report);
    late = report.step === "dry-run"; // the gateway was away for so long
  };
  expect(await world.outcome).toMatchObject({ state: "failed", applied: false, reason: "expired" });
  expectNothingChanged(world);
});

describe("an approval that does not hold", () => {
  const other = anOffer({ reason: "another plan" });

  it.each<[string, string, Parameters<typeof run>[0]]>([
    ["bad-signature", "changed after signing", { approval: { ...aSignedApproval(), signature: "AAAA" } }],
    ["expired", "its time is over", { now: () => new Date(after(1_800)) }],
    ["digest-mismatch", "it covers another plan", { approval: aSignedApproval({ planDigest: other.planDigest }) }],
    ["digest-mismatch", "the Decision holds another plan", { decision: aDecision({ spec: { plan: other.plan } }) }],
    ["stale", "the Decision is gone", { decision: null }],
  ])("writes nothing: %s (%s)", async (reason, _what, over) => {
    const world = run(over);
    expect(await world.outcome).toMatchObject({ state: "failed", applied: false, reason });
    expectNothingChanged(world);
    expect(world.log).toEqual(["outcome failed"]);
  });
});

describe("a plan that no longer fits", () => {
  const drifts: [string, Partial<Execution>, string][] = [
    ["gone", { live: null }, "Deployment checkout is gone"],
    ["made anew", { live: aDeployment({ metadata: { uid: "uid-new" } }) }, "was made anew since the plan"],
    ["changed", { live: aDeployment({ metadata: { generation: 9 } }) }, "was changed since the plan"],
    [
      "taken over by a deployer",
      { live: aDeployment({ metadata: { labels: { "argocd.argoproj.io/instance": "shop" } } }) },
      "checkout is managed by Argo CD (shop) now",
    ],
    ["another dry-run", { live: aDeployment({ spec: { template: { spec: {} } } }) }, "refuses the dry-run"],
  ];
  it.each(drifts)("writes nothing: %s", async (_what, over, words) => {
    const world = run(over);
    const outcome = await world.outcome;
    expect(outcome).toMatchObject({ state: "failed", applied: false, reason: "drifted" });
    expect(outcome.summary).toContain(words);
    expect(outcome.summary).toContain("nothing was changed");
    expectNothingChanged(world);
  });

  it("writes nothing where the server now fills in something else", async () => {
    const admit = (object: KubernetesObject) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { injected: "by-a-webhook" } },
    });
    const world = run({ admit });
    expect(await world.outcome).toMatchObject({ state: "failed", applied: false, reason: "drifted" });
    expectNothingChanged(world);
  });

  it("does not take a new status for drift", async () => {
    const live = aDeployment({ metadata: { resourceVersion: "412" }, status: { availableReplicas: 1 } });
    expect(await run({ live }).outcome).toMatchObject({ state: "verified" });
  });
});

describe("the API server refuses the write", () => {
  it.each(["conflict", "invalid", "forbidden", "throttled"] as const)("%s: failed, nothing changed", async (code) => {
    const world = run({ failWrite: { error: new KubeClawError(code, "no"), applied: false } });
    expect(await world.outcome).toMatchObject({ state: "failed", applied: false });
    expect(imageOf(world.state.live)).toBe(badImage);
    expect(world.writes).toHaveLength(1);
  });
});

describe("the answer to the write is lost", () => {
  const error = new KubeClawError("unavailable", "socket hang up", { retryable: true });

  it("and the cluster shows the change: it is verified, never written again", async () => {
    const world = run({ failWrite: { error, applied: true } });
    expect(await world.outcome).toMatchObject({ state: "verified", applied: true });
    expect(world.writes).toHaveLength(1);
  });

  it("and the cluster shows no change: failed, nothing changed", async () => {
    const world = run({ failWrite: { error, applied: false } });
    expect(await world.outcome).toMatchObject({ state: "failed", applied: false });
    expect(world.writes).toHaveLength(1);
  });

  it("and the object is another one now: unknown", async () => {
    const settle = (object: KubernetesObject) => ({ ...object, metadata: { ...object.metadata, uid: "uid-new" } });
    const world = run({ failWrite: { error, applied: true }, settle });
    expect(await world.outcome).toMatchObject({ state: "unknown", applied: true });
  });

  it("and the object was changed to something else: unknown", async () => {
    const settle = (object: KubernetesObject) => ({ ...object, spec: { replicas: 1 } });
    const world = run({ failWrite: { error, applied: true }, settle });
    expect(await world.outcome).toMatchObject({ state: "unknown" });
  });
});

describe("verification", () => {
  it("goes back by itself where it got worse", async () => {
    const world = run({ settle: (object) => (imageOf(object) === goodImage ? stuck(object) : object) });
    expect(await world.outcome).toMatchObject({ state: "rolled-back", applied: true });
    expect(imageOf(world.state.live)).toBe(badImage);
    expect(world.log.slice(-3)).toEqual(["step rolled-back", "write", "outcome rolled-back"]);
  });

  it("says so where going back fails", async () => {
    const world = run({
      settle: (object) => stuck({ ...object, spec: { ...(object["spec"] as object), template: {} } }),
    });
    expect(await world.outcome).toMatchObject({ state: "unknown", applied: true });
  });

  it("says that nothing helped where the finding is still there", async () => {
    const pod = aPod({
      revision: 7,
      image: goodImage,
      waiting: { reason: "ErrImagePull", message: "manifest unknown" },
    });
    expect(await run({ others: [pod, aReplicaSet(7)] }).outcome).toMatchObject({ state: "no-effect", applied: true });
  });

  it("says what fails still, where it bears another name without its logs", async () => {
    const crashing = aPod({
      revision: 7,
      image: goodImage,
      status: {
        containerStatuses: [
          {
            name: "web",
            ready: false,
            restartCount: 3,
            state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
            lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt: after(-20) } },
          },
        ],
      },
    });
    const outcome = await run({ others: [crashing, aReplicaSet(7)] }).outcome;
    expect(outcome).toMatchObject({ state: "no-effect", applied: true });
    expect(outcome.summary).toMatch(/^4 of 4 ready after 0 s, but it fails still: checkout: /);
  });

  it("does not take the first moment for the last: what serves must go on serving", async () => {
    let seconds = 0;
    const world = run({ now: () => new Date(noon.getTime() + seconds * 1_000) });
    const find = world.cluster.find.bind(world.cluster);
    world.cluster.find = async (target) => {
      const found = await find(target);
      if (!found || world.writes.length === 0) return found;
      seconds += seconds < 5 ? 2 : 40; // it serves for four seconds, and crashes
      return seconds > 4 ? { ...found, status: { ...(found["status"] as object), availableReplicas: 0 } } : found;
    };
    expect(await world.outcome).toMatchObject({ state: "rolled-back" });
  }, 60_000);

  it("gives who serves in time the moment that shows it, however short the window is", async () => {
    let seconds = 0;
    const short = anOffer({ verification: { causeId: "image-not-found", windowSeconds: 3 } });
    const decision = aDecision({ spec: { plan: short.plan, planDigest: short.planDigest } });
    const world = run({
      now: () => new Date(noon.getTime() + seconds * 1_000),
      decision: { ...decision, metadata: { name: short.decision } },
      approval: aSignedApproval({ decision: short.decision, planDigest: short.planDigest }),
    });
    const find = world.cluster.find.bind(world.cluster);
    world.cluster.find = (target) => {
      if (world.writes.length > 0) seconds += 2;
      return find(target);
    };
    expect(await world.outcome).toMatchObject({ state: "verified" });
  });

  it("gives up when the window is over", async () => {
    let calls = 0;
    const slow = (object: KubernetesObject): KubernetesObject => ({ ...object, status: {} });
    const now = () => new Date(noon.getTime() + 30_000 * (calls += 1));
    const world = run({ settle: (object) => (imageOf(object) === goodImage ? slow(object) : object), now });
    expect(await world.outcome).toMatchObject({ state: "rolled-back" });
  });

  it("never goes back on an object that was made anew meanwhile", async () => {
    const settle = (object: KubernetesObject) => ({
      ...stuck(object),
      metadata: { ...object.metadata, uid: "uid-new" },
    });
    const world = run({ settle });
    const outcome = await world.outcome;
    expect(outcome).toMatchObject({ state: "failed", applied: true });
    expect(outcome.summary).toContain("the object is gone or was made anew");
    expect(world.log.filter((line) => line === "write")).toHaveLength(1);
  });
});

it("takes an undo for done once it is written: what was there before is not judged again", async () => {
  const undo = anOffer({ purpose: "undo" });
  const world = run({
    settle: stuck,
    decision: {
      ...aDecision({ spec: { plan: undo.plan, planDigest: undo.planDigest } }),
      metadata: { name: undo.decision },
    },
    approval: aSignedApproval({ decision: undo.decision, planDigest: undo.planDigest }),
  });
  expect(await world.outcome).toMatchObject({ state: "verified", applied: true });
  expect(world.writes).toHaveLength(1);
});

it("is no use for an investigation", async () => {
  const request = aRequest();
  const world = run({ briefing: { input: { kind: "investigation", request, deadlineSeconds: 300 }, model: null } });
  await expect(world.outcome).rejects.toThrow("not an execution");
  expect(world.log).toEqual([]);
});
