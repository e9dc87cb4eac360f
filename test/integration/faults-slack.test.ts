import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type FaultWorld, startFaultWorld } from "./fault-world.js";
import { control, eventually } from "./playground-slack/local-slack.js";
import { SlackApiProxy } from "./slack-api-proxy.js";

const seconds = 1_000;
let world: FaultWorld;
let port: number;

beforeAll(async () => {
  world = await startFaultWorld();
  port = await world.start({ KUBECLAW_SLACK_MODE: "http" });
}, 30 * seconds);
afterAll(async () => {
  await world.close();
}, 30 * seconds);

const fault = (method: string, more: object) => control(world.slack, "POST", "faults", { method, times: 1, ...more });
const cardsOf = async (name: string, channel = "sre") =>
  (await world.cards(channel)).filter(({ text }) => text.includes(`deploy/${name} `));
const ask = (name: string) => world.deliveries.command(port, `investigate deploy/${name} -n shop`);
async function askedFor(name: string) {
  expect(await ask(name)).toMatchObject({ status: 200, body: {} });
  return eventually(async () => (await cardsOf(name))[0], 20 * seconds);
}
const startOf = (run: string) =>
  world.tell({ kind: "started", run: run, at: new Date().toISOString() }, `${run}-started`);
const runOf = (card: { metadata?: { event_payload: { run: string } } }) => card.metadata?.event_payload.run ?? "";
const stateOf = async (name: string) => (await cardsOf(name))[0]?.metadata?.event_payload.state;

describe("a post that Slack answers with", () => {
  it.each<[string, string, object]>([
    ["rate", "429 and a time to wait", { status: 429, retry_after: 2 }],
    ["broken", "500", { status: 500 }],
    ["dropped", "nothing, after storing it", { drop: true }],
  ])("(%s) %s: one card in the end, and commands are taken meanwhile", async (name, _what, how) => {
    await fault("chat.postMessage", how);
    await askedFor(name);
    expect((await ask(`${name}-too`)).body).toEqual({});
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await cardsOf(name)).toHaveLength(1);
  });

  it(
    "a hang that outlives our patience, and is carried out all the same: one card in the end",
    async () => {
      await fault("chat.postMessage", { delay_ms: 12_000 });
      const began = Date.now();
      await ask("hangs");
      await eventually(async () => ((await cardsOf("hangs")).length > 1 ? true : undefined), 20 * seconds);
      expect(Date.now() - began).toBeGreaterThan(11 * seconds);
      await eventually(async () => ((await cardsOf("hangs")).length === 1 ? true : undefined), 15 * seconds);
    },
    60 * seconds,
  );
});

describe("an edit", () => {
  it(
    "keeps its order through a rate limit and a lost answer: the newest state shows",
    async () => {
      const run = runOf(await askedFor("order"));
      await fault("chat.update", { status: 429, retry_after: 1 });
      await fault("chat.update", { drop: true });
      await startOf(run);
      await world.tell(
        { kind: "ended", run: run, at: new Date().toISOString(), result: "failed", error: "no pod" },
        `${run}-ended`,
      );
      await eventually(async () => ((await stateOf("order")) === "failed" ? true : undefined), 15 * seconds);
      expect(await cardsOf("order")).toHaveLength(1);
    },
    30 * seconds,
  );
});

describe("Slack refuses what we say", () => {
  let proxy: SlackApiProxy;
  beforeAll(async () => {
    proxy = await SlackApiProxy.start(world.slack.apiUrl);
    port = await world.start({ KUBECLAW_SLACK_MODE: "http", SLACK_API_URL: proxy.url });
    await world.stop(0);
  }, 30 * seconds);
  afterAll(async () => {
    await proxy.close();
  });

  it(
    "because the token was revoked: what is to be said waits, and is said when it is mended",
    async () => {
      let refused = 0;
      proxy.instead = (method) => {
        if (!method.startsWith("chat.")) return undefined;
        refused += 1;
        return { ok: false, error: "token_revoked" };
      };
      expect((await ask("revoked")).body).toEqual({});
      await eventually(() => (refused > 0 ? true : undefined), 10 * seconds);
      const calls = async () =>
        ((await control(world.slack, "GET", "calls?method=chat.postMessage")).body["calls"] as unknown[]).length;
      const before = await calls();
      proxy.instead = () => undefined;
      await eventually(async () => ((await cardsOf("revoked")).length === 1 ? true : undefined), 15 * seconds);
      expect([refused, (await calls()) - before]).toEqual([1, 1]);
      expect(await world.count("outbox", "failed")).toBe(0);
    },
    40 * seconds,
  );

  it.each(["not_in_channel", "is_archived"])(
    "because of the channel (%s): it is closed with that reason, who asked learns it directly, others go on",
    async (error) => {
      const failed = await world.count("outbox", "failed");
      proxy.instead = (method, body) =>
        method === "chat.postMessage" && body.get("channel") === "C0SRE" ? { ok: false, error } : undefined;
      expect((await ask(`closed-${error.replace(/_/g, "")}`)).body).toEqual({});
      await eventually(
        async () => ((await world.count("outbox", "failed")) === failed + 1 ? true : undefined),
        10 * seconds,
      );
      const reason = await world.inRedis(async (connection) => {
        const [id = ""] = await connection.zrange("kubeclaw:outbox:failed", "-1", "-1");
        return connection.hget(`kubeclaw:outbox:${id}`, "failedReason");
      });
      expect(reason).toContain(error);
      const direct = await world.messages("kubeclaw", "&user=ana");
      expect(direct.at(-1)?.text).toContain(error);
      proxy.instead = () => undefined;
      await askedFor(`open-${error.replace(/_/g, "")}`);
    },
    40 * seconds,
  );
});
