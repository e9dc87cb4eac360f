import { holdersOf, type Installation, namespaceApprovers } from "../config/index.js";
import type { ApprovalStatement, RefusalReason, SignedApproval } from "../domain/approval.js";
import type { Freezes } from "../domain/freeze.js";
import type { ApprovalRecord } from "./approval-record.js";
import { type Click, decideClick } from "./decide-click.js";
import { isOfPlan } from "./is-of-plan.js";
import type { ApprovalStore, Audit, FindCard, People } from "./ports.js";

export type DecideResult =
  | { kind: "decided"; record: ApprovalRecord }
  | { kind: "refused"; reason: RefusalReason; record: ApprovalRecord | null; approvers: readonly string[] };

/** Who may approve in a namespace: holders of the role, and of the namespace's own list where it has one. */
async function isApprover(
  people: People,
  installation: Installation,
  user: string,
  record: ApprovalRecord,
): Promise<boolean> {
  const fresh = record.tier === "T3";
  const narrower = namespaceApprovers(installation, record.namespace);
  if (!(await people.isOneOf(user, holdersOf(installation, "approver"), fresh))) return false;
  return narrower === undefined || people.isOneOf(user, narrower, fresh);
}

/**
 * The only place that turns a click into a verdict: everything is read again, the decision is one compare-and-set, and
 * every refusal is audited. What follows from the verdict is done by the caller, and again after a crash.
 */
export function createDecide(deps: {
  store: ApprovalStore;
  people: People;
  installation: Installation;
  findCard: FindCard;
  freezes: Freezes;
  sign: (statement: ApprovalStatement) => SignedApproval;
  settle: (record: ApprovalRecord) => Promise<void>;
  /** What follows from a verdict could not be done now: it is done later, by whoever looks after open decisions. */
  onUnsettled: (error: unknown) => void;
  audit: Audit;
  now: () => Date;
}): (click: Click & { decision: string; user: string; reason: string | null }) => Promise<DecideResult> {
  const { store, people, installation, findCard, freezes, sign, settle, onUnsettled, audit, now } = deps;

  async function refuse(
    click: { decision: string; user: string; team: string; answer: string },
    record: ApprovalRecord | null,
    reason: RefusalReason,
  ): Promise<DecideResult> {
    await audit({
      at: now().toISOString(),
      kind: "approval.refused",
      actor: { kind: "person", id: click.user, team: click.team },
      run: record?.run ?? null,
      ...(record ? { decision: record.decision } : {}),
      detail: { reason, answer: click.answer },
    });
    const approvers = record
      ? (namespaceApprovers(installation, record.namespace) ?? holdersOf(installation, "approver"))
      : [];
    return { kind: "refused", reason, record, approvers };
  }

  return async (click) => {
    const record = await store.find(click.decision);
    if (!record) return refuse(click, null, "stale");
    if (!isOfPlan(record)) return refuse(click, record, "digest-mismatch");
    const [person, card, approver, freeze] = await Promise.all([
      people.find(click.user),
      findCard(record.run),
      isApprover(people, installation, click.user, record),
      freezes.find(record.namespace),
    ]);
    const verdict = decideClick({
      record,
      click,
      person,
      card,
      isApprover: approver,
      frozen: freeze !== null,
      fourEyes: installation.approval.fourEyes.some((tier) => tier === record.tier),
      now: now(),
    });
    if (verdict.kind === "refused") return refuse(click, record, verdict.reason);
    const at = now().toISOString();
    const attempted: ApprovalRecord = {
      ...record,
      state: click.answer === "approve" ? "approved" : "denied",
      decidedBy: click.user,
      decidedAt: at,
      reason: click.reason,
      approval:
        click.answer === "approve"
          ? sign({
              decision: record.decision,
              planDigest: record.planDigest,
              team: record.team,
              approvedBy: click.user,
              approvedAt: at,
              expiresAt: record.expiresAt,
            })
          : null,
    };
    const settled = await store.settle(attempted).catch((error: unknown) => {
      void store.withdraw(record, attempted).catch(onUnsettled);
      throw error;
    });
    if (!settled) return refuse(click, await store.find(click.decision), "already-decided");
    // The verdict stands: to say now that nothing was started would be untrue.
    await settle(settled).catch(onUnsettled);
    return { kind: "decided", record: settled };
  };
}
