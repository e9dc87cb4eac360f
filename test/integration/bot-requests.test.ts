import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { canonicalJson, sha256 } from "../../src/domain/canonical-json.js";
import { decisionId, RunId } from "../../src/domain/ids.js";
import { connectRedis, waitForRedis } from "../../src/platform/redis/connection.js";
import { createEnqueue } from "../../src/platform/redis/queues.js";
import { anAnswer } from "../builders/diagnosis.js";
import { aPlan } from "../builders/plan.js";
import { type BotWorld, startBotWorld } from "./bot-world.js";
import { control, eventually } from "./playground-slack/local-slack.js";

const seconds = 1_000;
let world: BotWorld;
beforeEach(async () => {
  world = await startBotWorld();
});
afterEach(async () => {
  await world.close();
}, 30 * seconds);

const postAlert = (state = "FIRING:1") =>
  world.postAlert(`[${state}] KubePodNotReady shop (checkout warning)`, "*namespace:* shop\n*deployment:* checkout");
const say = (channel: string, user: string, text: string, threadTs?: string) =>
  control(world.slack, "POST", "messages", { channel, user, text, ...(threadTs ? { thread_ts: threadTs } : {}) });
const type = async (user: string, text: string) =>
  (
    (await control(world.slack, "POST", "commands", { channel: "sre", user, command: "/kubeclaw", text })).body[
      "ack"
    ] as {
      text: string;
    } | null
  )?.text;

describe("in a thread", () => {
  it(
    "a mention asks what the thread is about, once, whether it is delivered once or five times",
    async () => {
      await world.start();
      const { body } = await control(world.slack, "POST", "messages", {
        channel: "sre",
        user: "max",
        text: "is deploy/checkout in shop broken?",
      });
      const root = String(body["ts"]);
      await control(world.slack, "POST", "commands", {
        channel: "sre",
        user: "ana",
        command: "/kubeclaw",
        text: "help",
      });
      await say("sre", "max", "@kubeclaw investigate deploy/checkout -n shop", root);
      await control(world.slack, "POST", "redeliver", { last: 2, times: 3 });
      const card = await eventually(async () => (await world.cards("sre"))[0]);
      expect(card.thread_ts).toBe(root);
      expect(await world.waiting()).toBe(1);
    },
    30 * seconds,
  );

  it(
    "a mention in code is none, and a direct message is answered with one sentence",
    async () => {
      await world.start();
      await say("sre", "max", "try `@kubeclaw investigate -n shop`");
      await say("kubeclaw", "max", "investigate deploy/checkout -n shop");
      await say("kubeclaw", "max", "hello?");
      const sentence = async () =>
        (await world.messages("kubeclaw", "&user=max")).filter(({ text }) => text.includes("not set up"));
      await eventually(async () => ((await sentence()).length > 0 ? true : undefined));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await sentence()).toHaveLength(1);
      expect(await world.waiting()).toBe(0);
    },
    30 * seconds,
  );

  it(
    "the shortcut asks about the message, and joins what looks at it already",
    async () => {
      await world.start();
      const ts = await postAlert();
      await eventually(async () => (await world.cards())[0]);
      await control(world.slack, "POST", "shortcuts", {
        channel: "alerts",
        message_ts: ts,
        user: "max",
        callback_id: "investigate-this",
      });
      const told = await eventually(async () =>
        (await world.messages("alerts", "&user=max")).find(({ ephemeral }) => ephemeral),
      );
      expect(told.text).toContain("already being looked at: <http");
      expect(await world.waiting()).toBe(1);
    },
    30 * seconds,
  );
});

it(
  "what is muted is not investigated, is said once in the alert's thread, and may still be asked about",
  async () => {
    await world.start();
    expect(await type("max", "mute deploy/checkout -n shop")).toContain("Operators can mute");
    expect(await type("ana", "mute deploy/checkout -n shop --for 1h")).toContain("start nothing until");
    const ts = await postAlert();
    await postAlert();
    const line = await eventually(async () =>
      (await world.messages("alerts")).find(({ text }) => text.startsWith("Muted until")),
    );
    expect(line.thread_ts).toBe(ts);
    expect(await world.waiting()).toBe(0);
    expect(await type("max", "investigate deploy/checkout -n shop")).toBeUndefined();
    await eventually(async () => ((await world.waiting()) === 1 ? true : undefined));
    expect(await type("li", "unmute deploy/checkout -n shop")).toContain("investigated again");
    await postAlert();
    await eventually(async () => ((await world.waiting()) === 2 ? true : undefined));
    expect((await world.messages("alerts")).filter(({ text }) => text.startsWith("Muted until"))).toHaveLength(1);
  },
  30 * seconds,
);

/** What the agent and the controller would tell of the alert's run. */
async function findAndPlan(run: string): Promise<string> {
  const connection = connectRedis(world.redis.url);
  await waitForRedis(connection);
  const tell = createEnqueue("outbox", connection);
  const at = new Date();
  const model = { used: false, model: null, note: "Rules only.", usd: 0 };
  const base = { run: RunId.parse(run), at: at.toISOString() };
  await tell({ kind: "finding", ...base, stage: "final", answer: anAnswer(), model }, { id: `${run}-finding` });
  const expiresAt = new Date(at.getTime() + 60_000).toISOString();
  const text = canonicalJson(aPlan({ run: base.run, plannedAt: base.at, expiresAt, requestedBy: null }));
  const decision = decisionId(base.run, sha256(text));
  await tell(
    { kind: "plan", ...base, offer: { decision, plan: text, planDigest: sha256(text) } },
    { id: `${decision}-plan` },
  );
  connection.disconnect();
  return decision;
}

it.each<[string, object]>([
  ["fails", { status: 500 }],
  ["comes too late for the press", { delay_ms: 3_300 }],
])(
  "a dialog that %s: the person reads, in the card's thread, that nothing was decided; the next press opens it",
  async (_what, how) => {
    await world.start();
    await postAlert();
    const card = await eventually(async () => (await world.cards())[0]);
    await findAndPlan(card.metadata?.event_payload.run ?? "");
    const state = async () => (await world.cards())[0]?.metadata?.event_payload.state;
    await eventually(async () => ((await state()) === "awaiting-approval" ? true : undefined));
    const deny = () =>
      control(world.slack, "POST", "actions", {
        channel: "alerts",
        user: "li",
        message_ts: card.ts,
        action_id: "deny",
      });
    const dialog = async () => (await control(world.slack, "GET", "views?user=li")).body["view"] ?? undefined;
    await control(world.slack, "POST", "faults", { method: "views.open", times: 1, ...how });
    await deny();
    const told = await eventually(
      async () => (await world.messages("alerts", "&user=li")).find(({ ephemeral }) => ephemeral),
      10 * seconds,
    );
    expect(told.text).toBe("Slack did not open the dialog; nothing was decided. Press the button again.");
    expect(told.thread_ts).toBe(card.thread_ts);
    expect([await dialog(), await state()]).toEqual([undefined, "awaiting-approval"]);
    await deny();
    await eventually(dialog);
  },
  60 * seconds,
);

it(
  "a resolved alert takes the buttons of the plan that waits away; what people say of the finding is kept",
  async () => {
    await world.start();
    await postAlert();
    const card = await eventually(async () => (await world.cards())[0]);
    const run = card.metadata?.event_payload.run ?? "";
    await findAndPlan(run);
    const state = async () => (await world.cards())[0]?.metadata?.event_payload.state;
    await eventually(async () => ((await state()) === "awaiting-approval" ? true : undefined));
    const press = (user: string, action: string) =>
      control(world.slack, "POST", "actions", { channel: "alerts", user, message_ts: card.ts, action_id: action });
    await press("max", "feedback-wrong");
    await eventually(async () => (await control(world.slack, "GET", "views?user=max")).body["view"] ?? undefined);
    await control(world.slack, "POST", "views", {
      user: "max",
      callback_id: "feedback",
      values: { reason: "it was the database" },
    });
    await postAlert("RESOLVED");
    await eventually(async () => ((await state()) === "superseded" ? true : undefined), 10 * seconds);
    const shown = JSON.stringify((await world.cards())[0]?.blocks);
    expect(shown).toContain("the alert was resolved");
    expect((await press("li", "approve")).status).toBe(404);
    const connection = connectRedis(world.redis.url);
    await waitForRedis(connection);
    const kept = await connection.hgetall(`kubeclaw:feedback:${run}`);
    expect(JSON.parse(kept["U0MAX"] ?? "{}")).toMatchObject({ answer: "wrong", text: "it was the database" });
    expect(await connection.ttl(`kubeclaw:feedback:${run}`)).toBeGreaterThan(89 * 86_400);
    connection.disconnect();
  },
  60 * seconds,
);

it(
  "the App Home shows what a person of this workspace may see, and a guest nothing",
  async () => {
    await world.start();
    await type("ana", "mute deploy/cart -n shop");
    await postAlert();
    await eventually(async () => (await world.cards())[0]);
    const home = async (user: string) =>
      JSON.stringify((await control(world.slack, "GET", `home?user=${user}`)).body["view"]);
    const shown = await home("max");
    expect(shown).toContain("deploy/checkout in shop · queued");
    expect(shown).toContain("deploy/cart");
    expect(await home("gil")).toBe("null");
  },
  30 * seconds,
);
