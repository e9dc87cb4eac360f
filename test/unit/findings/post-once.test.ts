import { describe, expect, it } from "@jest/globals";
import { createPostOnce, type Message } from "../../../src/findings/index.js";
import { noon } from "../../builders/kubernetes.js";
import { aRunId } from "../../builders/request.js";
import { createCardStore } from "../../fakes/card-store.js";
import { createSlack } from "../../fakes/slack.js";

function aMessage(
  text: string,
  blocks: Message["blocks"] = [{ type: "section", text: { type: "mrkdwn", text } }],
): Message {
  return {
    text,
    blocks,
    metadata: { event_type: "kubeclaw_card", event_payload: { run: aRunId, key: "card", state: text } },
  };
}

function aWorld() {
  const slack = createSlack();
  const store = createCardStore();
  const doubts: string[] = [];
  const parked: string[] = [];
  let now = noon.getTime();
  const postOnce = createPostOnce({
    store,
    threads: slack.threads,
    onDoubt: (run, key) => {
      doubts.push(`${run} ${key}`);
      return Promise.resolve();
    },
    onParked: (error) => {
      parked.push(error);
    },
    now: () => new Date(now),
  });
  const show = (message: Message) => postOnce({ run: aRunId, key: "card", channel: "C0SRE", threadTs: null }, message);
  /** Tries as the queue does, until it is done or has been tried ten times. */
  async function showUntilDone(message: Message) {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      try {
        const shown = await show(message);
        if (shown.kind === "done") return shown;
        now += Math.max(shown.delayMs, 1);
      } catch {
        now += 500;
      }
    }
    throw new Error("never shown");
  }
  return {
    ...slack,
    store,
    doubts,
    parked,
    show,
    showUntilDone,
    pass: (ms: number) => (now += ms),
    texts: () => slack.visible().map(({ text }) => text),
  };
}

describe("one message for each run and key", () => {
  it("is posted, then edited in place", async () => {
    const world = aWorld();
    const first = await world.show(aMessage("queued"));
    world.pass(1_000);
    expect(await world.show(aMessage("finding"))).toEqual(first);
    expect(world.texts()).toEqual(["finding"]);
    expect(world.calls).toEqual(["post", "update"]);
  });

  it("is not sent again when nothing changed", async () => {
    const world = aWorld();
    await world.show(aMessage("queued"));
    world.pass(60_000);
    await world.show(aMessage("queued"));
    expect(world.calls).toEqual(["post"]);
  });

  it("is edited at most once a second", async () => {
    const world = aWorld();
    await world.show(aMessage("queued"));
    world.pass(400);
    expect(await world.show(aMessage("investigating"))).toEqual({ kind: "later", delayMs: 600 });
    world.pass(600);
    expect(await world.show(aMessage("investigating"))).toMatchObject({ kind: "done" });
    expect(await world.show(aMessage("finding"))).toEqual({ kind: "later", delayMs: 1_000 });
    expect(world.calls).toEqual(["post", "update"]);
  });

  it("is posted anew where somebody deleted it", async () => {
    const world = aWorld();
    await world.show(aMessage("queued"));
    world.messages[0]!.deleted = true;
    world.pass(1_000);
    expect(await world.show(aMessage("finding"))).toMatchObject({ kind: "done", ts: world.messages[1]!.ts });
    expect(world.texts()).toEqual(["finding"]);
  });
});

describe("a post whose answer is lost", () => {
  it("and which arrived is found by its metadata: one message, brought up to date", async () => {
    const world = aWorld();
    world.faults.post.push({ kind: "lost", arrived: true });
    await expect(world.show(aMessage("queued"))).rejects.toMatchObject({ code: "unavailable", retryable: true });
    await world.showUntilDone(aMessage("finding"));
    expect(world.texts()).toEqual(["finding"]);
    expect(world.doubts).toEqual([]);
  });

  it("and which did not arrive is posted again", async () => {
    const world = aWorld();
    world.faults.post.push({ kind: "lost", arrived: false });
    await world.showUntilDone(aMessage("queued"));
    expect(world.texts()).toEqual(["queued"]);
    expect(world.doubts).toEqual([]);
  });

  it("and then the process died: the next one finds it", async () => {
    const world = aWorld();
    const savePost = world.store.savePost.bind(world.store);
    world.store.savePost = (run, key, record) =>
      record.ts === null ? savePost(run, key, record) : Promise.reject(new Error("died"));
    await expect(world.show(aMessage("queued"))).rejects.toThrow("died");
    world.store.savePost = savePost;
    await world.showUntilDone(aMessage("queued"));
    expect(world.texts()).toEqual(["queued"]);
    expect(world.calls.filter((call) => call === "post")).toHaveLength(1);
  });

  it("waits where history cannot be read, posts once more, and says so", async () => {
    const world = aWorld();
    world.state.historyReadable = false;
    world.faults.post.push({ kind: "lost", arrived: true });
    await expect(world.show(aMessage("queued"))).rejects.toThrow();
    expect(await world.show(aMessage("queued"))).toEqual({ kind: "later", delayMs: 5_000 });
    expect(world.doubts).toEqual([]);
    world.pass(5_000);
    expect(await world.show(aMessage("queued"))).toMatchObject({ kind: "done" });
    expect(world.doubts).toEqual([`${aRunId} card`]);
    expect(world.messages).toHaveLength(2);
    world.pass(5_000);
    await world.show(aMessage("finding"));
    expect(world.messages).toHaveLength(2);
  });
});

describe("a rate limit", () => {
  it("on a post leaves nothing in doubt and is waited out", async () => {
    const world = aWorld();
    world.faults.post.push({ kind: "rate-limited", retryAfterMs: 30_000 });
    expect(await world.show(aMessage("queued"))).toEqual({ kind: "later", delayMs: 30_000 });
    await world.show(aMessage("queued"));
    expect(world.calls).toEqual(["post", "post"]);
    expect(world.texts()).toEqual(["queued"]);
  });

  it("on an edit keeps the message as it is until then", async () => {
    const world = aWorld();
    await world.show(aMessage("queued"));
    world.pass(1_000);
    world.faults.update.push({ kind: "rate-limited", retryAfterMs: 7_000 });
    expect(await world.show(aMessage("finding"))).toEqual({ kind: "later", delayMs: 7_000 });
    expect(world.texts()).toEqual(["queued"]);
    await world.show(aMessage("finding"));
    expect(world.texts()).toEqual(["finding"]);
  });
});

describe("blocks that Slack refuses", () => {
  const bad = aMessage("finding", [{ type: "section", text: { type: "mrkdwn", text: "" } }]);

  it("are left out of a post: the text gets through", async () => {
    const world = aWorld();
    expect(await world.show(bad)).toMatchObject({ kind: "done" });
    expect(world.messages).toMatchObject([{ text: "finding", blocks: [] }]);
    await world.show(bad);
    expect(world.calls).toEqual(["post", "post"]);
  });

  it("are left out of an edit", async () => {
    const world = aWorld();
    await world.show(aMessage("queued"));
    world.pass(1_000);
    await world.show(bad);
    expect(world.messages).toMatchObject([{ text: "finding", blocks: [] }]);
  });
});

it("an answer that no second try mends is an error, with Slack's own word", async () => {
  const world = aWorld();
  world.faults.post.push({ kind: "refused", error: "channel_not_found" });
  await expect(world.show(aMessage("queued"))).rejects.toMatchObject({ code: "invalid", retryable: false });
  world.faults.post.push({ kind: "refused", error: "is_archived" });
  await expect(world.show(aMessage("queued"))).rejects.toThrow("is_archived");
});

it("a lost answer to an edit is tried again: an edit may be repeated", async () => {
  const world = aWorld();
  await world.show(aMessage("queued"));
  world.pass(1_000);
  world.faults.update.push({ kind: "lost", arrived: true });
  await expect(world.show(aMessage("finding"))).rejects.toMatchObject({ retryable: true });
  await world.showUntilDone(aMessage("finding"));
  expect(world.texts()).toEqual(["finding"]);
});

describe("a call that was given up and is carried out all the same, late", () => {
  /** Slack takes the message of a call that nobody waits for any more. */
  const arrives = (world: ReturnType<typeof aWorld>, text: string) =>
    world.threads.post({ channel: "C0SRE", threadTs: null }, aMessage(text));

  it("is looked for, and the second message is taken away", async () => {
    const world = aWorld();
    world.faults.post.push({ kind: "lost", arrived: false });
    expect(await world.showUntilDone(aMessage("queued"))).toMatchObject({ lookAgainMs: 8_000 });
    await arrives(world, "queued");
    expect(world.texts()).toEqual(["queued", "queued"]);
    world.pass(8_000);
    expect(await world.show(aMessage("queued"))).toMatchObject({ kind: "done", lookAgainMs: 52_000 });
    expect(world.texts()).toEqual(["queued"]);
    world.pass(52_000);
    expect(await world.show(aMessage("queued"))).not.toHaveProperty("lookAgainMs");
  });

  it("does not leave an old state standing", async () => {
    const world = aWorld();
    await world.show(aMessage("queued"));
    world.pass(1_000);
    world.faults.update.push({ kind: "lost", arrived: false });
    await expect(world.show(aMessage("investigating"))).rejects.toThrow();
    await world.showUntilDone(aMessage("finding"));
    Object.assign(world.messages[0]!, aMessage("investigating"));
    world.pass(8_000);
    await world.show(aMessage("finding"));
    expect(world.texts()).toEqual(["finding"]);
  });
});

describe("a card that somebody deleted", () => {
  it("is posted anew in the thread that it began", async () => {
    const world = aWorld();
    const first = await world.show(aMessage("queued"));
    world.messages[0]!.deleted = true;
    world.pass(1_000);
    const second = await world.show(aMessage("finding"));
    expect(world.messages[1]).toMatchObject({ threadTs: first.kind === "done" ? first.ts : "" });
    expect(second).toMatchObject({ thread: world.messages[0]!.ts });
  });

  it("is posted in the channel where the thread is gone with it", async () => {
    const world = aWorld();
    await world.show(aMessage("queued"));
    world.messages[0]!.deleted = true;
    world.pass(1_000);
    world.faults.post.push({ kind: "refused", error: "thread_not_found" });
    await world.show(aMessage("finding"));
    expect(world.visible()).toMatchObject([{ text: "finding", threadTs: null }]);
  });
});

it("is posted in the channel where the thread that it was meant for is gone", async () => {
  const world = aWorld();
  const postOnce = createPostOnce({
    ...world,
    threads: world.threads,
    onDoubt: () => Promise.resolve(),
    onParked: () => undefined,
    now: () => noon,
  });
  world.faults.post.push({ kind: "refused", error: "thread_not_found" });
  await postOnce({ run: aRunId, key: "card", channel: "C0ALERTS", threadTs: "1700000000.000100" }, aMessage("queued"));
  expect(world.visible()).toMatchObject([{ channel: "C0ALERTS", threadTs: null }]);
});

it.each(["token_revoked", "invalid_auth", "account_inactive", "missing_scope"])(
  "what Slack refuses because of our token (%s) waits until that is mended",
  async (error) => {
    const world = aWorld();
    world.faults.post.push({ kind: "refused", error });
    expect(await world.show(aMessage("queued"))).toEqual({ kind: "later", delayMs: 5_000 });
    expect(world.parked).toEqual([error]);
    world.pass(5_000);
    await world.show(aMessage("queued"));
    expect(world.texts()).toEqual(["queued"]);
  },
);
