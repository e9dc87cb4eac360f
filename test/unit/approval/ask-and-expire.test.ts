import { describe, expect, it } from "@jest/globals";
import { createAsk, createExpire, createSettleApproval } from "../../../src/approval/index.js";
import { after, noon } from "../../builders/kubernetes.js";
import { anApproval, anOffer, aPlan } from "../../builders/plan.js";
import { aRunId } from "../../builders/request.js";
import { aSignedApproval } from "../../builders/signature.js";
import { createApprovalStore } from "../../fakes/approval-store.js";
import { createRecorder } from "../../fakes/recorder.js";

const origin = { run: aRunId, tenant: "default", team: "T0SHOP", at: noon.toISOString() };

function aWorld() {
  const store = createApprovalStore();
  const said = createRecorder();
  const scheduled: [decision: string, at: string][] = [];
  const expire = createExpire({ store, settle: createSettleApproval(said), now: () => noon });
  const ask = createAsk({
    store,
    audit: said.audit,
    expire,
    schedule: (decision, _run, at) => {
      scheduled.push([decision, at.toISOString()]);
      return Promise.resolve();
    },
  });
  const states = () => [...store.records.values()].map(({ decision, state }) => [decision, state]);
  return { store, said, scheduled, ask, expire, states };
}

const first = anOffer();
const newer = anOffer({ plannedAt: after(300), expiresAt: after(2_100) });

describe("ask", () => {
  it("records the plan as pending, audits it, and looks again when it expires", async () => {
    const { store, said, scheduled, ask } = aWorld();
    await ask(first, origin);
    expect(store.records.get(first.decision)).toEqual(anApproval());
    expect(scheduled).toEqual([[first.decision, aPlan().expiresAt]]);
    expect(said.events).toMatchObject([{ kind: "approval.requested", decision: first.decision, run: aRunId }]);
  });

  it("changes nothing when it is repeated", async () => {
    const { said, ask, states } = aWorld();
    await ask(first, origin);
    await ask(first, origin);
    expect(states()).toEqual([[first.decision, "pending"]]);
    expect(said.log).toEqual(["audit approval.requested"]);
  });

  it("does not make a decided plan wait again", async () => {
    const { store, scheduled, ask, states } = aWorld();
    await ask(first, origin);
    await store.settle(anApproval({ state: "denied", decidedAt: noon.toISOString() }));
    await ask(first, origin);
    expect(states()).toEqual([[first.decision, "denied"]]);
    expect(scheduled).toHaveLength(1);
  });

  it("supersedes the older plan for the same object", async () => {
    const { said, ask, states } = aWorld();
    await ask(first, origin);
    await ask(newer, origin);
    expect(states()).toEqual([
      [first.decision, "superseded"],
      [newer.decision, "pending"],
    ]);
    expect(said.facts.get(`${first.decision}-superseded`)).toMatchObject({ kind: "verdict", state: "superseded" });
  });

  it("leaves the plan of another object alone", async () => {
    const { ask, states } = aWorld();
    await ask(first, origin);
    await ask(anOffer({ target: { ...aPlan().target, name: "cart" } }), origin);
    expect(states().map(([, state]) => state)).toEqual(["pending", "pending"]);
  });

  it("does not supersede a plan that is decided", async () => {
    const { store, ask, states } = aWorld();
    await ask(first, origin);
    await store.settle(anApproval({ state: "approved", decidedAt: noon.toISOString(), approval: aSignedApproval() }));
    await ask(newer, origin);
    expect(states()).toEqual([
      [first.decision, "approved"],
      [newer.decision, "pending"],
    ]);
  });

  it("lets the newer plan stand when the older one is delivered once more", async () => {
    const { ask, states } = aWorld();
    await ask(first, origin);
    await ask(newer, origin);
    await ask(first, origin);
    expect(states()).toEqual([
      [first.decision, "superseded"],
      [newer.decision, "pending"],
    ]);
  });

  it("lets the newer plan stand when the older one is delivered late", async () => {
    const { ask, states } = aWorld();
    await ask(newer, origin);
    await ask(first, origin);
    expect(new Map(states() as [string, string][]).get(newer.decision)).toBe("pending");
  });
});

describe("expire", () => {
  it("ends what still waits, and tells everybody once", async () => {
    const { said, ask, expire, states } = aWorld();
    await ask(first, origin);
    await expire(first.decision, "expired");
    await expire(first.decision, "expired");
    expect(states()).toEqual([[first.decision, "expired"]]);
    expect(said.log.filter((line) => line === "audit approval.expired")).toHaveLength(1);
    expect(said.executions.size).toBe(0);
  });

  it.each(["approved", "denied"] as const)("leaves a plan that is %s alone", async (state) => {
    const { store, said, ask, expire, states } = aWorld();
    await ask(first, origin);
    await store.settle(anApproval({ state, decidedAt: noon.toISOString() }));
    await expire(first.decision, "expired");
    expect(states()).toEqual([[first.decision, state]]);
    expect(said.log).toEqual(["audit approval.requested"]);
  });

  it("knows nothing of a plan that is not there", async () => {
    const { said, expire } = aWorld();
    await expire("kc-dec-00000000000000000000", "expired");
    expect(said.log).toEqual([]);
  });
});
