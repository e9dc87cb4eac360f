import type { Redis } from "ioredis";
import type { Registry } from "prom-client";
import type { Fact } from "../domain/fact.js";
import { type CardStore, decideMilestones } from "../findings/index.js";
import { addQueueDepth, createBotHistograms } from "../platform/metrics/histograms.js";
import { queueWhenReady } from "../platform/redis/queues.js";
import type { RightOfWay } from "./right-of-way.js";
import { queues, type QueueName } from "../queue/index.js";

type Timed = "onCommand" | "onMessage" | "onMention" | "onPress";

/** What the bot times: its acknowledgements, what people wait for, and the depth of the queues. */
export function createMeasures(registry: Registry, redis: Redis, cards: CardStore) {
  const { acknowledgement, milestone, cost } = createBotHistograms(registry);
  const open = Object.fromEntries(
    (Object.keys(queues) as QueueName[]).map((name) => [name, queueWhenReady(name, redis)]),
  );
  addQueueDepth(registry, async () =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(open).map(
          async ([name, get]) =>
            [name, await (await get()).getJobCounts("waiting", "prioritized", "active", "delayed", "failed")] as const,
        ),
      ),
    ),
  );

  return {
    /** The same requests, each timed until what it was for is durable, and with the right of way until then. */
    acknowledging<R extends Record<Timed, (delivery: never) => Promise<unknown>>>(requests: R, way: RightOfWay): R {
      const timed = { ...requests };
      for (const name of ["onCommand", "onMessage", "onMention", "onPress"] as const) {
        const handle = requests[name];
        timed[name] = async (delivery: never) => {
          const end = acknowledgement.startTimer({ kind: name.slice(2).toLowerCase() });
          try {
            return await way.during(() => handle(delivery));
          } finally {
            end();
          }
        };
      }
      return timed;
    },
    /** Measures what a fact that was told says of the time and the money of its run. */
    async told(fact: Fact): Promise<void> {
      if (fact.kind === "finding" && fact.stage === "final") cost.observe(fact.model.usd);
      if (fact.kind !== "finding" && fact.kind !== "outcome") return;
      const card = await cards.load(fact.run).catch(() => null);
      if (!card) return;
      for (const { name, seconds } of decideMilestones(fact, card)) milestone.observe({ milestone: name }, seconds);
    },
  };
}
