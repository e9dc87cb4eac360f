import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Card } from "../../../src/findings/card.js";
import { renderCard } from "../../../src/findings/render-card.js";
import { renderEvidence } from "../../../src/findings/render-evidence.js";
import { renderUnreachable } from "../../../src/findings/render-note.js";
import { renderReview } from "../../../src/findings/render-review.js";
import { checkedView } from "../../../src/playground/slack/block-kit/checked-view.js";
import { validateBlocks } from "../../../src/playground/slack/block-kit/validate-blocks.js";
import { aPlanOnCard, cardsByState } from "../../builders/card.js";
import { anAnswer, aVerdict } from "../../builders/diagnosis.js";
import { after } from "../../builders/kubernetes.js";
import { aPlan, aPlanDigest } from "../../builders/plan.js";
import { anAlertRequest, aRequest } from "../../builders/request.js";

const now = new Date(after(3_600));
const invisible = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff]/;
const piece = fc.oneof(
  fc.constantFrom(
    "<!channel>",
    "<@U0EVE|li>",
    "<https://evil|ok>",
    "Approved by <@U0LI>",
    "```",
    "*_~",
    "&lt;!here&gt;",
  ),
  fc.constantFrom("\u202e", "\u200b", "\u061c", "\u00ad", "\u3164", "\ud800", "\u0000", "\n", "😀", "“–…”", "--all"),
  fc.string({ unit: "binary", maxLength: 40 }),
);
const hostile = (most: number) =>
  fc.array(piece, { minLength: 1, maxLength: 60 }).map((pieces) => pieces.join("").repeat(8).slice(0, most));

/** Every text that a reader sees, with whether Slack reads markup in it. */
function textsOf(value: unknown): { marked: boolean; text: string }[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value === null || typeof value !== "object") return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  const own = typeof text === "string" ? [{ marked: type === "mrkdwn", text }] : [];
  return [...own, ...Object.values(value).flatMap(textsOf)];
}

function expectSafe(text: string, blocks: unknown): void {
  const texts = [{ marked: true, text }, ...textsOf(blocks)];
  for (const each of texts) {
    expect(each.text).not.toMatch(invisible);
    if (each.marked) expect(each.text.replace(/<@U0(ANA|LI|JO)>|<#C0SRE>/g, "")).not.toMatch(/[<>]/);
  }
  // Slack's own bound on all the text of a message.
  expect(texts.reduce((sum, each) => sum + each.text.length, 0)).toBeLessThan(11_000);
}

/** A card in a state, with hostile text wherever text of the cluster, an alert or a person can stand. */
function poisoned(card: Card, text: string): Card {
  const short = text.slice(0, 300);
  const verdict = aVerdict({
    causeId: "crash-loop",
    summary: text.slice(0, 500),
    evidence: [1, 2, 3, 4].map((at) => ({
      id: `e${at}`,
      source: "log" as const,
      ref: short,
      path: short,
      quote: text.slice(0, 2_000),
      at: short.slice(0, 40),
    })),
    effects: Array.from({ length: 6 }, () => ({ object: aVerdict().object, summary: short })),
    ruledOut: Array.from({ length: 6 }, () => ({ causeId: "registry-dns-failure", because: short })),
    notChecked: [short, short],
  });
  const status = card.finding?.answer.status ?? "failing";
  return {
    ...card,
    request: anAlertRequest({
      cluster: short.slice(0, 90),
      trigger: { kind: "alert", alert: { name: short.slice(0, 200), fingerprint: "f".repeat(32) } },
    }),
    progress: [{ at: after(1), step: short.slice(0, 40), text: short }],
    finding: card.finding && {
      ...card.finding,
      answer: anAnswer({
        status,
        verdicts: status === "healthy" ? [] : [verdict, verdict, verdict],
        warnings: [short, short],
      }),
      model: { used: true, model: short.slice(0, 90), note: text.slice(0, 4_000), usd: 0.01 },
    },
    ended: card.ended && { ...card.ended, error: text.slice(0, 500) },
    plan:
      card.plan &&
      aPlanOnCard({
        purpose: card.plan.offer.plan.includes('"undo"') ? "undo" : "remedy",
        summary: `x${short}`.slice(0, 300).toWellFormed(),
      }),
    noPlan: { at: after(2), reason: short },
    verdict: card.verdict && { ...card.verdict, reason: text.slice(0, 1_000) },
    executing: card.executing && { at: after(60), text: short },
    outcome: card.outcome && { at: after(98), outcome: { ...card.outcome.outcome, summary: short } },
    alerts: 300,
  };
}

describe.each(Object.entries(cardsByState()))("a card that is %s", (_state, card) => {
  it("is taken by Slack, mentions nobody and hides nothing, whatever stands in it", () => {
    fc.assert(
      fc.property(hostile(4_000), (text) => {
        const full = poisoned(card, text);
        const message = renderCard(full, now);
        expect(validateBlocks(message.blocks, "message")).toMatchObject({ kind: "accepted" });
        expectSafe(message.text, message.blocks);
        if (!full.finding) return;
        const evidence = renderEvidence(full, full.finding.answer);
        expect(validateBlocks(evidence.blocks, "message")).toMatchObject({ kind: "accepted" });
        expectSafe(evidence.text, evidence.blocks);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});

describe("the review of a plan", () => {
  it("shows every field that changes, or says how many it does not: none is pushed out of sight", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), hostile(20_000), (fields, text) => {
        const diff = Array.from({ length: fields }, (_, at) => ({ path: `spec.field-${at}-x`, from: text, to: text }));
        const view = renderReview({
          plan: aPlan({ diff }),
          digest: aPlanDigest,
          privateMetadata: "x",
          decidable: true,
        });
        expect(() => checkedView(view, "modal")).not.toThrow();
        const shown = textsOf(view.blocks).map((each) => each.text);
        const all = shown.join("\n");
        const missing = diff.filter(({ path }) => !all.includes(path)).length;
        if (missing > 0) expect(all).toContain(`${missing} of ${fields} fields are not shown here.`);
        else expect(all).not.toContain("are not shown here");
        expectSafe("x", view.blocks);
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});

it("the line to a person whose channel takes nothing mentions only that channel", () => {
  fc.assert(
    fc.property(hostile(500), (why) => {
      const message = renderUnreachable(aRequest(), why);
      expect(validateBlocks(message.blocks, "message")).toMatchObject({ kind: "accepted" });
      expectSafe(message.text, message.blocks);
    }),
  );
});
