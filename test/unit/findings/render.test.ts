import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Verdict } from "../../../src/domain/diagnosis.js";
import { canonicalJson } from "../../../src/domain/canonical-json.js";
import type { Card } from "../../../src/findings/card.js";
import type { Message } from "../../../src/findings/index.js";
import { renderCard } from "../../../src/findings/render-card.js";
import { renderEvidence } from "../../../src/findings/render-evidence.js";
import { renderFeedback } from "../../../src/findings/render-feedback.js";
import { renderNote } from "../../../src/findings/render-note.js";
import { renderDenyReason, renderReview } from "../../../src/findings/render-review.js";
import { checkedView } from "../../../src/playground/slack/block-kit/checked-view.js";
import { validateBlocks } from "../../../src/playground/slack/block-kit/validate-blocks.js";
import { escapeText } from "../../../src/findings/text.js";
import { aCard, aFinding, aPlanOnCard, aVerdictOnCard, cardsByState } from "../../builders/card.js";
import { anAnswer, aVerdict } from "../../builders/diagnosis.js";
import { after, noon } from "../../builders/kubernetes.js";
import { anOffer, aPlan, aPlanDigest } from "../../builders/plan.js";
import { anAlertRequest, aRequest, aRunId } from "../../builders/request.js";

const now = new Date(after(3_600));

/** Every text of blocks, with the type of the object that it stands in. */
function textsOf(value: unknown): { type: string; text: string }[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value === null || typeof value !== "object") return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  const own = typeof text === "string" ? [{ type: String(type), text }] : [];
  return [...own, ...Object.values(value).flatMap(textsOf)];
}

/** What Slack asks of a message, and what we ask: no mention but of the people whom we name, nothing too long. */
function expectSafe(message: Message): void {
  const texts = textsOf(message.blocks);
  expect(validateBlocks(message.blocks, "message")).toMatchObject({ kind: "accepted" });
  for (const text of [message.text, ...texts.filter(({ type }) => type === "mrkdwn").map((entry) => entry.text)])
    expect(text.replace(/<@U0(ANA|LI|JO)>/g, "")).not.toMatch(/[<>]/);
  expect(texts.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(10_000);
  expect(message.text.length).toBeGreaterThan(0);
  expect(() => canonicalJson(message)).not.toThrow();
}

const fragment = fc.constantFrom(
  "<!channel>",
  "<@U0EVE>",
  "<https://evil|x>",
  "&",
  "*",
  "`",
  "```",
  "_~",
  "\n",
  "\u202e",
  "😀",
  "checkout ",
  "é",
  "|",
  "\\",
  "%00",
);
const hostile = (max: number) =>
  fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join("").slice(0, max).toWellFormed());
const long = (max: number) =>
  fc.oneof(
    hostile(max),
    fragment.map((part) => part.repeat(max).slice(0, max).toWellFormed()),
  );
const named = (max: number) => long(max).map((text) => (text === "" ? "x" : text));

const ref = fc.record({ kind: named(63), namespace: long(63), name: named(253) });
const verdict: fc.Arbitrary<Verdict> = fc
  .record({
    object: ref,
    symptomObject: ref,
    confidence: fc.constantFrom("confirmed", "likely", "inconclusive"),
    summary: named(1_000),
    since: fc.constantFrom(after(-60), "<!channel>"),
    quotes: fc.array(fc.tuple(long(400), long(2_000)), { maxLength: 20 }),
    effects: fc.array(fc.record({ object: ref, summary: long(500) }), { maxLength: 6 }),
    ruledOut: fc.array(fc.record({ causeId: long(80), because: long(500) }), { maxLength: 6 }),
    notChecked: fc.array(long(300), { maxLength: 6 }),
    offers: fc.boolean(),
  })
  .map(({ quotes, offers, ...rest }) => ({
    ...aVerdict(),
    ...rest,
    evidence: quotes.map(([path, quote], index) => ({
      id: `e${index + 1}`,
      source: "log" as const,
      ref: path,
      path,
      quote,
    })),
    actions: offers ? aVerdict().actions : [],
  }));

const anyCard = (base: Card): fc.Arbitrary<Card> =>
  fc
    .record({
      verdicts: fc.array(verdict, { maxLength: 4 }),
      used: fc.boolean(),
      note: long(4_000),
      name: named(200),
      summary: named(300),
      reason: long(1_000),
      error: long(500),
      outcome: long(1_000),
      text: long(300),
      resolved: fc.boolean(),
    })
    .map(({ verdicts, used, note, name, summary, reason, error, outcome, text, resolved }) => {
      const alert = { kind: "alert" as const, alert: { name, fingerprint: "f" } };
      const { finding, plan, verdict: decided, executing } = base;
      return {
        ...base,
        request: { ...base.request, cluster: name.slice(0, 100), trigger: used ? alert : base.request.trigger },
        finding: finding && {
          ...finding,
          answer: { ...finding.answer, verdicts: finding.answer.status === "healthy" ? [] : verdicts },
          model: { used, model: used ? name.slice(0, 100) : null, note, usd: 0.01 },
        },
        plan: plan && {
          ...plan,
          offer: anOffer({
            ...aPlan(),
            purpose: base.plan?.offer.plan.includes('"undo"') ? "undo" : "remedy",
            summary,
            reason,
          }),
        },
        noPlan: { at: after(3), reason: error },
        verdict: decided && { ...decided, reason },
        executing: executing ?? null,
        outcome: base.outcome && { ...base.outcome, outcome: { ...base.outcome.outcome, summary: outcome } },
        ended: base.ended && { ...base.ended, error },
        progress: [{ at: after(1), step: text.slice(0, 40), text }],
        resolvedAt: resolved ? after(100) : null,
      };
    });

describe.each(Object.entries(cardsByState()))("the card of a run that is %s", (state, card) => {
  it("is a message that Slack takes, with its state in the metadata", () => {
    const message = renderCard(card, now);
    expectSafe(message);
    expect(message.metadata).toEqual({
      event_type: "kubeclaw_card",
      event_payload: { run: aRunId, key: "card", state },
    });
  });

  it("passes Slack's own checks and mentions nobody, whatever the cluster says", () => {
    fc.assert(
      fc.property(anyCard(card), (hostileCard) => {
        expectSafe(renderCard(hostileCard, now));
      }),
      { numRuns: 60 },
    );
  });
});

it("a card full of long hostile text keeps to 10,000 characters", () => {
  const text = "&".repeat(1_000);
  const full = aVerdict({
    summary: text,
    effects: Array.from({ length: 4 }, () => ({ object: aVerdict().object, summary: text.slice(0, 500) })),
  });
  const answer = anAnswer({ verdicts: [full, full, full, full] });
  const finding = aFinding({ answer, model: { used: true, model: "claude", note: "&".repeat(4_000), usd: 0.01 } });
  const plan = { at: after(3), offer: anOffer({ summary: "&".repeat(300) }) };
  expectSafe(renderCard(aCard({ finding, plan }), now));
});

it("evidence ids that a Job made up mention nobody", () => {
  const evidence = [{ id: "<!channel>", source: "log" as const, ref: "Pod/shop/x", quote: "x" }];
  expectSafe(
    renderCard(aCard({ finding: aFinding({ answer: anAnswer({ verdicts: [aVerdict({ evidence })] }) }) }), now),
  );
});

it("a title that is cut for Slack's dialog is still text", () => {
  const summary = `${"x".repeat(99)}😀${"y".repeat(50)}`;
  const plan = { at: after(3), offer: anOffer({ summary }) };
  expectSafe(renderCard(aCard({ finding: aFinding(), plan }), now));
});

describe("buttons", () => {
  const buttons = (card: Card) =>
    renderCard(card, now).blocks.flatMap((block) =>
      block.type === "actions"
        ? block.elements.map((element) => ("action_id" in element ? element.action_id : ""))
        : [],
    );
  const cards = cardsByState();
  const judged = ["feedback-right", "feedback-wrong", "feedback-partly"];

  it.each([
    ["queued", ["stop"]],
    ["investigating", ["stop"]],
    ["finding", ["why", ...judged]],
    ["healthy", []],
    ["awaiting-approval", ["approve", "deny", "details", "why", ...judged]],
    ["executing", ["stop", "details", "why"]],
    ["verified", ["undo", "details", "why", ...judged]],
    ["no-effect", ["undo", "details", "why", ...judged]],
    ["rolled-back", ["replan", "why", ...judged]],
    ["undone", ["replan", "why"]],
    ["failed", ["replan", "why"]],
    ["unknown", ["why"]],
    ["expired", ["replan", "why", ...judged]],
    ["denied", ["replan", "why", ...judged]],
    ["superseded", ["replan", "why", ...judged]],
    ["cancelled", []],
  ])("of a card that is %s: %j", (state, actions) => {
    expect(buttons(cards[state]!)).toEqual(actions);
  });

  it("carry an opaque id and a prefix of the digest, never the plan", () => {
    const text = JSON.stringify(renderCard(cards["awaiting-approval"]!, now).blocks);
    expect(text).toContain(`"value":"v1:${anOffer().decision}:${aPlanDigest.slice(0, 16)}"`);
    expect(text).not.toContain(aPlanDigest);
  });

  it("ask once more at T2, and not at T3, where a dialog follows", () => {
    const asks = (tier: "T2" | "T3") =>
      JSON.stringify(
        renderCard(aCard({ finding: aFinding(), plan: { at: after(3), offer: anOffer({ tier }) } }), now),
      ).includes('"confirm"');
    expect([asks("T2"), asks("T3")]).toEqual([true, false]);
  });
});

describe("what the card says", () => {
  const shown = (card: Card) => JSON.stringify(renderCard(card, now));

  it("names who asked, or the alert", () => {
    expect(shown(aCard())).toContain("Asked by <@U0ANA>");
    expect(shown(aCard({ request: anAlertRequest() }))).toContain("For alert HighErrorRate");
  });

  it("tells a first finding from the answer, and rules from a model", () => {
    expect(shown(aCard({ finding: aFinding() }))).toContain("Rules only; no model was asked.");
    const asked = aFinding({ model: { used: true, model: "claude", note: "it is the image", usd: 0.0123 } });
    expect(shown(aCard({ finding: asked }))).toContain("Rules; claude was asked, $0.0123.");
  });

  it("does not claim more than is known where a run ended without a word", () => {
    expect(shown(aCard({ ended: { at: after(9), result: "failed", error: "evicted" } }))).toContain(
      "did not end: evicted",
    );
  });

  it("says why an undo that was asked for is not offered", () => {
    const noPlan = { at: after(120), reason: "checkout was changed since" };
    const { verified } = cardsByState();
    expect(shown({ ...verified!, noPlan })).toContain("No change is offered: checkout was changed since");
    expect(shown(verified!)).not.toContain("No change is offered");
  });

  it("says that the alert was resolved, whatever the state", () => {
    expect(shown(aCard({ finding: aFinding(), resolvedAt: after(60) }))).toContain(
      "The alert was resolved at 12:01 UTC",
    );
  });
});

describe("evidence", () => {
  /** The note of a card whose finding is this answer. */
  const noteOf = (answer: ReturnType<typeof anAnswer>) =>
    renderEvidence(aCard({ finding: aFinding({ answer }) }), answer);

  it("is shown as data: preformatted, never markup", () => {
    const message = noteOf(
      anAnswer({
        verdicts: [aVerdict({ evidence: [{ id: "e1", source: "log", ref: "Pod/shop/x", quote: "<!channel> *x*" }] })],
      }),
    );
    const block = message.blocks.find(({ type }) => type === "rich_text");
    expect(JSON.stringify(block)).toContain("<!channel> *x*");
    expectSafe(message);
  });

  it("says what was done and what it cost, also where there is nothing to cite", () => {
    const message = noteOf(anAnswer({ verdicts: [] }));
    expect(message.text).toBe("What was looked at");
    expect(JSON.stringify(message.blocks)).toContain("API calls");
  });

  it("passes Slack's own checks and mentions nobody, whatever the cluster says", () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1, maxLength: 5 }), (verdicts) => {
        expectSafe(noteOf(anAnswer({ verdicts })));
      }),
      { numRuns: 100 },
    );
  });

  it("keeps to 10,000 characters", () => {
    const evidence = Array.from({ length: 20 }, (_, at) => ({
      id: `e${at + 1}`,
      source: "log" as const,
      ref: "Pod/shop/x",
      quote: "q".repeat(2_000),
    }));
    const full = aVerdict({ summary: "&".repeat(1_000), evidence });
    expectSafe(noteOf(anAnswer({ verdicts: [full, full, full] })));
  });
});

describe("the review dialog", () => {
  const review = (over: Parameters<typeof aPlan>[0] = {}, decidable = true) =>
    renderReview({ plan: aPlan(over), digest: aPlanDigest, privateMetadata: "v C0SRE 1.2", decidable });

  it("shows the fields that change, old and new, and when it ends", () => {
    const text = JSON.stringify(review());
    expect(text).toContain("spec.template.spec.containers[web].image");
    expect(text).toContain("registry.local/checkout:1.9.1");
    expect(text).toContain("expires 12:30 UTC");
  });

  it("asks for a reason, which T3 requires", () => {
    const input = (tier: "T2" | "T3") => review({ tier }).blocks.find(({ type }) => type === "input");
    expect(input("T2")).toMatchObject({ optional: true });
    expect(input("T3")).toMatchObject({ optional: false });
  });

  it("can be read but not sent where there is nothing to decide", () => {
    const view = review({}, false);
    expect("submit" in view).toBe(false);
    expect(view.blocks.some(({ type }) => type === "input")).toBe(false);
    expect(() => checkedView(view, "modal")).not.toThrow();
  });

  it("hides secrets in the difference", () => {
    const diff = [
      {
        path: "spec.template.spec.containers[web].env[DB_PASSWORD].value",
        from: '"hunter2hunter2"',
        to: '"xoxb-123456789012-abc"',
      },
    ];
    expect(JSON.stringify(review({ diff }))).not.toContain("xoxb-1234");
  });

  it("passes Slack's own checks and mentions nobody, whatever the cluster says", () => {
    const fields = fc.array(fc.record({ path: long(1_000), from: long(20_000), to: fc.constant(null) }), {
      minLength: 1,
      maxLength: 50,
    });
    const plan = fc.record({ summary: named(300), reason: long(1_000), diff: fields });
    fc.assert(
      fc.property(plan, fc.constantFrom("T2" as const, "T3" as const), (over, tier) => {
        const views = [review({ ...over, tier }), renderDenyReason({ summary: over.summary, privateMetadata: "x" })];
        for (const view of views) {
          expect(() => checkedView(view, "modal")).not.toThrow();
          for (const { type, text } of textsOf(view.blocks))
            if (type === "mrkdwn") expect(text.replaceAll("<@U0ANA>", "")).not.toMatch(/[<>]/);
        }
      }),
      { numRuns: 60 },
    );
  });
});

it("draws a namespace's card without an object", () => {
  expectSafe(renderCard(aCard({ request: aRequest({ scope: { namespace: "shop", object: null } }) }), now));
});

describe("alerts of one cause", () => {
  const text = (card: Card) => JSON.stringify(renderCard(card, now).blocks);

  it.each([
    [0, null],
    [1, null],
    [2, "and 1 more alert of the same cause"],
    [300, "and 299 more alerts of the same cause"],
  ])("%i of them", (alerts, line) => {
    const shown = text(aCard({ request: anAlertRequest(), alerts }));
    if (line === null) expect(shown).not.toContain("of the same cause");
    else expect(shown).toContain(line);
  });

  it("are not counted on the card of a person's question", () => {
    expect(text(aCard({ alerts: 9 }))).not.toContain("of the same cause");
  });

  it("a plan that was withdrawn says why, and that nothing newer took its place", () => {
    const verdict = { ...aVerdictOnCard("superseded", null), reason: "the alert was resolved" };
    const shown = text(aCard({ finding: aFinding(), plan: aPlanOnCard(), verdict }));
    expect(shown).toContain("Withdrawn");
    expect(shown).toContain("the alert was resolved");
    expect(shown).not.toContain("newer plan");
  });
});

it("a note passes Slack's limits whatever stands in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 600 }), (text) => {
      const place = { channel: "C0SRE", threadTs: null };
      const note = renderNote({ kind: "note", run: aRunId, at: noon.toISOString(), place, text: escapeText(text) });
      expect(validateBlocks(note.blocks, "message").kind).toBe("accepted");
    }),
  );
});

it.each(["wrong", "partly"] as const)("the dialog for a finding that was %s passes Slack's limits", (answer) => {
  const view = renderFeedback({ answer, privateMetadata: "x" });
  expect(validateBlocks(view.blocks, "modal").kind).toBe("accepted");
});
