import type { View } from "@slack/types";
import type { ApprovalRecord, Click } from "../approval/index.js";
import { channelOf, holdersOf, type Installation } from "../config/index.js";
import type { ControllerMessage } from "../domain/controller-message.js";
import { executionId, RunId } from "../domain/ids.js";
import { Plan } from "../domain/plan.js";
import { renderDenyReason, renderReview } from "../findings/index.js";
import { type ApprovalPress, parseButtonValue } from "./approval-button.js";
import { packDialogValue } from "./dialog-value.js";
import type { Membership, RunIndex } from "./ports.js";

/** One press of a button, as it was delivered. */
export interface CardPress {
  action: string;
  value: string;
  team: string;
  user: string;
  channel: string;
  messageTs: string | null;
  /** When it was pressed, in seconds of Slack's clock: the same however often and late the press is delivered. */
  actionTs: string;
}

const doubleClickSeconds = 5;

/** A line for the person who pressed, a dialog to open, or nothing. */
export type PressAnswer = { text: string } | { view: View } | null;

/** What each button of a card does. Who may press is decided here and, for approvals, in `approval/` alone. */
export function createCardButtons(deps: {
  press: (press: ApprovalPress) => Promise<string | null>;
  findApproval: (decision: string) => Promise<ApprovalRecord | null>;
  people: Membership;
  runs: RunIndex;
  feedback: { handles(action: string): boolean; onPress(press: CardPress): Promise<PressAnswer> };
  tellController: (message: ControllerMessage, id: string) => Promise<void>;
  installation: Installation;
  now: () => Date;
}): (press: CardPress) => Promise<PressAnswer> {
  const { press: decide, findApproval, people, runs, feedback, tellController, installation, now } = deps;
  const mayOperate = (user: string) => people.isOneOf(user, holdersOf(installation, "operator"), false);

  async function decided(card: CardPress, answer: Click["answer"]): Promise<PressAnswer> {
    const { value, team, user, channel, messageTs } = card;
    const text = await decide({ answer, value, team, user, channel, messageTs, reason: null });
    return text === null ? null : { text };
  }

  async function approve(card: CardPress, answer: Click["answer"], record: ApprovalRecord): Promise<PressAnswer> {
    const privateMetadata = packDialogValue({
      value: card.value,
      channel: card.channel,
      messageTs: card.messageTs ?? "",
    });
    const plan = Plan.parse(JSON.parse(record.plan));
    if (answer === "deny") return { view: renderDenyReason({ summary: plan.summary, privateMetadata }) };
    if (record.tier === "T3")
      return { view: renderReview({ plan, digest: record.planDigest, privateMetadata, decidable: true }) };
    return decided(card, answer);
  }

  async function planAgain(card: CardPress, kind: "undo" | "replan", record: ApprovalRecord): Promise<PressAnswer> {
    if (!(await mayOperate(card.user))) return { text: "Operators and approvers can ask for that; you are neither." };
    const at = now().toISOString();
    const { decision, run } = record;
    // A press that is delivered again and a double click are one wish; the same wish later, after a refusal, is a new one.
    const moment = Math.floor((Number(card.actionTs) || Date.parse(at) / 1_000) / doubleClickSeconds);
    await tellController({ kind, run, at, requestedBy: card.user, decision }, `${decision}-${kind}-${moment}`);
    return {
      text:
        kind === "undo"
          ? "The way back is being planned; it needs an approval of its own."
          : "A new plan is being made.",
    };
  }

  async function stop(card: CardPress): Promise<PressAnswer> {
    const parsed = parseButtonValue(card.value);
    const run = parsed ? executionId(parsed.decision) : RunId.safeParse(card.value).data;
    if (run === undefined) return { text: "This button does not belong to a run." };
    const known = parsed ? null : await runs.find(run);
    if (known?.requestedBy !== card.user && !(await mayOperate(card.user)))
      return { text: "Only the person who asked, and operators, can stop a run." };
    await runs.cancel(run, card.user);
    return {
      text: parsed
        ? "It stops at the next safe point; what is applied already stays until it is undone."
        : "It is being stopped.",
    };
  }

  return async (card) => {
    if (!channelOf(installation, card.channel)) {
      // On record as a refusal: no card stands in no channel.
      if (card.action === "approve") await decided({ ...card, channel: "" }, "approve");
      return { text: "KubeClaw is not set up for this channel." };
    }
    if (card.action === "stop") return stop(card);
    if (feedback.handles(card.action)) return feedback.onPress(card);
    if (card.action === "why")
      return { text: "The evidence of each claim is in the card's thread, numbered as on the card." };
    const parsed = parseButtonValue(card.value);
    const record = parsed && (await findApproval(parsed.decision));
    // A made-up approval is put on record as a refusal.
    if (!record && (card.action === "approve" || card.action === "deny")) return decided(card, card.action);
    if (!record)
      return { text: "This button does not belong to a plan that is known here. Use the buttons of the newest card." };
    switch (card.action) {
      case "approve":
      case "deny":
        return approve(card, card.action, record);
      case "details": {
        const privateMetadata = packDialogValue({
          value: card.value,
          channel: card.channel,
          messageTs: card.messageTs ?? "",
        });
        return {
          view: renderReview({
            plan: Plan.parse(JSON.parse(record.plan)),
            digest: record.planDigest,
            privateMetadata,
            decidable: record.state === "pending",
          }),
        };
      }
      case "undo":
      case "replan":
        return planAgain(card, card.action, record);
      default:
        return { text: "That button is not known." };
    }
  };
}
