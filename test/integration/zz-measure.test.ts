import { afterEach, beforeEach, it } from "@jest/globals";
import { anAlertmanagerBody, aWebhookAlert } from "../builders/webhook.js";
import { type BotWorld, callWebhook, startBotWorld } from "./bot-world.js";
let world: BotWorld;
beforeEach(async () => { world = await startBotWorld(); });
afterEach(async () => { await world.close(); }, 30_000);
it("measure", async () => {
  const port = await world.start();
  for (const n of [100, 1000]) {
    const body = anAlertmanagerBody(...Array.from({ length: n }, (_, at) => aWebhookAlert({ deployment: `app-${n}-${at}` }, { fingerprint: `f${n}-${at}` })));
    const first = await callWebhook(port, "alertmanager", body);
    const second = await callWebhook(port, "alertmanager", body);
    console.log(n, JSON.stringify(body).length, first.status, Math.round(first.ms), second.status, Math.round(second.ms), JSON.stringify(first.body).slice(0, 100));
    const r = await callWebhook(port, "alertmanager", { ...body, alerts: body.alerts.map((a) => ({ ...a, status: "resolved" })) });
    console.log("resolved", n, Math.round(r.ms));
  }
}, 90_000);
