import { createAsk, createDecide, createExpire, createSettleApproval, createSigner } from "../approval/index.js";
import { BotSettings, type Environment, loadInstallation, readSettings } from "../config/index.js";
import { errorMessage } from "../domain/errors.js";
import type { Fact } from "../domain/fact.js";
import { createRedactor } from "../domain/redaction.js";
import { createPostOnce, createTellThread } from "../findings/index.js";
import { createApprovalButton } from "../intake/index.js";
import { createRegistry, probeAnswers } from "../platform/http/probes.js";
import { createLogger } from "../platform/log/logger.js";
import { createCounters } from "../platform/metrics/counters.js";
import { createApprovalStore } from "../platform/redis/approval-store.js";
import { createAudit } from "../platform/redis/audit-stream.js";
import { createCardStore } from "../platform/redis/card-store.js";
import { connectRedis, connectRedisBlocking, isUp, waitForRedis } from "../platform/redis/connection.js";
import { createFreezeStore } from "../platform/redis/freeze-store.js";
import { createInvestigationQueue } from "../platform/redis/investigation-queue.js";
import { consumeQueue, createEnqueue, RunLater } from "../platform/redis/queues.js";
import { createRunIndex, noteRun } from "../platform/redis/run-index.js";
import { createRunStore } from "../platform/redis/run-store.js";
import { createBotApp, findIdentity } from "../platform/slack/bot-app.js";
import { addListeners } from "../platform/slack/listeners.js";
import { createPeople } from "../platform/slack/people.js";
import { createThreads } from "../platform/slack/threads.js";
import { createAlertIntake } from "./bot-alerts.js";
import { createLateWork } from "./late-work.js";
import { createMeasures } from "./bot-measures.js";
import { createRequests } from "./bot-requests.js";
import { sweepDecisions } from "./bot-sweep.js";
import { createRightOfWay } from "./right-of-way.js";
import type { Running } from "./process.js";

/** Slack in and out: takes requests durably, decides clicks, and keeps threads showing what is known. */
export async function startBot(environment: Environment): Promise<Running> {
  const settings = readSettings(BotSettings, environment);
  const installation = loadInstallation(settings.KUBECLAW_CONFIG);
  const redact = createRedactor();
  const logger = createLogger("bot", settings.LOG_LEVEL, redact);
  const now = () => new Date();
  const redis = connectRedis(settings.REDIS_URL);
  await waitForRedis(redis);
  const blocking = connectRedisBlocking(settings.REDIS_URL);
  const registry = createRegistry();
  const counters = createCounters(registry);
  const onError = (event: string, error: unknown) => {
    logger.error({ event, error: errorMessage(error) });
  };

  const audit = createAudit(redis, redact);
  const queue = createInvestigationQueue(redis);
  const enqueueFact = createEnqueue("outbox", redis);
  const enqueueDecision = createEnqueue("decisions", redis);
  const enqueueExecution = createEnqueue("executions", redis);
  const tell = (fact: Fact, id: string, delayMs = 0) => enqueueFact(fact, { id, delayMs });
  const tellController = (message: Parameters<typeof enqueueDecision>[0], id: string) =>
    enqueueDecision(message, { id });
  const cards = createCardStore(redis);
  const measures = createMeasures(registry, redis, cards);
  const runStore = createRunStore(redis);
  const approvals = createApprovalStore(redis);
  const freezes = createFreezeStore(redis);

  const onForeign = async (kind: string, reason: string) => {
    counters.deliveries.inc({ kind, result: reason });
    await audit({
      at: now().toISOString(),
      kind: "delivery.refused",
      actor: { kind: "system", id: "slack" },
      run: null,
      detail: { kind, reason },
    });
  };

  let team = "";
  const alertIntake = createAlertIntake({
    redis,
    settings,
    installation,
    queue,
    tell,
    audit,
    team: () => team,
    now,
    onStranger: () => {
      counters.deliveries.inc({ kind: "webhook", result: "unknown-caller" });
    },
    onError,
  });

  let connected = () => false;
  const bot = createBotApp(
    settings,
    probeAnswers({ registry, ready: async () => connected() && isUp(redis) }),
    {
      onEmptyEnvelope: () => {
        counters.deliveries.inc({ kind: "envelope", result: "empty" });
        logger.warn({ event: "empty_envelope" });
      },
      onStale: () => {
        void onForeign("request", "stale").catch((error: unknown) => {
          onError("audit_failed", error);
        });
      },
      onError,
    },
    alertIntake.routes,
  );
  connected = () => bot.connected();
  const identity = await findIdentity(bot.client, (error) => {
    logger.warn({ event: "slack_unreachable", error: errorMessage(error) });
  });
  team = identity.team;
  const people = createPeople(bot.client, now);
  const threads = createThreads(bot.client, redact);
  const permalink = async (channel: string, ts: string) =>
    (await bot.client.chat.getPermalink({ channel, message_ts: ts }).catch(() => null))?.permalink ?? null;
  const runs = createRunIndex(redis, cards, runStore, permalink);

  const follow = createSettleApproval({
    audit,
    tell,
    tellController,
    execute: (request, id) => enqueueExecution(request, { id }),
  });
  const settle: typeof follow = async (record) => {
    await follow(record);
    await approvals.finish(record.decision);
  };
  const expire = createExpire({ store: approvals, settle, now });
  const ask = createAsk({
    store: approvals,
    audit,
    expire,
    schedule: (decision, run, at) =>
      enqueueFact(
        { kind: "plan-due", run, at: at.toISOString(), decision },
        { id: `${decision}-due`, delayMs: Math.max(at.getTime() - now().getTime(), 1) },
      ),
  });
  const findCard = async (run: string) => {
    const post = await cards.post(run, "card");
    return post && post.ts !== null ? { channel: post.channel, ts: post.ts } : null;
  };
  const decide = createDecide({
    store: approvals,
    people,
    installation,
    findCard,
    freezes,
    sign: createSigner(settings.KUBECLAW_APPROVAL_KEY),
    settle,
    onUnsettled: (error) => {
      onError("verdict_unsettled", error);
    },
    audit,
    now,
  });
  const press = createApprovalButton(decide);

  const rightOfWay = createRightOfWay();
  const tellThread = createTellThread({
    store: cards,
    threads,
    postOnce: createPostOnce({
      store: cards,
      threads,
      onDoubt: (run, key) =>
        audit({
          at: now().toISOString(),
          kind: "delivery.duplicate",
          actor: { kind: "system", id: "bot" },
          run,
          detail: { posted: "again", key, why: "the result of the first post is not known" },
        }),
      onParked: (error) => {
        logger.error({ event: "slack_refuses_us", error });
      },
      now,
    }),
    onPlan: (fact, card) =>
      ask(fact.offer, { run: fact.run, tenant: card.request.tenant, team, at: now().toISOString() }),
    onEnded: (card) =>
      card.request.trigger.kind === "command"
        ? queue.release(card.request.dedupeKey, card.request.run)
        : Promise.resolve(),
    withdraw: (decision, reason) => expire(decision, "superseded", reason),
    countAlerts: (run) => alertIntake.alerts.count(run),
    now,
  });

  const consumer = consumeQueue(
    "outbox",
    blocking,
    async (fact) => {
      if (fact.kind === "requested") await noteRun(redis, fact.run, new Date(fact.at));
      if (fact.kind === "plan-due") {
        await expire(fact.decision, "expired");
        return;
      }
      await rightOfWay.turn();
      const told = await tellThread(fact);
      if (told.kind === "later") throw new RunLater(told.delayMs);
      await measures.told(fact);
    },
    (failure) => {
      counters.jobs.inc({ queue: failure.queue, final: String(failure.final) });
      logger.warn({ event: "outbox_failed", id: failure.id, final: failure.final, error: failure.error.message });
    },
  );

  const late = createLateWork((error) => {
    onError("late_record_failed", error);
  });
  const stopSweeping = sweepDecisions({ approvals, settle, now, onError });

  const requests = createRequests({
    freezes,
    ...alertIntake,
    redis,
    redact,
    counters,
    queue,
    runs,
    people,
    tell,
    audit,
    installation,
    press,
    findApproval: (decision) => approvals.find(decision),
    tellController,
    identity,
    client: bot.client,
    now,
    later: late.later,
    onError,
  });
  addListeners(bot, {
    appId: settings.SLACK_APP_ID,
    identity,
    redact,
    ...measures.acknowledging(requests, rightOfWay),
    onGroupsChanged: () => {
      people.forgetGroups();
    },
    onForeign,
    onError,
  });
  await bot.start();
  logger.info({ event: "bot_started", port: settings.PORT });
  return {
    async close() {
      stopSweeping();
      await bot.stop();
      await late.settled();
      await consumer.close();
      for (const connection of [redis, blocking]) connection.disconnect();
    },
  };
}
