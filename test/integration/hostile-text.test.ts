import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { RunId } from "../../src/domain/ids.js";
import { anAnswer, aVerdict } from "../builders/diagnosis.js";
import { anAlertmanagerBody, aWebhookAlert } from "../builders/webhook.js";
import { BotProcess } from "./bot-process.js";
import { callWebhook } from "./bot-world.js";
import { type FaultWorld, startFaultWorld } from "./fault-world.js";
import { control, eventually } from "./playground-slack/local-slack.js";

const seconds = 1_000;
let world: FaultWorld;
let bot: BotProcess;
let port: number;

beforeAll(async () => {
  world = await startFaultWorld();
  const environment = await world.settings({ KUBECLAW_SLACK_MODE: "http", LOG_LEVEL: "trace" });
  bot = await BotProcess.start(environment);
  port = Number(environment["PORT"]);
}, 60 * seconds);
afterAll(async () => {
  await bot.kill();
  await world.close();
}, 30 * seconds);

interface Call {
  method: string;
  arguments: Record<string, unknown>;
  answer: { ok?: boolean; error?: string } | null;
}
const calls = async () => (await control(world.slack, "GET", "calls")).body["calls"] as Call[];

/** Every text that Slack would read markup in. */
function marked(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(marked);
  if (value === null || typeof value !== "object") return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  const own = type === "mrkdwn" && typeof text === "string" ? [text] : [];
  return [...own, ...Object.values(value).flatMap(marked)];
}
/** What Slack would make a mention or a link of. */
const active = (texts: readonly string[]) => texts.flatMap((text) => [...text.matchAll(/<[^<>]*>/g)].map(([it]) => it));
const textsOf = (sent: readonly Call[]) =>
  sent
    .filter(({ method }) => method.startsWith("chat.post") || method === "chat.update" || method === "views.open")
    .flatMap(({ arguments: { text, blocks, view } }) => [
      ...(typeof text === "string" ? [text] : []),
      ...[blocks, view].flatMap((part) => marked(typeof part === "string" ? JSON.parse(part) : part)),
    ]);

/** A card for deploy/NAME with what an agent would have found. */
async function tellFinding(name: string, hostile: string): Promise<string> {
  await world.deliveries.command(port, `investigate deploy/${name} -n shop`);
  const card = await eventually(
    async () => (await world.cards("sre")).find(({ text }) => text.includes(`deploy/${name} `)),
    10 * seconds,
  );
  const run = card.metadata?.event_payload.run as RunId;
  const short = hostile.slice(0, 300);
  const verdict = aVerdict({
    causeId: "crash-loop",
    summary: hostile.slice(0, 480),
    evidence: [1, 2, 3].map((at) => ({
      id: `e${at}`,
      source: "log" as const,
      ref: short,
      path: short,
      quote: hostile.slice(0, 1_900),
    })),
    effects: [{ object: { kind: "Service", namespace: "shop", name: "checkout" }, summary: short }],
    ruledOut: [{ causeId: "registry-dns-failure", because: short }],
    notChecked: [short],
  });
  const at = new Date().toISOString();
  await world.tell({ kind: "progress", run, at, step: "<!here>", text: short }, `${run}-p`);
  await world.tell(
    {
      kind: "finding",
      run,
      at,
      stage: "final",
      answer: anAnswer({ verdicts: [verdict, verdict], warnings: [short] }),
      model: { used: true, model: "<!here>", note: hostile.slice(0, 3_900), usd: 0 },
    },
    `${run}-f`,
  );
  await eventually(async () => {
    const shown = (await world.cards("sre")).find(({ ts }) => ts === card.ts);
    return shown?.metadata?.event_payload.state === "finding" ? true : undefined;
  }, 15 * seconds);
  return run;
}

it(
  "markup in names, logs, alerts and a model's words mentions nobody and links nowhere, and Slack takes every message",
  async () => {
    const { deliveries } = world;
    const hostile = [
      "<!channel> <!here> <@U0MAX> <#C0SHOP> <https://evil.example|kubectl docs> *Approved by* <@U0LI> ```",
      "\u202e\u200b\u2066 smart “quotes” – dashes … \u0000\u0007 \ud83d\ude00 \udead _*~`&<>&lt;!channel&gt;",
      "x".repeat(2_000),
    ].join("\n");
    await tellFinding("markup", hostile);
    await tellFinding("long", `<!everyone>${"&<>".repeat(70_000)}`);
    const label = "<!channel> <https://evil.example|Approve>";
    await callWebhook(port, "alertmanager", anAlertmanagerBody(aWebhookAlert({ alertname: label, severity: label })));
    await callWebhook(port, "generic", { title: `${label} \u202e`, namespace: "shop", object: "deploy/generic" });
    const typed = [
      "investigate deploy/<!channel> -n shop",
      "investigate <https://evil.example|deploy/x> -n shop",
      "investigate deploy/--namespace=kube-system -n shop",
      "investigate -n shop --namespace kube-system deploy/x",
      "investigate deploy/../secrets -n shop",
      `investigate ${"<@U0MAX>".repeat(100)}`,
      "x".repeat(40_000),
      "“investigate” deploy/typo —namespace",
      "status <!channel>",
      "\u0000\u202e",
      "constructor",
    ];
    const answers: string[] = [];
    for (const text of typed) {
      const { status, body } = await deliveries.command(port, text);
      expect(status).toBe(200);
      answers.push(typeof body["text"] === "string" ? body["text"] : "");
    }
    expect(answers.every((text) => text.length > 0 && text.length < 4_000)).toBe(true);
    await eventually(async () => ((await world.cards()).length === 2 ? true : undefined), 10 * seconds);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const sent = await calls();
    const texts = [...textsOf(sent), ...answers];
    const ours = /^<(@U0ANA|@U0LI|!subteam\^S0SRE|#C0SRE|https?:\/\/127\.0\.0\.1[^|]*\|the card)>$/;
    expect(active(texts).filter((token) => !ours.test(token))).toEqual([]);
    expect(texts.join("")).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
    expect(
      sent.filter(({ answer }) => answer?.ok === false).map(({ method, answer }) => [method, answer?.error]),
    ).toEqual([]);
  },
  60 * seconds,
);

it(
  "no secret that is planted anywhere comes out in Slack, in the log or in the audit stream, in any encoding",
  async () => {
    const secret = `ghp_${"Pl4nted".repeat(5)}X`;
    const value = "hunter2-Canary-4471";
    const base64 = Buffer.from(`token ${secret}`).toString("base64");
    // Each fits the shortest field that it is put into: an agent redacts before it cuts.
    const planted = [
      [`plain ${secret}`, `url ${encodeURIComponent(`?password=${value}&x`)}`, `DB_PASS=${value}`],
      [`json ${JSON.stringify(JSON.stringify({ password: value }))}`, `postgres://app:${value}@db/shop`],
      [`base64 ${base64}`, `split ${secret.slice(0, 20)}\n${secret.slice(20)}`],
      [`wrapped\n${base64.slice(0, 40)}\n${base64.slice(40)}`, `Authorization: Bearer ${value}${value}`],
    ].map((lines) => lines.join(" \n"));
    const runs: string[] = [];
    for (const [at, text] of planted.entries()) runs.push(await tellFinding(`planted-${at}`, text));
    const { deliveries } = world;
    const answers = [
      await deliveries.command(port, `investigate password=${value} -n shop`),
      await deliveries.command(port, `status ${secret}`),
      await callWebhook(
        port,
        "alertmanager",
        anAlertmanagerBody(
          aWebhookAlert(
            { alertname: `Leak ${secret}`, deployment: "leaky", password: value, note: secret },
            { annotations: { summary: planted.join("\n") } },
          ),
        ),
      ),
      await callWebhook(port, "generic", { title: `password=${value}`, namespace: "shop", object: "deploy/leaky-too" }),
      await callWebhook(port, "generic", { title: secret, namespace: secret }),
    ];
    const card = (await world.cards("sre")).find(({ metadata }) => metadata?.event_payload.run === runs[0]);
    const plan = await world.offer(card!, { requestedBy: "U0ANA", reason: `because ${secret}` });
    await deliveries.submit(port, {
      callbackId: "deny-reason",
      metadata: `${plan.value} ${plan.channel} ${plan.ts}`,
      user: "U0LI",
      reason: `no: ${secret} password=${value}`,
    });
    await deliveries.press(port, {
      user: "U0LI",
      channel: plan.channel,
      ts: plan.ts,
      action: "details",
      value: plan.value,
    });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const audit = await world.inRedis((connection) => connection.xrange("kubeclaw:audit", "-", "+"));
    const out = JSON.stringify([await calls(), answers, deliveries.told, audit]) + bot.output;
    expect(out).toContain("[redacted:");
    for (const canary of [secret, value, secret.slice(20), base64.slice(10, 40), base64.slice(42, 60)])
      expect([canary, out.includes(canary)]).toEqual([canary, false]);
  },
  60 * seconds,
);
