import { describe, expect, it } from "@jest/globals";
import type { Fact } from "../../../src/domain/fact.js";
import { createPostOnce, createTellThread } from "../../../src/findings/index.js";
import { aFact, aWholeStory } from "../../builders/card.js";
import { healthyAnswer } from "../../builders/diagnosis.js";
import { after, noon } from "../../builders/kubernetes.js";
import { aDecisionId, anOffer } from "../../builders/plan.js";
import { anAlertRequest, aRequest, aRunId } from "../../builders/request.js";
import { createCardStore } from "../../fakes/card-store.js";
import { createSlack } from "../../fakes/slack.js";

function aWorld(request = aRequest()) {
  const slack = createSlack();
  const store = createCardStore(request);
  const asked: string[] = [];
  const ended: string[] = [];
  const withdrawn: string[] = [];
  const counts = { total: 1, firing: 0 };
  let now = noon.getTime();
  const deps = {
    store,
    threads: slack.threads,
    now: () => new Date((now += 2_000)), // slower than the edit interval
  };
  const tell = createTellThread({
    ...deps,
    postOnce: createPostOnce({ ...deps, onDoubt: () => Promise.resolve(), onParked: () => undefined }),
    onPlan: (fact) => {
      asked.push(`${fact.offer.decision} after ${slack.calls.length} calls`);
      return Promise.resolve();
    },
    withdraw: (decision, reason) => {
      withdrawn.push(`${decision}: ${reason}`);
      return Promise.resolve();
    },
    countAlerts: () => Promise.resolve(counts),
    onEnded: ({ request: { run } }) => {
      ended.push(run);
      return Promise.resolve();
    },
  });
  const tellAll = async (facts: readonly Fact[]) => {
    for (const fact of facts) expect(await tell(fact)).toEqual({ kind: "done" });
  };
  return { ...slack, store, asked, ended, withdrawn, counts, tell, tellAll };
}

const stateOf = (metadata: { event_payload: Record<string, string> } | undefined) => metadata?.event_payload["state"];

describe("a whole run", () => {
  it("is one card that is edited, and one note with the evidence in its thread", async () => {
    const world = aWorld();
    await world.tellAll(aWholeStory().slice(0, -1));
    const [card, evidence, ...rest] = world.visible();
    expect(rest).toEqual([]);
    expect([card?.threadTs, stateOf(card?.metadata)]).toEqual([null, "verified"]);
    expect([evidence?.threadTs, evidence?.metadata?.event_payload["key"]]).toEqual([card?.ts, "evidence"]);
    expect(world.ended).toEqual([aRunId]);
  });

  it("looks the same when every fact comes twice", async () => {
    const once = aWorld();
    const twice = aWorld();
    await once.tellAll(aWholeStory().slice(0, -1));
    await twice.tellAll(
      aWholeStory()
        .slice(0, -1)
        .flatMap((fact) => [fact, fact]),
    );
    expect(twice.visible().map(({ blocks }) => blocks)).toEqual(once.visible().map(({ blocks }) => blocks));
  });
});

it("an approval is recorded before its buttons are shown", async () => {
  const world = aWorld();
  await world.tell(aFact("plan", 3, { offer: anOffer() }));
  expect(world.asked).toEqual([`${aDecisionId} after 0 calls`]);
  expect(JSON.stringify(world.messages[0]?.blocks)).toContain('"approve"');
});

it("shows no buttons where the approval could not be recorded", async () => {
  const world = aWorld();
  const tell = createTellThread({
    ...world,
    postOnce: () => Promise.reject(new Error("must not post")),
    onPlan: () => Promise.reject(new Error("redis is away")),
    onEnded: () => Promise.resolve(),
    withdraw: () => Promise.resolve(),
    countAlerts: () => Promise.resolve({ total: 1, firing: 0 }),
    now: () => noon,
  });
  await expect(tell(aFact("plan", 3, { offer: anOffer() }))).rejects.toThrow("redis is away");
});

it("begins with whichever fact comes first", async () => {
  const world = aWorld();
  await world.tell(aFact("started", 1, {}));
  expect(stateOf(world.messages[0]?.metadata)).toBe("investigating");
});

it("knows nothing of a run that nobody launched", async () => {
  const world = aWorld(aRequest({ run: "kc-inv-ffffffffffffffffffff" }));
  await expect(world.tell(aFact("started", 1, {}))).rejects.toMatchObject({ code: "not-found" });
  expect(world.calls).toEqual([]);
});

it("comes back later while another process works on the same run", async () => {
  const world = aWorld();
  world.store.locked.add(aRunId);
  expect(await world.tell(aFact("started", 1, {}))).toMatchObject({ kind: "later" });
  expect(world.calls).toEqual([]);
});

it("keeps the fact where Slack says later: the next try shows it", async () => {
  const world = aWorld();
  world.faults.post.push({ kind: "rate-limited", retryAfterMs: 3_000 });
  expect(await world.tell(aFact("started", 1, {}))).toEqual({ kind: "later", delayMs: 3_000 });
  expect(world.store.cards.get(aRunId)?.startedAt).not.toBeNull();
  expect(await world.tell(aFact("started", 1, {}))).toEqual({ kind: "done" });
  expect(world.visible()).toHaveLength(1);
});

it("lets the same be asked again before its card says that the run has ended", async () => {
  const world = aWorld();
  world.faults.post.push({ kind: "rate-limited", retryAfterMs: 3_000 });
  await world.tell(aFact("ended", 4, { result: "succeeded" }));
  expect(world.visible()).toEqual([]);
  expect(world.ended).toEqual([aRunId]);
});

describe("an alert's thread", () => {
  const request = anAlertRequest();
  const root = request.slack.threadTs!;

  it("has the card and the evidence as replies, and the state as a reaction on the alert", async () => {
    const world = aWorld(request);
    await world.tellAll(aWholeStory().slice(1, 5));
    expect(world.visible().map(({ threadTs }) => threadTs)).toEqual([root, root]);
    expect(world.reactions).toEqual([
      [root, "hourglass_flowing_sand"],
      [root, "red_circle"],
    ]);
  });

  it("turns green when the alert is resolved, whatever was found", async () => {
    const world = aWorld(request);
    await world.tellAll([...aWholeStory().slice(1, 5), aFact("alert-resolved", 60, {})]);
    expect(world.reactions.at(-1)).toEqual([root, "large_green_circle"]);
  });

  it("turns green where nothing fails", async () => {
    const world = aWorld(request);
    const model = { used: false, model: null, note: "", usd: 0 };
    await world.tell(aFact("finding", 2, { stage: "final", answer: healthyAnswer, model }));
    expect(world.reactions).toEqual([[root, "large_green_circle"]]);
    expect(world.visible()).toHaveLength(1);
  });

  it("is not reacted to for a person's own question", async () => {
    const world = aWorld();
    await world.tellAll(aWholeStory().slice(0, 5));
    expect(world.reactions).toEqual([]);
  });
});

describe("when the last alert is resolved", () => {
  const offer = anOffer({ requestedBy: null });
  const { decision } = offer;
  const planned = [aFact("requested", 0, { request: anAlertRequest() }), aFact("plan", 3, { offer })];

  it("a plan that still waits is withdrawn, whichever comes first", async () => {
    for (const facts of [
      [...planned, aFact("alert-resolved", 60, {})],
      [planned[0]!, aFact("alert-resolved", 2, {}), planned[1]!],
    ]) {
      const world = aWorld(anAlertRequest());
      await world.tellAll(facts);
      expect(world.withdrawn).toEqual([`${decision}: the alert was resolved`]);
    }
  });

  it("what is decided stays decided", async () => {
    const world = aWorld(anAlertRequest());
    const denied = aFact("verdict", 50, { decision, state: "denied", by: "U0LI" });
    await world.tellAll([...planned, denied, aFact("alert-resolved", 60, {})]);
    expect(world.withdrawn).toEqual([]);
  });

  it("a way back stays, and so does a plan that a person asks for afterwards", async () => {
    const undo = anOffer({ purpose: "undo", plannedAt: after(200) });
    const asked = anOffer({ requestedBy: "U0ANA", plannedAt: after(200) });
    for (const later of [undo, asked]) {
      const world = aWorld(anAlertRequest());
      await world.tellAll([planned[0]!, aFact("alert-resolved", 60, {}), aFact("plan", 200, { offer: later })]);
      expect(world.withdrawn).toEqual([]);
    }
  });

  it("but not while another of its alerts fires: the card stays open", async () => {
    const world = aWorld(anAlertRequest());
    world.counts.firing = 1;
    await world.tellAll([...planned, aFact("alert-resolved", 60, {})]);
    expect(world.withdrawn).toEqual([]);
    expect(world.store.cards.get(aRunId)?.resolvedAt).toBeNull();
  });

  it("and an alert that fires again opens it again", async () => {
    const world = aWorld(anAlertRequest());
    await world.tellAll([planned[0]!, aFact("alert-resolved", 60, {})]);
    world.counts.firing = 1;
    world.counts.total = 3;
    await world.tellAll([aFact("alert-joined", 70, {})]);
    expect(world.store.cards.get(aRunId)).toMatchObject({ resolvedAt: null, alerts: 3 });
  });
});

it("a note is said once in its thread, where there is no card", async () => {
  const world = aWorld();
  const note = aFact("note", 0, { place: { channel: "C0ALERTS", threadTs: "1.1" }, text: "Muted." });
  await world.tellAll([note, { ...note, at: after(9) }]);
  expect(world.visible()).toMatchObject([{ channel: "C0ALERTS", threadTs: "1.1", text: "Muted." }]);
  expect(world.store.cards.size).toBe(0);
});

describe("a channel that takes nothing", () => {
  it("is said to the person who asked, directly and once; the fact fails with Slack's own word", async () => {
    const world = aWorld();
    const [requested] = aWholeStory();
    for (const _ of [1, 2]) {
      world.faults.post.push({ kind: "refused", error: "not_in_channel" });
      await expect(world.tell(requested!)).rejects.toThrow("not_in_channel");
    }
    expect(world.visible()).toMatchObject([{ channel: "U0ANA", threadTs: null }]);
    expect(world.visible()[0]!.text).toContain("<#C0SRE>");
  });
});
