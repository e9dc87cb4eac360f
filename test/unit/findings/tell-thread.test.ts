import { describe, expect, it } from "@jest/globals";
import type { Fact } from "../../../src/domain/fact.js";
import { createPostOnce, createTellThread } from "../../../src/findings/index.js";
import { aFact, aWholeStory } from "../../builders/card.js";
import { healthyAnswer } from "../../builders/diagnosis.js";
import { noon } from "../../builders/kubernetes.js";
import { aDecisionId, anOffer } from "../../builders/plan.js";
import { anAlertRequest, aRequest, aRunId } from "../../builders/request.js";
import { createCardStore } from "../../fakes/card-store.js";
import { createSlack } from "../../fakes/slack.js";

function aWorld(request = aRequest()) {
  const slack = createSlack();
  const store = createCardStore(request);
  const asked: string[] = [];
  const ended: string[] = [];
  let now = noon.getTime();
  const deps = {
    store,
    threads: slack.threads,
    now: () => new Date((now += 2_000)), // slower than the edit interval
  };
  const tell = createTellThread({
    ...deps,
    postOnce: createPostOnce({ ...deps, onDoubt: () => Promise.resolve() }),
    onPlan: (fact) => {
      asked.push(`${fact.offer.decision} after ${slack.calls.length} calls`);
      return Promise.resolve();
    },
    onEnded: ({ request: { run } }) => {
      ended.push(run);
      return Promise.resolve();
    },
  });
  const tellAll = async (facts: readonly Fact[]) => {
    for (const fact of facts) expect(await tell(fact)).toEqual({ kind: "done" });
  };
  return { ...slack, store, asked, ended, tell, tellAll };
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
