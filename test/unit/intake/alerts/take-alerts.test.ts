import { describe, expect, it } from "@jest/globals";
import { KubeClawError } from "../../../../src/domain/errors.js";
import type { Alert } from "../../../../src/intake/alerts/alert.js";
import { buildAlert, buildTarget } from "../../../../src/intake/alerts/build-alert.js";
import { createTakeAlerts } from "../../../../src/intake/index.js";
import { after, noon } from "../../../builders/kubernetes.js";
import { anInstallation } from "../../../builders/request.js";
import { createAlertIndex, createInvestigationQueue, createMutes } from "../../../fakes/intake.js";
import { createRecorder } from "../../../fakes/recorder.js";

function anAlert(over: { name?: string; pod?: string; namespace?: string; state?: "firing" | "resolved" } = {}): Alert {
  const { name = "KubePodNotReady", pod = "checkout-7d9f8c6b5-x4k2p", namespace = "shop", state = "firing" } = over;
  const labels = new Map([
    ["namespace", namespace],
    ["pod", pod],
  ]);
  const placed = buildAlert({ source: "alertmanager", name, state, labels, values: [] }, "prod-eu", []);
  if (placed.kind === "unplaced") throw new Error(placed.reason);
  return placed.alert;
}

function aWorld() {
  const queue = createInvestigationQueue();
  const alerts = createAlertIndex();
  const mutes = createMutes();
  const said = createRecorder();
  const take = createTakeAlerts({ queue, alerts, mutes, ...said, installation: anInstallation(), now: () => noon });
  let delivery = 0;
  const place = () => ({
    id: `delivery-${(delivery += 1)}`,
    team: "T0SHOP",
    channel: "C0ALERTS",
    threadTs: `1700000000.00000${delivery}`,
  });
  const fire = (...all: [Alert, ...Alert[]]) => take.firing(place(), all);
  const resolve = (alert: Alert) => take.resolved(place(), { ...alert, state: "resolved" });
  const told = (kind: string) => [...said.facts.values()].filter((fact) => fact.kind === kind);
  return { queue, alerts, mutes, said, fire, resolve, told };
}

describe("alerts of one cause", () => {
  it("are one investigation, each of the others on record as a duplicate", async () => {
    const { queue, said, fire, told } = aWorld();
    const first = await fire(anAlert());
    await fire(anAlert({ pod: "checkout-7d9f8c6b5-9v9vk" }));
    expect(await fire(anAlert({ name: "HighErrorRate" }))).toEqual({ kind: "joined", run: first.run });
    expect(queue.requests).toHaveLength(1);
    expect(said.events.map(({ kind }) => kind)).toEqual([
      "delivery.accepted",
      "delivery.duplicate",
      "delivery.duplicate",
    ]);
    expect([told("requested").length, told("alert-joined").length]).toEqual([1, 1]);
  });

  it("that come in one delivery are so, too", async () => {
    const { queue, said, fire } = aWorld();
    await fire(anAlert(), anAlert({ pod: "checkout-7d9f8c6b5-9v9vk" }), anAlert({ name: "HighErrorRate" }));
    expect(queue.requests).toHaveLength(1);
    expect(said.events.map(({ kind }) => kind)).toEqual([
      "delivery.accepted",
      "delivery.duplicate",
      "delivery.duplicate",
    ]);
  });

  it("are looked at as a namespace where the gate says so", async () => {
    const { queue, alerts, said, fire } = aWorld();
    alerts.folded.add(anAlert({ pod: "cart-7d9f8c6b5-x4k2p" }).target);
    await fire(anAlert({ pod: "cart-7d9f8c6b5-x4k2p" }));
    expect(queue.requests).toMatchObject([
      { scope: { namespace: "shop", object: null }, dedupeKey: `alert-${buildTarget("prod-eu", "shop", null)}` },
    ]);
    expect(said.events[0]?.detail).toMatchObject({ folded: true });
  });
});

describe("resolved", () => {
  it("is told to the card when the last of its alerts is", async () => {
    const { fire, resolve, told } = aWorld();
    const [one, other] = [anAlert(), anAlert({ pod: "checkout-7d9f8c6b5-9v9vk" })];
    const { run } = await fire(one);
    await fire(other);
    expect(await resolve(one)).toEqual({ kind: "resolved", run, fresh: true });
    expect(told("alert-resolved")).toEqual([]);
    await resolve(other);
    expect(told("alert-resolved")).toMatchObject([{ run }]);
  });

  it("delivered again is a duplicate", async () => {
    const { said, fire, resolve } = aWorld();
    await fire(anAlert());
    await resolve(anAlert());
    expect(await resolve(anAlert())).toMatchObject({ fresh: false });
    expect(said.events.map(({ kind }) => kind)).toEqual([
      "delivery.accepted",
      "delivery.accepted",
      "delivery.duplicate",
    ]);
  });

  it("of a whole group ends what a message about the group began, too", async () => {
    const { fire, resolve, told } = aWorld();
    const group = { ...anAlert(), fingerprint: "the-group" };
    await fire(group);
    await fire(anAlert());
    expect(await resolve({ ...anAlert(), endedGroup: "another-group" })).toMatchObject({ fresh: true });
    expect(told("alert-resolved")).toEqual([]);
    await resolve({ ...anAlert(), endedGroup: "the-group" });
    expect(told("alert-resolved")).toHaveLength(1);
  });

  it("of what nobody looked at starts nothing", async () => {
    const { queue, said, resolve, told } = aWorld();
    expect(await resolve(anAlert())).toEqual({ kind: "unknown", run: null });
    expect([queue.requests, told("alert-resolved")]).toEqual([[], []]);
    expect(said.events).toMatchObject([{ kind: "delivery.accepted", run: null }]);
  });
});

describe("what is muted", () => {
  const mute = (target: string, object: string | null) => ({
    target,
    namespace: "shop",
    object,
    until: after(7_200),
    by: "U0LI",
  });

  it.each([
    ["the workload", anAlert().target, "deploy/checkout"],
    ["the whole namespace", buildTarget("prod-eu", "shop", null), null],
  ])("%s: starts nothing, is on record, and is said once", async (_what, target, object) => {
    const { queue, mutes, said, fire, told } = aWorld();
    await mutes.set(mute(target, object));
    expect(await fire(anAlert())).toEqual({ kind: "muted", run: null });
    await fire(anAlert({ name: "HighErrorRate" }));
    expect(queue.requests).toEqual([]);
    expect(said.events).toMatchObject([
      { kind: "delivery.refused", detail: { reason: "muted", by: "U0LI" } },
      { kind: "delivery.refused" },
    ]);
    expect(told("note")).toMatchObject([
      {
        place: { channel: "C0ALERTS", threadTs: "1700000000.000001" },
        text: "Muted until 14:00 UTC by <@U0LI>: not investigated.",
      },
    ]);
  });

  it("another workload: is investigated", async () => {
    const { queue, mutes, fire } = aWorld();
    await mutes.set(mute(buildTarget("prod-eu", "shop", "cart"), "deploy/cart"));
    await fire(anAlert());
    expect(queue.requests).toHaveLength(1);
  });
});

it("says nothing before Redis has the request", async () => {
  const { queue, said, fire } = aWorld();
  queue.state.away = new KubeClawError("unavailable", "redis", { retryable: true });
  await expect(fire(anAlert())).rejects.toMatchObject({ code: "unavailable" });
  expect(said.log).toEqual([]);
});
