import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { KubeClawError } from "../../../../src/domain/errors.js";
import { createReceiveWebhook, createTakeAlerts, type WebhookCall } from "../../../../src/intake/index.js";
import { noon } from "../../../builders/kubernetes.js";
import { anInstallation } from "../../../builders/request.js";
import {
  anAlertmanagerBody,
  aWebhookAlert,
  aWebhookCall,
  signatureOf,
  webhookSecret,
  webhookToken,
} from "../../../builders/webhook.js";
import { createAlertIndex, createInvestigationQueue, createMutes } from "../../../fakes/intake.js";
import { createRecorder } from "../../../fakes/recorder.js";

const routes = `routes:
  - {match: {namespace: pay, severity: info}, channel: C0SHOP}
  - {match: {namespace: pay}, channel: C0ALERTS}
  - {match: {namespace: shop}, channel: C0SRE}
  - {match: {team: web}, channel: C0SHOP}`;

function aWorld(over: { secret?: string; token?: string } = { secret: webhookSecret, token: webhookToken }) {
  const queue = createInvestigationQueue();
  const said = createRecorder();
  const state = { now: noon, up: true, strangers: 0 };
  const errors: string[] = [];
  const installation = anInstallation(routes);
  const deps = { ...said, installation, now: () => state.now };
  const receive = createReceiveWebhook({
    ...deps,
    take: createTakeAlerts({ ...deps, queue, alerts: createAlertIndex(), mutes: createMutes() }),
    secret: over.secret,
    token: over.token,
    team: () => "T0SHOP",
    up: () => Promise.resolve(state.up),
    onStranger: () => (state.strangers += 1),
    onError: (event, error) => errors.push(`${event} ${String(error)}`),
  });
  const post = (body: unknown, call: Partial<WebhookCall> = {}) => receive(aWebhookCall(body, call));
  const sign = (body: string, at: Date, secret?: string) => ({
    authorization: undefined,
    ...signatureOf(body, at, secret),
  });
  return { queue, said, state, errors, post, sign };
}

describe("who calls", () => {
  const body = JSON.stringify(anAlertmanagerBody());
  const minutes = (count: number) => new Date(noon.getTime() + count * 60_000);

  it.each([
    ["the token", {}],
    ["the token, in other letters of the scheme", { authorization: `bearer ${webhookToken}` }],
    ["a signature of now", { authorization: undefined, ...signatureOf(body, noon) }],
    ["a signature of five minutes ago", { authorization: undefined, ...signatureOf(body, minutes(-5)) }],
    ["a signature of five minutes ahead", { authorization: undefined, ...signatureOf(body, minutes(5)) }],
  ])("is known by %s", async (_what, call) => {
    expect(await aWorld().post(body, call)).toMatchObject({ status: 202 });
  });

  it.each<[string, Partial<WebhookCall>]>([
    ["nothing", { authorization: undefined }],
    ["another token", { authorization: "Bearer token-of-another" }],
    ["the token in another scheme", { authorization: `Basic ${webhookToken}` }],
    ["the beginning of the token", { authorization: `Bearer ${webhookToken.slice(0, -1)}` }],
    ["an older signature", { authorization: undefined, ...signatureOf(body, minutes(-5.1)) }],
    ["a signature from the future", { authorization: undefined, ...signatureOf(body, minutes(5.1)) }],
    ["a signature of another key", { authorization: undefined, ...signatureOf(body, noon, "another") }],
    ["a signature of another body", { authorization: undefined, ...signatureOf(`${body} `, noon) }],
    ["a signature without its time", { authorization: undefined, ...signatureOf(body, noon), timestamp: undefined }],
    ["a time that is none", { authorization: undefined, ...signatureOf(body, noon), timestamp: "1e12" }],
  ])("is not known by %s, and counted only", async (_what, call) => {
    const { queue, said, state, post } = aWorld();
    expect(await post(body, call)).toMatchObject({ status: 401, body: { error: {} } });
    expect([queue.requests, said.log, state.strangers]).toEqual([[], [], 1]);
  });

  it("is not known by what was not set up", async () => {
    const { authorization: _, ...token } = { authorization: "" };
    expect(await aWorld({ secret: webhookSecret }).post(body, token)).toMatchObject({ status: 401 });
    const signed = { authorization: undefined, ...signatureOf(body, noon) };
    expect(await aWorld({ token: webhookToken }).post(body, signed)).toMatchObject({ status: 401 });
  });

  it("is asked before the body is read", async () => {
    const read = () => Promise.reject(new Error("must not be read"));
    expect(await aWorld().post("", { authorization: undefined, read })).toMatchObject({ status: 401 });
  });
});

describe("what is refused, with the field and the way out", () => {
  const one = aWebhookAlert();
  it.each<[string, unknown, Partial<WebhookCall>, number, string | undefined, string]>([
    ["another method", {}, { method: "GET" }, 405, undefined, "expected POST"],
    ["another type", {}, { contentType: "text/plain" }, 415, "Content-Type", "application/json"],
    ["no type", {}, { contentType: undefined }, 415, "Content-Type", "application/json"],
    ["too much", {}, { read: () => Promise.resolve(null) }, 413, undefined, "1 MiB"],
    ["no JSON", "{", {}, 422, "", "expected JSON"],
    ["another version", { version: "5", alerts: [] }, {}, 422, "version", '"4"'],
    ["no alerts", { version: "4" }, {}, 422, "alerts", "expected array"],
    [
      "a status that is none",
      { version: "4", alerts: [{ ...one, status: "on" }] },
      {},
      422,
      "alerts.0.status",
      "firing",
    ],
    [
      "labels that are no texts",
      { version: "4", alerts: [one, { ...one, labels: { a: 1 } }] },
      {},
      422,
      "alerts.1.labels.a",
      "string",
    ],
    ["1,001 alerts", { version: "4", alerts: Array.from({ length: 1_001 }, () => one) }, {}, 422, "alerts", "1000"],
    [
      "101 labels",
      {
        version: "4",
        alerts: [{ ...one, labels: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`l${at}`, ""])) }],
      },
      {},
      422,
      "alerts.0.labels",
      "100 labels",
    ],
    ["a misspelt key", { title: "x", namespce: "shop" }, { source: "generic" }, 422, "namespce", "unknown key"],
    ["no title", {}, { source: "generic" }, 422, "title", "expected string"],
    [
      "a namespace that is none",
      { title: "x", namespace: "Shop" },
      { source: "generic" },
      422,
      "namespace",
      "namespace name",
    ],
    [
      "an object without a kind",
      { title: "x", object: "checkout" },
      { source: "generic" },
      422,
      "object",
      "deploy/checkout",
    ],
    ["a time that is none", { title: "x", startsAt: "noon" }, { source: "generic" }, 422, "startsAt", "2026-"],
    ["a state that is none", { title: "x", state: "maybe" }, { source: "generic" }, 422, "state", "firing"],
    ["no event", {}, { source: "pagerduty" }, 422, "event", "expected object"],
    ["a list", [], { source: "grafana" }, 422, "", "expected object"],
  ])("%s", async (_what, body, call, status, field, message) => {
    const { queue, said, post } = aWorld();
    const answer = await post(body, call);
    expect(answer).toMatchObject({ status, body: { error: { ...(field === undefined ? {} : { field }) } } });
    expect((answer.body["error"] as { message: string }).message).toContain(message);
    expect([queue.requests, said.log]).toEqual([[], []]);
  });
});

it("what is refused to a known sender is logged, for it will not come again; a stranger fills no log", async () => {
  const { errors, post } = aWorld();
  await post({ version: "5", alerts: [] });
  await post("", { read: () => Promise.resolve(null) });
  expect(errors).toEqual([
    expect.stringContaining("webhook_refused Error: alertmanager: 422: version: expected"),
    expect.stringContaining("webhook_refused Error: alertmanager: 413: expected at most 1 MiB"),
  ]);
  await post("", { authorization: undefined });
  await post("", { authorization: undefined, signature: `v1=${"0".repeat(64)}`, read: () => Promise.resolve(null) });
  expect(errors).toHaveLength(2);
});

describe("what is taken", () => {
  it("begins an investigation in the channel of the first route that fits, as a message of its own", async () => {
    const { queue, post } = aWorld();
    const { body } = await post(anAlertmanagerBody());
    expect(body).toEqual({ accepted: 1, duplicates: 0, runs: [queue.requests[0]?.run] });
    expect(queue.requests).toMatchObject([
      {
        scope: { namespace: "shop", object: { kind: "Deployment", name: "checkout" } },
        slack: { team: "T0SHOP", channel: "C0SRE", threadTs: null },
        trigger: { kind: "alert", alert: { name: "KubePodNotReady", severity: "critical" } },
      },
    ]);
  });

  it.each<[string, Record<string, string>, string]>([
    ["namespace", { namespace: "pay" }, "C0ALERTS"],
    ["a label", { namespace: "shop", team: "web" }, "C0SRE"],
  ])("is routed by %s", async (_what, labels, channel) => {
    const { queue, post } = aWorld();
    await post(anAlertmanagerBody(aWebhookAlert(labels)));
    expect(queue.requests[0]?.slack.channel).toBe(channel);
  });

  it("of a pair of senders once, and with every pod of a workload once", async () => {
    const { queue, post } = aWorld();
    await post(anAlertmanagerBody());
    const { body } = await post(
      anAlertmanagerBody(
        aWebhookAlert(),
        aWebhookAlert({ deployment: "", pod: "checkout-7d9f8c6b5-x4k2p" }, { fingerprint: "b" }),
      ),
    );
    expect(body).toEqual({ accepted: 0, duplicates: 2, runs: [queue.requests[0]?.run] });
    expect(queue.requests).toHaveLength(1);
  });

  it("300 of one cause in one body are one investigation", async () => {
    const { queue, said, post } = aWorld();
    const alerts = Array.from({ length: 300 }, (_, at) =>
      aWebhookAlert({ alertname: `A${at % 7}`, pod: `checkout-7d9f8c6b5-x${at}` }, { fingerprint: `f${at}` }),
    );
    const { body } = await post(anAlertmanagerBody(...alerts));
    expect(body).toMatchObject({ accepted: 1, duplicates: 299 });
    expect(queue.requests).toHaveLength(1);
    expect(said.events.filter(({ kind }) => kind === "delivery.duplicate")).toHaveLength(299);
  });

  it("of many workloads in one body is one investigation each, all of them counted", async () => {
    const { queue, post } = aWorld();
    const alerts = Array.from({ length: 50 }, (_, at) =>
      aWebhookAlert({ deployment: `app-${at}` }, { fingerprint: `f${at}` }),
    );
    const { body } = await post(anAlertmanagerBody(...alerts, ...alerts));
    expect(body).toMatchObject({ accepted: 50, duplicates: 50 });
    expect(new Set(body["runs"] as string[]).size).toBe(50);
    expect(queue.requests).toHaveLength(50);
  });

  it("ends when every alert of it is resolved", async () => {
    const { said, post } = aWorld();
    const [one, other] = [aWebhookAlert(), aWebhookAlert({ alertname: "HighErrorRate" }, { fingerprint: "b" })];
    await post(anAlertmanagerBody(one, other));
    const resolvedFacts = () => [...said.facts.values()].filter(({ kind }) => kind === "alert-resolved").length;
    expect(await post(anAlertmanagerBody({ ...one, status: "resolved" }))).toMatchObject({ body: { accepted: 1 } });
    expect(resolvedFacts()).toBe(0);
    await post(anAlertmanagerBody({ ...other, status: "resolved" }));
    expect(resolvedFacts()).toBe(1);
    const again = await post(anAlertmanagerBody({ ...other, status: "resolved" }));
    expect(again.body).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  it("signed and sent again changes nothing, even after the window of repeats", async () => {
    const { queue, post, sign } = aWorld();
    const body = JSON.stringify(anAlertmanagerBody());
    const first = await post(body, sign(body, noon));
    await queue.release(queue.requests[0]?.dedupeKey ?? "", queue.requests[0]?.run ?? "");
    const again = await post(body, sign(body, noon));
    expect([first.body, again.body]).toMatchObject([
      { accepted: 1, duplicates: 0 },
      { accepted: 0, duplicates: 1, runs: first.body["runs"] },
    ]);
    expect(queue.requests).toHaveLength(1);
  });
});

describe("what is left alone, on record", () => {
  it.each([
    ["no namespace", { namespace: "" }, "no-namespace"],
    ["a name that is none", { namespace: "Shop!" }, "bad-name"],
    ["no route", { namespace: "other" }, "no-route"],
    ["a channel that may not ask", { namespace: "pay", severity: "info" }, "namespace-not-allowed"],
  ])("%s", async (_what, labels, reason) => {
    const { queue, said, post } = aWorld();
    expect(await post(anAlertmanagerBody(aWebhookAlert(labels)))).toEqual({
      status: 202,
      body: { accepted: 0, duplicates: 0, runs: [] },
    });
    expect(queue.requests).toEqual([]);
    expect(said.refusals()).toEqual([reason]);
  });
});

describe("while Redis is away", () => {
  it("nothing is taken, and the sender is told to come again", async () => {
    const { queue, state, post } = aWorld();
    state.up = false;
    expect(await post(anAlertmanagerBody())).toMatchObject({ status: 503 });
    state.up = true;
    queue.state.away = new KubeClawError("unavailable", "redis", { retryable: true });
    expect(await post(anAlertmanagerBody())).toMatchObject({ status: 503 });
    delete queue.state.away;
    expect(await post(anAlertmanagerBody())).toMatchObject({ status: 202, body: { accepted: 1 } });
  });
});

describe("the other sources", () => {
  it("generic: names its object outright", async () => {
    const { queue, post } = aWorld();
    const body = {
      title: "Checkout is slow",
      namespace: "shop",
      object: "sts/db",
      severity: "high",
      links: ["https://wiki.example/x"],
    };
    expect(await post(body, { source: "generic" })).toMatchObject({ body: { accepted: 1 } });
    expect(queue.requests[0]?.scope).toEqual({ namespace: "shop", object: { kind: "StatefulSet", name: "db" } });
  });

  it("Grafana: the same alerts; missing data and tests start nothing", async () => {
    const { queue, post } = aWorld();
    const body = {
      ...anAlertmanagerBody(aWebhookAlert({ alertname: "DatasourceNoData" }), aWebhookAlert()),
      version: "1",
    };
    expect(await post(body, { source: "grafana" })).toMatchObject({ body: { accepted: 1, duplicates: 0 } });
    expect(queue.requests).toHaveLength(1);
  });

  const incident = (type: string, title: string) => ({
    event: {
      id: "01A",
      event_type: type,
      resource_type: "incident",
      data: { id: "Q1ABC", type: "incident", title, urgency: "high" },
    },
  });

  it.each([
    ["Alertmanager's title", "[FIRING:1] KubePodNotReady shop (checkout-7d9f8c6b5-x4k2p critical)"],
    ["words with labels", "Checkout is down namespace=shop deployment=checkout"],
  ])("PagerDuty: is placed by %s", async (_what, title) => {
    const { queue, post } = aWorld();
    expect(await post(incident("incident.triggered", title), { source: "pagerduty" })).toMatchObject({
      body: { accepted: 1 },
    });
    expect(queue.requests[0]?.scope).toEqual({ namespace: "shop", object: { kind: "Deployment", name: "checkout" } });
    expect(await post(incident("incident.resolved", title), { source: "pagerduty" })).toMatchObject({
      body: { accepted: 1 },
    });
  });

  it.each(["incident.acknowledged", "pagey.ping", "incident.annotated"])(
    "PagerDuty: %s starts nothing",
    async (type) => {
      const { said, post } = aWorld();
      expect(await post(incident(type, "shop"), { source: "pagerduty" })).toMatchObject({
        status: 202,
        body: { accepted: 0 },
      });
      expect(said.log).toEqual([]);
    },
  );
});

it("whatever is sent, the answer is one that the contract knows", async () => {
  const { post } = aWorld();
  const source = fc.constantFrom("alertmanager", "grafana", "pagerduty", "generic");
  await fc.assert(
    fc.asyncProperty(source, fc.oneof(fc.json(), fc.string()), async (from, body) => {
      expect([202, 422]).toContain((await post(body, { source: from })).status);
    }),
  );
});
