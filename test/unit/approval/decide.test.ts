import { describe, expect, it } from "@jest/globals";
import { type ApprovalRecord, type Click, createDecide, createSettleApproval } from "../../../src/approval/index.js";
import { sha256 } from "../../../src/domain/canonical-json.js";
import { executionId } from "../../../src/domain/ids.js";
import { aCardPlace, aClick } from "../../builders/click.js";
import { noon } from "../../builders/kubernetes.js";
import type { Plan } from "../../../src/domain/plan.js";
import { aDecisionId, anApproval, anOffer, aPlan } from "../../builders/plan.js";
import { anInstallation } from "../../builders/request.js";
import { sign, verify } from "../../builders/signature.js";
import { createApprovalStore } from "../../fakes/approval-store.js";
import { createFreezes } from "../../fakes/freezes.js";
import { createPeople } from "../../fakes/people.js";
import { createRecorder } from "../../fakes/recorder.js";

interface World {
  /** What the plan says; the record follows it. */
  plan?: Partial<Plan>;
  /** What stands in the record, whatever the plan says. */
  record?: Partial<ApprovalRecord>;
  yaml?: string;
  people?: ReturnType<typeof createPeople>;
  settle?: (record: ApprovalRecord) => Promise<void>;
  frozen?: string[];
}

function aWorld({ plan: changes = {}, record, yaml, people = createPeople(), settle, frozen = [] }: World = {}) {
  const offer = anOffer(changes);
  const { tier, requestedBy, expiresAt } = aPlan(changes);
  const store = createApprovalStore(anApproval({ ...offer, tier, requestedBy, expiresAt, ...record }));
  const said = createRecorder();
  const unsettled: unknown[] = [];
  const follow = createSettleApproval({ ...said, execute: said.execute });
  const decide = createDecide({
    store,
    people,
    installation: anInstallation(yaml),
    findCard: () => Promise.resolve(aCardPlace),
    freezes: createFreezes(...frozen),
    sign,
    settle: settle ?? follow,
    onUnsettled: (error) => {
      unsettled.push(error);
    },
    audit: said.audit,
    now: () => noon,
  });
  const press = (user: string, over: Partial<Click> & { decision?: string; reason?: string | null } = {}) =>
    decide({
      ...aClick({ digestPrefix: offer.planDigest.slice(0, 16) }),
      decision: offer.decision,
      reason: null,
      ...over,
      user,
    });
  return { store, said, follow, press, unsettled };
}

describe("an approver's Approve", () => {
  it("is recorded, signed, told, and enqueues the one execution of that plan", async () => {
    const { store, said, press } = aWorld();
    const result = await press("U0LI");
    const record = store.records.get(aDecisionId);
    expect(result).toEqual({ kind: "decided", record });
    expect(record).toMatchObject({ state: "approved", decidedBy: "U0LI", decidedAt: noon.toISOString() });
    expect(record?.approval && verify(record.approval)).toBe(true);
    expect(record?.approval?.statement).toMatchObject({ decision: aDecisionId, approvedBy: "U0LI" });
    expect([...said.executions.keys()]).toEqual([executionId(aDecisionId)]);
    expect(said.log).toEqual(["audit approval.approved", "tell verdict", "tell-controller settled", "execute"]);
  });
});

describe("a record that says another thing than its plan", () => {
  const other = anOffer({ summary: "something else" });

  it.each<[string, Partial<ApprovalRecord>]>([
    ["another namespace, with other approvers", { namespace: "sandbox" }],
    ["a lower tier, for which one person is enough", { tier: "T1" }],
    ["another person who asked", { requestedBy: "U0EVE" }],
    ["nobody who asked", { requestedBy: null }],
    ["more time", { expiresAt: "2030-01-01T00:00:00.000Z" }],
    ["another card", { run: "kc-inv-00000000000000000000" }],
    ["another plan under the digest", { plan: other.plan }],
    ["no plan", { plan: "{}" }],
  ])("is refused, whoever wrote it: %s", async (_what, record) => {
    const { store, said, press } = aWorld({ record });
    expect(await press("U0LI")).toMatchObject({ kind: "refused", reason: "digest-mismatch" });
    expect(store.records.get(aDecisionId)?.state).toBe("pending");
    expect(said.executions.size).toBe(0);
    expect(said.events).toMatchObject([{ kind: "approval.refused", detail: { reason: "digest-mismatch" } }]);
  });

  it("and bears the digest of its own words is refused, too, where those are no plan", async () => {
    const { press } = aWorld({ record: { plan: "{}", planDigest: sha256("{}") } });
    expect(await press("U0LI", { digestPrefix: sha256("{}").slice(0, 16) })).toMatchObject({
      reason: "digest-mismatch",
    });
  });
});

describe("the kill switch", () => {
  it("refuses and audits an Approve in its namespace, and nothing runs", async () => {
    const { said, press } = aWorld({ frozen: ["shop"] });
    expect(await press("U0LI")).toMatchObject({ kind: "refused", reason: "frozen" });
    expect(said.executions.size).toBe(0);
    expect(said.events).toMatchObject([{ kind: "approval.refused", detail: { reason: "frozen" } }]);
  });

  it("leaves other namespaces alone", async () => {
    expect(await aWorld({ frozen: ["pay"] }).press("U0LI")).toMatchObject({ kind: "decided" });
  });
});

describe("Deny", () => {
  it("signs nothing, executes nothing, and keeps the reason", async () => {
    const { store, said, press } = aWorld();
    await press("U0JO", { answer: "deny", reason: "not during the sale" });
    expect(store.records.get(aDecisionId)).toMatchObject({ state: "denied", decidedBy: "U0JO", approval: null });
    expect(said.executions.size).toBe(0);
    expect([...said.facts.values()]).toMatchObject([
      { kind: "verdict", state: "denied", reason: "not during the sale" },
    ]);
  });
});

describe("two people at once", () => {
  it("has exactly one winner, and the other learns who", async () => {
    const { said, press } = aWorld();
    const results = await Promise.all([press("U0LI"), press("U0JO", { answer: "deny" })]);
    expect(results.map(({ kind }) => kind)).toEqual(["decided", "refused"]);
    expect(results[1]).toMatchObject({ reason: "already-decided", record: { decidedBy: "U0LI", state: "approved" } });
    expect(said.refusals()).toEqual(["already-decided"]);
    expect(said.executions.size).toBe(1);
  });

  it("refuses the same person's second press, too", async () => {
    const { said, press } = aWorld();
    await Promise.all([press("U0LI"), press("U0LI")]);
    expect(said.refusals()).toEqual(["already-decided"]);
    expect(said.executions.size).toBe(1);
  });
});

describe("who may approve", () => {
  it("is nobody in a namespace with an empty list, not even an admin", async () => {
    const { said, press } = aWorld({ yaml: "namespaces: {shop: {approvers: []}}" });
    expect(await press("U0LI")).toMatchObject({ reason: "not-an-approver", approvers: [] });
    expect(await press("U0ADM")).toMatchObject({ reason: "not-an-approver" });
    expect(said.executions.size).toBe(0);
  });

  it("is nobody when no one holds the role", async () => {
    const { press } = aWorld({ people: createPeople({}) });
    expect(await press("U0LI")).toMatchObject({ kind: "refused", reason: "not-an-approver" });
  });

  it("is the narrower of the role and the namespace's list", async () => {
    const { press } = aWorld({ yaml: "namespaces: {shop: {approvers: [U0JO, U0EVE]}}" });
    expect(await press("U0LI")).toMatchObject({ reason: "not-an-approver", approvers: ["U0JO", "U0EVE"] });
    expect(await press("U0EVE")).toMatchObject({ reason: "not-an-approver" });
    expect(await press("U0JO")).toMatchObject({ kind: "decided" });
  });

  it("is an admin, by the order of roles", async () => {
    expect(await aWorld().press("U0ADM")).toMatchObject({ kind: "decided" });
  });

  it("is refused where a group cannot be read", async () => {
    const { said, press } = aWorld({ people: createPeople({ S0OTHER: ["U0LI"] }) });
    expect(await press("U0LI")).toMatchObject({
      kind: "refused",
      reason: "not-an-approver",
      approvers: ["S0SRE", "U0ADM"],
    });
    expect(said.executions.size).toBe(0);
  });

  it("reads the groups anew at T3, and only there", async () => {
    const calm = createPeople();
    await aWorld({ people: calm }).press("U0LI");
    expect(calm.freshReads).toEqual([]);
    const strict = createPeople();
    await aWorld({ people: strict, plan: { tier: "T3" } }).press("U0LI");
    expect(strict.freshReads).toContain("U0LI");
  });

  it("needs a second person in the tiers of fourEyes", async () => {
    const asked = { requestedBy: "U0LI" };
    expect(await aWorld({ plan: { ...asked, tier: "T3" } }).press("U0LI")).toMatchObject({ reason: "self-approval" });
    expect(await aWorld({ plan: { ...asked, tier: "T2" } }).press("U0LI")).toMatchObject({ kind: "decided" });
    const strict = aWorld({ plan: asked, yaml: "approval: {fourEyes: [T2, T3]}" });
    expect(await strict.press("U0LI")).toMatchObject({ reason: "self-approval" });
  });
});

describe("a refusal", () => {
  it("of a plan that nobody knows is stale", async () => {
    const { said, press } = aWorld();
    const result = await press("U0LI", { decision: "" });
    expect(result).toEqual({ kind: "refused", reason: "stale", record: null, approvers: [] });
    expect(said.events).toMatchObject([{ kind: "approval.refused", run: null, actor: { kind: "person", id: "U0LI" } }]);
  });

  it.each<[string, string, Partial<Click>]>([
    ["not-an-approver", "U0ANA", {}],
    ["guest", "U0GIL", {}],
    ["wrong-message", "U0LI", { channel: "C0SHOP" }],
    ["digest-mismatch", "U0LI", { digestPrefix: "f".repeat(16) }],
  ])("is audited and changes nothing: %s", async (reason, user, over) => {
    const people = createPeople(undefined, { U0GIL: { guest: true } });
    const { store, said, press } = aWorld({ people });
    expect(await press(user, over)).toMatchObject({ kind: "refused", reason });
    expect(said.events).toMatchObject([
      { kind: "approval.refused", decision: aDecisionId, detail: { reason, answer: "approve" } },
    ]);
    expect(store.records.get(aDecisionId)).toEqual(anApproval());
    expect(said.facts.size + said.messages.size + said.executions.size).toBe(0);
  });
});

describe("a verdict whose write had no answer in time", () => {
  it("is taken back, should it be carried out after all: the person is told that nothing was started", async () => {
    const { store, said, press } = aWorld();
    const settle = store.settle.bind(store);
    store.settle = async (record) => {
      await settle(record);
      throw new Error("timed out");
    };
    await expect(press("U0LI")).rejects.toThrow("timed out");
    expect(store.records.get(aDecisionId)).toEqual(anApproval());
    expect(said.executions.size).toBe(0);
    store.settle = settle;
    expect(await press("U0LI")).toMatchObject({ kind: "decided" });
  });

  it("leaves somebody else's verdict alone", async () => {
    const { store, press } = aWorld();
    const settle = store.settle.bind(store);
    store.settle = async (record) => {
      await settle({ ...record, decidedBy: "U0JO" });
      throw new Error("timed out");
    };
    await expect(press("U0LI")).rejects.toThrow("timed out");
    expect(store.records.get(aDecisionId)).toMatchObject({ state: "approved", decidedBy: "U0JO" });
  });
});

describe("a crash between the verdict and what follows", () => {
  it("is made good by following the record again: one execution, one verdict", async () => {
    const { store, said, follow, press, unsettled } = aWorld({ settle: () => Promise.reject(new Error("died")) });
    // The verdict stands, so the person is not told that nothing was started.
    expect(await press("U0LI")).toMatchObject({ kind: "decided" });
    expect(unsettled).toEqual([new Error("died")]);
    expect(said.executions.size).toBe(0);
    const record = store.records.get(aDecisionId)!;
    await follow(record);
    await follow(record);
    expect([...said.executions.keys()]).toEqual([executionId(aDecisionId)]);
    expect([...said.facts.keys()]).toEqual([`${aDecisionId}-approved`]);
    expect([...said.messages.keys()]).toEqual([`${aDecisionId}-approved`]);
  });

  it("leaves the decision decided for everybody else", async () => {
    const { press } = aWorld({ settle: () => Promise.reject(new Error("died")) });
    await press("U0LI");
    expect(await press("U0JO", { answer: "deny" })).toMatchObject({ reason: "already-decided" });
  });
});
