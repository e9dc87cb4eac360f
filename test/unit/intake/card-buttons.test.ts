import { describe, expect, it } from "@jest/globals";
import type { ApprovalRecord } from "../../../src/approval/index.js";
import { createCardButtons, createFeedback, type RunSummary } from "../../../src/intake/index.js";
import { aCardPlace } from "../../builders/click.js";
import { noon } from "../../builders/kubernetes.js";
import { aDecisionId, anApproval, aPlanDigest } from "../../builders/plan.js";
import { anExecutionId, anInstallation, aRunId } from "../../builders/request.js";
import { aRunSummary, createFeedbackStore, createRunIndex } from "../../fakes/intake.js";
import { createPeople } from "../../fakes/people.js";
import { createRecorder } from "../../fakes/recorder.js";

const secondsOf = (time: Date) => (time.getTime() / 1_000).toFixed(6);
const value = `v1:${aDecisionId}:${aPlanDigest.slice(0, 16)}`;

function aWorld(record: ApprovalRecord | null = anApproval(), ...known: RunSummary[]) {
  const clock = { now: noon };
  const said = createRecorder();
  const runs = createRunIndex(...known);
  const presses: unknown[] = [];
  const store = createFeedbackStore();
  const feedback = createFeedback({
    store,
    runs,
    people: createPeople(),
    installation: anInstallation(),
    now: () => clock.now,
  });
  const onPress = createCardButtons({
    press: (press) => {
      presses.push(press);
      return Promise.resolve("a refusal");
    },
    findApproval: (decision) => Promise.resolve(record?.decision === decision ? record : null),
    people: createPeople(),
    runs,
    feedback,
    ...said,
    installation: anInstallation(),
    now: () => clock.now,
  });
  const press = (action: string, over: Partial<Parameters<typeof onPress>[0]> = {}) =>
    onPress({
      action,
      value,
      team: "T0SHOP",
      user: "U0LI",
      channel: aCardPlace.channel,
      messageTs: aCardPlace.ts,
      actionTs: secondsOf(noon),
      ...over,
    });
  return { clock, said, runs, presses, press, feedback, saved: store.saved };
}
const aRun = (requestedBy: string | null) => aRunSummary({ state: "investigating", active: true, requestedBy });

describe("approve", () => {
  it("at T2 is the decision itself", async () => {
    const { presses, press } = aWorld();
    expect(await press("approve")).toEqual({ text: "a refusal" });
    expect(presses).toMatchObject([{ answer: "approve", value, user: "U0LI", reason: null }]);
  });

  it("at T3 opens the review dialog, and decides nothing", async () => {
    const { presses, press } = aWorld(anApproval({ tier: "T3" }));
    expect(await press("approve")).toMatchObject({ view: { callback_id: "review-plan", submit: { text: "Approve" } } });
    expect(presses).toEqual([]);
  });
});

it("deny asks for the reason first", async () => {
  const { presses, press } = aWorld();
  expect(await press("deny")).toMatchObject({
    view: { callback_id: "deny-reason", private_metadata: `${value} C0SRE ${aCardPlace.ts}` },
  });
  expect(presses).toEqual([]);
});

describe("details", () => {
  it("is for anybody; it can be sent while the plan waits", async () => {
    expect(await aWorld().press("details", { user: "U0MAX" })).toMatchObject({
      view: { callback_id: "review-plan", submit: {} },
    });
    const view = await aWorld(anApproval({ state: "approved" })).press("details");
    expect(JSON.stringify(view)).not.toContain('"submit"');
  });
});

describe.each(["undo", "replan"] as const)("%s", (action) => {
  it("asks the controller, in the name of the person", async () => {
    const { said, press } = aWorld(anApproval({ state: "approved" }));
    expect(await press(action)).toHaveProperty("text");
    expect([...said.messages.values()]).toMatchObject([{ kind: action, decision: aDecisionId, requestedBy: "U0LI" }]);
  });

  it("pressed twice asks once", async () => {
    const { said, press } = aWorld();
    await Promise.all([press(action), press(action, { user: "U0JO" })]);
    expect(said.messages.size).toBe(1);
  });

  it("asks anew when it is pressed again later, as after a refusal", async () => {
    const { said, press } = aWorld();
    await press(action);
    await press(action, { actionTs: secondsOf(new Date(noon.getTime() + 60_000)) });
    expect(said.messages.size).toBe(2);
  });

  it("delivered again much later asks once, whatever our clock says then", async () => {
    const { clock, said, press } = aWorld();
    await press(action);
    clock.now = new Date(noon.getTime() + 3_600_000);
    await press(action);
    expect(said.messages.size).toBe(1);
  });

  it("that bears no time is told apart by ours", async () => {
    const { clock, said, press } = aWorld();
    await press(action, { actionTs: "" });
    clock.now = new Date(noon.getTime() + 60_000);
    await press(action, { actionTs: "" });
    expect(said.messages.size).toBe(2);
  });

  it("is not for a viewer", async () => {
    const { said, press } = aWorld();
    expect(await press(action, { user: "U0MAX" })).toMatchObject({
      text: expect.stringContaining("you are neither"),
    });
    expect(said.messages.size).toBe(0);
  });
});

describe("stop", () => {
  it.each([
    ["the person who asked", "U0MAX", "U0MAX", true],
    ["an operator", "U0MAX", "U0ANA", true],
    ["nobody else", "U0ANA", "U0MAX", false],
  ])("of an investigation is for %s", async (_who, requestedBy, user, stops) => {
    const { runs, press } = aWorld(null, aRun(requestedBy));
    await press("stop", { value: aRunId, user });
    expect(runs.cancelled).toEqual(stops ? [[aRunId, user]] : []);
  });

  it("of an execution stops its run, and is for operators", async () => {
    const { runs, press } = aWorld();
    await press("stop", { user: "U0MAX" });
    expect(runs.cancelled).toEqual([]);
    await press("stop");
    expect(runs.cancelled).toEqual([[anExecutionId, "U0LI"]]);
  });

  it("of nothing says so", async () => {
    expect(await aWorld().press("stop", { value: "x" })).toEqual({ text: "This button does not belong to a run." });
  });
});

describe("a press that leads nowhere gets one sentence", () => {
  it.each([
    ["a channel that is not listed", "undo", { channel: "C0OTHER" }, "not set up for this channel"],
    ["a value that is made up", "details", { value: "x" }, "does not belong to a plan"],
    [
      "a plan that is gone",
      "replan",
      { value: `v1:kc-dec-00000000000000000000:${"0".repeat(16)}` },
      "does not belong to a plan",
    ],
    ["a button that is not known", "launch-missiles", {}, "not known"],
  ])("%s", async (_what, action, over, text) => {
    const { said, presses, press } = aWorld();
    expect(await press(action, over)).toMatchObject({ text: expect.stringContaining(text) });
    expect([presses, said.log]).toEqual([[], []]);
  });
});

describe("an approval that leads nowhere is a refusal, on record", () => {
  it.each([
    ["a value that is made up", { value: "x" }, "C0SRE"],
    ["a plan that is gone", { value: `v1:kc-dec-00000000000000000000:${"0".repeat(16)}` }, "C0SRE"],
    // Never with the channel that it came from: that one may be the card's, and not be listed any more.
    ["a channel that is not listed", { channel: "C0OTHER" }, ""],
  ])("%s", async (_what, over, channel) => {
    const { presses, press } = aWorld();
    await press("approve", over);
    expect(presses).toMatchObject([{ answer: "approve", channel }]);
  });
});

describe("what people say of a finding", () => {
  const run = { value: aRunId, channel: "C0SRE", user: "U0MAX" };

  it("right is kept with the run", async () => {
    const { press, saved } = aWorld(undefined, aRunSummary());
    expect(await press("feedback-right", run)).toEqual({ text: "Thank you; it is kept with the run." });
    expect(saved).toEqual([{ run: aRunId, user: "U0MAX", answer: "right", text: null, at: noon.toISOString() }]);
  });

  it.each(["wrong", "partly"] as const)("%s asks what was, and keeps that", async (answer) => {
    const { press, feedback, saved } = aWorld(undefined, aRunSummary());
    const asked = await press(`feedback-${answer}`, run);
    if (!asked || !("view" in asked)) throw new Error("no dialog");
    expect([asked.view.callback_id, saved]).toEqual(["feedback", []]);
    const value = asked.view.type === "modal" ? (asked.view.private_metadata ?? "") : "";
    expect(await feedback.onDialog({ value, user: "U0MAX", reason: "it was the database" })).toBeNull();
    expect(saved).toMatchObject([{ run: aRunId, answer, text: "it was the database" }]);
  });

  it.each([
    ["a run that is not known", { ...run, value: "kc-inv-ffffffffffffffffffff" }],
    ["a text that is no run", { ...run, value: "x" }],
    ["a channel of other namespaces", { ...run, channel: "C0PAY" }],
  ])("not of %s", async (_what, over) => {
    const { press, saved } = aWorld(undefined, aRunSummary());
    await press("feedback-right", over);
    await press("feedback-wrong", over);
    expect(saved).toEqual([]);
  });

  it("not by a dialog that somebody made up", async () => {
    const { feedback, saved } = aWorld(undefined, aRunSummary());
    for (const value of ["", "x", `${aRunId}:right C0SRE 1`, `${aRunId}:wrong C0OTHER 1`])
      expect(await feedback.onDialog({ value, user: "U0MAX", reason: "x" })).not.toBeNull();
    expect(saved).toEqual([]);
  });
});
