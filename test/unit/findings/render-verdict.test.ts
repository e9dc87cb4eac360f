import { describe, expect, it } from "@jest/globals";
import type { Plan } from "../../../src/domain/plan.js";
import { renderCard } from "../../../src/findings/render-card.js";
import { renderEvidence } from "../../../src/findings/render-evidence.js";
import { detailsOf, headlineOf, listOf, mostShown, othersOf } from "../../../src/findings/render-verdict.js";
import type { Verdict } from "../../../src/domain/diagnosis.js";
import { aCard, aFinding, anOutcome, aPlanOnCard, aVerdictOnCard } from "../../builders/card.js";
import { anAnswer, aVerdict } from "../../builders/diagnosis.js";
import { after } from "../../builders/kubernetes.js";

const now = new Date(after(3_600));

/** As many verdicts, each about another workload: checkout, w1, w2, … */
function verdicts(count: number): Verdict[] {
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? aVerdict() : aVerdict({ summary: `w${index}: does not start`, confidence: "likely" }),
  );
}

function ended(action: Plan["action"], state: "verified" | "no-effect", found = verdicts(1)) {
  return renderCard(
    aCard({
      startedAt: after(1),
      finding: aFinding({ answer: anAnswer({ verdicts: found }) }),
      plan: aPlanOnCard({ action }),
      verdict: aVerdictOnCard("approved"),
      outcome: { at: after(98), outcome: anOutcome({ state }) },
    }),
    now,
  );
}

describe("the words of an outcome", () => {
  const deeds = [
    [{ type: "rollout-undo", toRevision: 7 }, "Rolled back"],
    [{ type: "rollout-restart" }, "Restarted"],
    [{ type: "scale", replicas: 3 }, "Scaled"],
  ] as const;
  it.each(deeds)("name what was done: %j", (action, deed) => {
    expect(JSON.stringify(ended(action, "verified").blocks)).toContain(`🟢 *${deed} and verified*`);
    expect(JSON.stringify(ended(action, "no-effect").blocks)).toContain(`🟠 *${deed}, no effect*`);
  });
});

describe("a namespace with several failures", () => {
  it("says after the change what it did not touch, and as of when", () => {
    const text = JSON.stringify(ended({ type: "rollout-restart" }, "verified", verdicts(3)).blocks);
    expect(text).toMatch(/Not touched by this.*as of .*w1: does not start \(likely\).*w2: does not start/);
    expect(JSON.stringify(ended({ type: "rollout-restart" }, "verified").blocks)).not.toContain("Not touched");
  });

  it("counts what is not shown", () => {
    expect(othersOf(verdicts(1))).toBe("");
    expect(othersOf(verdicts(mostShown)).split("\n")).toHaveLength(mostShown - 1);
    expect(
      othersOf(verdicts(mostShown + 2))
        .split("\n")
        .at(-1),
    ).toBe("• and 2 more");
    expect(listOf(["a", "b", "c", "d", "e"])).toBe("a, b, c, d, and 1 more");
  });

  it("has the evidence of each that its card names in the thread, and no other", () => {
    const thread = JSON.stringify(renderEvidence(aCard(), anAnswer({ verdicts: verdicts(mostShown + 1) })).blocks);
    expect(thread).toContain(`w${mostShown - 1}: does not start`);
    expect(thread).not.toContain(`w${mostShown}: does not start`);
  });
});

describe("a healthy card", () => {
  const healthy = (found: Verdict[]) =>
    JSON.stringify(
      renderCard(aCard({ finding: aFinding({ answer: anAnswer({ status: "healthy", verdicts: found }) }) }), now)
        .blocks,
    );
  it("lists what is worth a look, and can be asked why", () => {
    const warned = healthy([aVerdict({ severity: "warning", summary: "one replica only" })]);
    expect(warned).toContain("*Worth a look*\\n• one replica only");
    expect(warned).toContain('"action_id":"why"');
  });

  it("asks nobody whether nothing was right", () => {
    expect(healthy([])).not.toContain("Worth a look");
    expect(healthy([])).not.toContain("feedback-right");
  });
});

describe("an effect", () => {
  const service = { kind: "Service", namespace: "shop", name: "basket" };
  it("names its object, once", () => {
    expect(detailsOf(aVerdict({ effects: [{ object: service, summary: "2 of 4 endpoints ready" }] }))).toContain(
      "basket: 2 of 4 endpoints ready",
    );
    expect(detailsOf(aVerdict({ effects: [{ object: service, summary: "basket has no endpoints" }] }))).toContain(
      "Effects: basket has no endpoints",
    );
  });

  it("on another workload does not make this one down", () => {
    const effect = (name: string) => ({
      object: { kind: "Deployment", namespace: "shop", name },
      summary: "0 of 4 ready",
    });
    expect(headlineOf(aVerdict({ effects: [effect("basket")] }))).not.toContain("is down");
    expect(headlineOf(aVerdict({ effects: [effect("checkout")] }))).toContain("checkout is down");
  });
});
