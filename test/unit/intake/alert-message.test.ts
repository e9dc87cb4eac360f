import { expect, it } from "@jest/globals";
import { KubeClawError } from "../../../src/domain/errors.js";
import { createAlertMessage, createTakeAlerts, type MessageDelivery } from "../../../src/intake/index.js";
import { noon } from "../../builders/kubernetes.js";
import { anInstallation } from "../../builders/request.js";
import { createAlertIndex, createInvestigationQueue, createMutes } from "../../fakes/intake.js";
import { createRecorder } from "../../fakes/recorder.js";

function aWorld() {
  const queue = createInvestigationQueue();
  const said = createRecorder();
  const alerts = createAlertIndex();
  const mutes = createMutes();
  const installation = anInstallation("dedupe: {window: 5m}");
  const take = createTakeAlerts({ queue, alerts, mutes, ...said, installation, now: () => noon });
  const onMessage = createAlertMessage({ take, alerts, installation });
  let event = 0;
  const post = (title: string, over: Partial<MessageDelivery> = {}) =>
    onMessage({
      eventId: `Ev${(event += 1)}`,
      team: "T0SHOP",
      channel: "C0ALERTS",
      ts: "1700000000.000100",
      fromBot: true,
      own: false,
      edited: false,
      message: { text: "", attachments: [{ title, text: "deployment: checkout" }] },
      ...over,
    });
  return { queue, alerts, mutes, said, post };
}

it("an app's alert in a watched channel is investigated, in its own thread, once a window", async () => {
  const { queue, said, post } = aWorld();
  await post("[FIRING:1] HighErrorRate (shop)");
  await post("[FIRING:1] HighErrorRate (shop)", { ts: "1700000000.000900" });
  expect(queue.requests).toMatchObject([
    {
      trigger: { kind: "alert", alert: { name: "HighErrorRate" } },
      scope: { namespace: "shop", object: { kind: "Deployment", name: "checkout" } },
      slack: { channel: "C0ALERTS", threadTs: "1700000000.000100" },
    },
  ]);
  expect(queue.windows[0]).toBe(300_000);
  expect(said.events.map(({ kind }) => kind)).toEqual(["delivery.accepted", "delivery.duplicate"]);
  expect([...said.facts.values()].map(({ kind }) => kind)).toEqual(["requested"]);
});

it("the same event delivered again changes nothing", async () => {
  const { queue, said, post } = aWorld();
  await post("[FIRING:1] X (shop)", { eventId: "Ev1" });
  await post("[FIRING:1] X (shop)", { eventId: "Ev1" });
  expect([queue.requests.length, said.facts.size]).toEqual([1, 1]);
});

it("a resolved alert is told to the card of its run", async () => {
  const { queue, said, post } = aWorld();
  await post("[FIRING:1] X (shop)");
  await post("[RESOLVED] X (shop)");
  expect([...said.facts.values()].map(({ kind, run }) => [kind, run])).toEqual([
    ["requested", queue.requests[0]!.run],
    ["alert-resolved", queue.requests[0]!.run],
  ]);
});

it("a resolved alert that nobody looked at starts nothing", async () => {
  const { queue, said, post } = aWorld();
  await post("[RESOLVED] X (shop)");
  expect([queue.requests.length, said.facts.size]).toEqual([0, 0]);
  expect(said.events).toMatchObject([{ kind: "delivery.accepted", run: null }]);
});

it.each<[string, string, Partial<MessageDelivery>]>([
  ["a person's post", "[FIRING:1] X (shop)", { fromBot: false }],
  ["a channel that is not watched", "[FIRING:1] X (shop)", { channel: "C0SRE" }],
  ["a channel that is not listed", "[FIRING:1] X (shop)", { channel: "C0OTHER" }],
  ["another namespace", "[FIRING:1] X (secret)", {}],
  ["no alert", "deploy finished", {}],
])("leaves alone: %s", async (_what, title, over) => {
  const { queue, said, post } = aWorld();
  await post(title, over);
  expect([queue.requests, said.log]).toEqual([[], []]);
});

it("is not taken while Redis is down: Slack delivers again", async () => {
  const { queue, said, post } = aWorld();
  queue.state.away = new KubeClawError("unavailable", "redis", { retryable: true });
  await expect(post("[FIRING:1] X (shop)")).rejects.toMatchObject({ code: "unavailable" });
  expect(said.log).toEqual([]);
});

it("our own words are left alone, even where they look like an alert", async () => {
  const { queue, said, post } = aWorld();
  await post("[FIRING:1] X (shop)", { own: true });
  expect([queue.requests, said.log]).toEqual([[], []]);
});

it("an edit counts only where the message was an alert before", async () => {
  const { queue, said, post } = aWorld();
  await post("[FIRING:1] X (shop)", { edited: true });
  expect([queue.requests, said.log]).toEqual([[], []]);
  await post("[FIRING:1] X (shop)");
  await post("[RESOLVED] X (shop)", { edited: true });
  expect([...said.facts.values()].map(({ kind }) => kind)).toEqual(["requested", "alert-resolved"]);
});
