import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { LocalSlack } from "../../src/playground/slack/index.js";

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  ms: number;
}

const form = "application/x-www-form-urlencoded";

/** Slack's own deliveries, made by hand and signed as Slack signs them: what no gesture on the page can send. */
export function createDeliveries(slack: LocalSlack) {
  const { signingSecret, appId, teamId } = slack.credentials;
  const told: { text: string }[] = [];
  const responses = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      told.push(JSON.parse(body) as { text: string });
      response.end("ok");
    });
  });
  const listening = new Promise<number>((resolve) => {
    responses.listen(0, "127.0.0.1", () => {
      resolve((responses.address() as { port: number }).port);
    });
  });

  async function send(port: number, contentType: string, body: string): Promise<Answer> {
    const time = String(Math.floor(Date.now() / 1_000));
    const began = performance.now();
    const response = await fetch(`http://127.0.0.1:${port}/slack/events`, {
      method: "POST",
      headers: {
        "content-type": contentType,
        "x-slack-request-timestamp": time,
        "x-slack-signature": `v0=${createHmac("sha256", signingSecret).update(`v0:${time}:${body}`).digest("hex")}`,
      },
      body,
    });
    const text = await response.text();
    let parsed: Record<string, unknown> = {};
    try {
      parsed = JSON.parse(text) as Record<string, unknown>;
    } catch {
      if (text !== "") parsed = { text };
    }
    return { status: response.status, body: parsed, ms: performance.now() - began };
  }

  const interactive = (port: number, payload: object) =>
    send(port, form, new URLSearchParams({ payload: JSON.stringify(payload) }).toString());

  let serial = 0;
  const next = () => `${Date.now()}.${String((serial += 1))}`;

  return {
    /** What people were told through the answer address of a click, in order. */
    told,
    next,
    command: (port: number, text: string, over: Record<string, string> = {}) =>
      send(
        port,
        form,
        new URLSearchParams({
          command: "/kubeclaw",
          text,
          trigger_id: next(),
          api_app_id: appId,
          team_id: teamId,
          channel_id: "C0SRE",
          user_id: "U0ANA",
          response_url: `${slack.apiUrl}respond`,
          ...over,
        }).toString(),
      ),
    async press(
      port: number,
      click: { user: string; channel: string; ts: string; action: string; value: string; userTeam?: string },
      over: Record<string, unknown> = {},
    ): Promise<Answer> {
      const { user, channel, ts, action, value, userTeam = teamId } = click;
      return interactive(port, {
        type: "block_actions",
        api_app_id: appId,
        team: { id: teamId, domain: "shop" },
        user: { id: user, team_id: userTeam },
        channel: { id: channel, name: "x" },
        container: { type: "message", message_ts: ts, channel_id: channel },
        message: { type: "message", ts, text: "" },
        trigger_id: next(),
        response_url: `http://127.0.0.1:${await listening}/`,
        actions: [{ type: "button", action_id: action, block_id: "b", value, action_ts: next() }],
        ...over,
      });
    },
    submit: (port: number, view: { callbackId: string; metadata: string; user: string; reason: string }) =>
      interactive(port, {
        type: "view_submission",
        api_app_id: appId,
        team: { id: teamId, domain: "shop" },
        user: { id: view.user, team_id: teamId },
        view: {
          id: "V1",
          type: "modal",
          callback_id: view.callbackId,
          private_metadata: view.metadata,
          state: { values: { reason: { reason: { type: "plain_text_input", value: view.reason } } } },
        },
      }),
    event: (port: number, event: object, id: string, over: object = {}) =>
      send(
        port,
        "application/json",
        JSON.stringify({
          type: "event_callback",
          api_app_id: appId,
          team_id: teamId,
          event_id: id,
          event_time: 1,
          event,
          authorizations: [],
          ...over,
        }),
      ),
    raw: send,
    async close(): Promise<void> {
      await listening;
      await new Promise((resolve) => responses.close(resolve));
    },
  };
}
export type Deliveries = ReturnType<typeof createDeliveries>;

/** Alertmanager's post in #alerts, as an event. */
export function anAlertEvent(ts: string, workload = "checkout") {
  return {
    type: "message",
    subtype: "bot_message",
    bot_id: "B0ALERTS",
    channel: "C0ALERTS",
    channel_type: "channel",
    ts,
    text: "",
    attachments: [
      {
        color: "danger",
        title: `[FIRING:1] KubePodNotReady shop (${workload} warning)`,
        text: `*namespace:* shop\n*deployment:* ${workload}`,
      },
    ],
  };
}
