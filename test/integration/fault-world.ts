import { canonicalJson, sha256 } from "../../src/domain/canonical-json.js";
import { type DecisionId, decisionId, RunId } from "../../src/domain/ids.js";
import type { Fact } from "../../src/domain/fact.js";
import type { Plan } from "../../src/domain/plan.js";
import { connectRedis, waitForRedis } from "../../src/platform/redis/connection.js";
import { createEnqueue, openQueue } from "../../src/platform/redis/queues.js";
import { aPlan } from "../builders/plan.js";
import { type BotWorld, type SeenMessage, startBotWorld } from "./bot-world.js";
import { eventually } from "./playground-slack/local-slack.js";
import { createDeliveries } from "./slack-delivery.js";
import { TcpProxy } from "./tcp-proxy.js";

const seconds = 1_000;

/** A plan that waits on a card: what an approver would press. */
export interface Offered {
  run: RunId;
  decision: DecisionId;
  digest: string;
  value: string;
  channel: string;
  ts: string;
}

/** The bot's world with a wire to its Redis that may fail, and hand-made deliveries. */
export async function startFaultWorld() {
  const world: BotWorld = await startBotWorld();
  const proxy = await TcpProxy.start(Number(new URL(world.redis.url).port));
  const deliveries = createDeliveries(world.slack);

  async function inRedis<T>(work: (connection: ReturnType<typeof connectRedis>) => Promise<T>): Promise<T> {
    const connection = connectRedis(world.redis.url);
    await waitForRedis(connection);
    try {
      return await work(connection);
    } finally {
      connection.disconnect();
    }
  }
  const tell = (fact: Fact, id: string) => inRedis((connection) => createEnqueue("outbox", connection)(fact, { id }));

  return {
    ...world,
    proxy,
    deliveries,
    inRedis,
    tell,
    /** Starts a replica whose Redis is behind the wire. */
    startBehindProxy: (over: Record<string, string> = {}) => world.start({ REDIS_URL: proxy.url, ...over }),
    count: (
      queue: "investigations" | "executions" | "outbox" | "decisions",
      ...states: ("waiting" | "failed" | "delayed")[]
    ) =>
      inRedis((connection) =>
        openQueue(queue, connection).getJobCountByTypes(...(states.length > 0 ? states : (["waiting"] as const))),
      ),
    /** What the audit stream says of refusals. */
    refusals: () =>
      inRedis(async (connection) => {
        const entries = await connection.xrange("kubeclaw:audit", "-", "+");
        return entries.flatMap(([, fields]) => {
          const event = JSON.parse(fields[1] ?? "{}") as { kind?: string; detail?: { reason?: string } };
          return event.kind === "approval.refused" ? [event.detail?.reason] : [];
        });
      }),
    /** Puts a plan on the card of a run, as the controller would. */
    async offer(card: SeenMessage, over: Partial<Plan> = {}, expiresInMs = 60 * seconds): Promise<Offered> {
      const run = RunId.parse(card.metadata?.event_payload.run);
      const at = new Date();
      const text = canonicalJson(
        aPlan({
          run,
          plannedAt: at.toISOString(),
          expiresAt: new Date(at.getTime() + expiresInMs).toISOString(),
          requestedBy: "U0ANA",
          ...over,
        }),
      );
      const digest = sha256(text);
      const decision = decisionId(run, digest);
      await tell(
        { kind: "plan", run, at: at.toISOString(), offer: { decision, plan: text, planDigest: digest } },
        `${decision}-plan`,
      );
      const value = `v1:${decision}:${digest.slice(0, 16)}`;
      const channel = (await world.cards("sre")).some(({ ts }) => ts === card.ts) ? "sre" : "alerts";
      await eventually(async () => {
        const shown = (await world.cards(channel)).find(({ ts }) => ts === card.ts);
        return JSON.stringify(shown?.blocks ?? []).includes(value) ? true : undefined;
      }, 10 * seconds);
      return { run, decision, digest, value, channel: channel === "sre" ? "C0SRE" : "C0ALERTS", ts: card.ts };
    },
    async close(): Promise<void> {
      await world.close();
      await proxy.close();
      await deliveries.close();
    },
  };
}
export type FaultWorld = Awaited<ReturnType<typeof startFaultWorld>>;
