import type { View } from "@slack/types";
import type { Plan } from "../domain/plan.js";
import { createRedactor } from "../domain/redaction.js";
import { preformatted, reasonInput, section } from "./blocks.js";
import { clock, code, cut, escapeText } from "./text.js";

const redact = createRedactor();

const diffLength = 5_000;
const shortestValue = 20;

/**
 * `path: old → new` for each field that the server's dry-run changed; values of secret-looking fields stay hidden. One
 * long value must not push another field out of sight: each has its share, and what does not fit is said to be there.
 */
function diffText(plan: Plan): string {
  const share = Math.floor(diffLength / plan.diff.length / 3);
  // Redacted before it is cut: half a secret has no known shape.
  const shown = (text: string) => cut(redact(text), Math.max(share, shortestValue));
  const fields = plan.diff.map(({ path, from, to }) =>
    redact(`${cut(path, 200)}\n  - ${shown(from ?? "(not set)")}\n  + ${shown(to ?? "(removed)")}`),
  );
  let left = diffLength - 100;
  const fit = fields.findIndex((field) => (left -= field.length + 1) < 0);
  if (fit === -1) return fields.join("\n");
  return [`${fields.length - fit} of ${fields.length} fields are not shown here.`, ...fields.slice(0, fit)].join("\n");
}

/** What the dialog shows, from the record alone: what changes, how it is judged, how it is undone. */
export function renderReview(input: { plan: Plan; digest: string; privateMetadata: string; decidable: boolean }): View {
  const { plan, digest, privateMetadata, decidable } = input;
  const wanted = plan.action.type === "scale" ? plan.action.replicas : plan.blast.pods;
  const after =
    plan.purpose === "undo"
      ? "Done when the object is as it was before"
      : `Works if: ${wanted} of ${wanted} ready in ${plan.verification.windowSeconds} s, and the finding ${code(plan.verification.causeId)} is gone`;
  const by = plan.requestedBy === null ? "Asked by KubeClaw" : `Asked by <@${plan.requestedBy}>`;
  return {
    type: "modal",
    callback_id: "review-plan",
    private_metadata: privateMetadata,
    title: { type: "plain_text", text: "Review the plan" },
    close: { type: "plain_text", text: decidable ? "Cancel" : "Close" },
    ...(decidable ? { submit: { type: "plain_text", text: "Approve" } } : {}),
    blocks: [
      section("summary", `*${escapeText(plan.summary)}*\n${escapeText(cut(plan.reason, 500))}`),
      section("changes", `*What changes* (server dry-run, ${clock(plan.plannedAt)})`),
      preformatted("diff", diffText(plan)),
      section(
        "facts",
        [
          `Touches 1 ${plan.target.kind}, ${plan.blast.pods} pods, in ${escapeText(plan.target.namespace)} · ${plan.tier}`,
          after,
          "If not: goes back by itself to what is there now",
          "Undo: a button, as long as nobody changed it since",
          `${by} · expires ${clock(plan.expiresAt)} · plan ${code(digest.slice(0, 8))}`,
        ].join("\n"),
      ),
      ...(decidable ? [reasonInput(plan.tier === "T3")] : []),
    ],
  };
}

/** Asks for the reason of a denial. */
export function renderDenyReason(input: { summary: string; privateMetadata: string }): View {
  return {
    type: "modal",
    callback_id: "deny-reason",
    private_metadata: input.privateMetadata,
    title: { type: "plain_text", text: "Deny the plan" },
    submit: { type: "plain_text", text: "Deny" },
    close: { type: "plain_text", text: "Cancel" },
    blocks: [section("summary", escapeText(cut(input.summary, 300))), reasonInput(true)],
  };
}
