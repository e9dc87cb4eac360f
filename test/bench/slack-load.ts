import { createHmac } from "node:crypto";
import { Agent, fetch } from "undici";

export interface Door {
  url: string;
  secret: string;
  appId: string;
  team: string;
}

const dispatcher = new Agent({ connections: 256, pipelining: 1 });

function headersOf(door: Door, body: string, type: string): Record<string, string> {
  const time = String(Math.floor(Date.now() / 1_000));
  const digest = createHmac("sha256", door.secret).update(`v0:${time}:${body}`).digest("hex");
  return { "content-type": type, "x-slack-request-timestamp": time, "x-slack-signature": `v0=${digest}` };
}

/** A slash command about one more object, as Slack signs it. */
function command(door: Door, id: string): { body: string; headers: Record<string, string> } {
  const body = new URLSearchParams({
    command: "/kubeclaw",
    text: `investigate deploy/app-${id.replaceAll(".", "-")} -n shop`,
    trigger_id: id,
    api_app_id: door.appId,
    team_id: door.team,
    channel_id: "C0SRE",
    user_id: "U0ANA",
    response_url: "http://127.0.0.1:9/none",
  }).toString();
  return { body, headers: headersOf(door, body, "application/x-www-form-urlencoded") };
}

/** A message event, as Slack signs it. */
export function alertEvent(door: Door, id: string): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify({
    type: "event_callback",
    event_id: `Ev${id}`,
    api_app_id: door.appId,
    team_id: door.team,
    event: {
      type: "message",
      subtype: "bot_message",
      bot_id: "B0ALERTMANAGER",
      channel: "C0ALERTS",
      ts: `${Math.floor(Date.now() / 1_000)}.${id.padStart(6, "0")}`,
      text: "",
      attachments: [
        {
          title: `[FIRING:1] KubePodNotReady shop (app-${id} warning)`,
          text: `*namespace:* shop\n*deployment:* app-${id}`,
        },
      ],
    },
  });
  return { body, headers: headersOf(door, body, "application/json") };
}

/** The status of one delivery; 0 where nobody answered within Slack's three seconds. */
export async function deliver(
  door: Door,
  { body, headers }: { body: string; headers: Record<string, string> },
): Promise<number> {
  try {
    const response = await fetch(door.url, {
      method: "POST",
      body,
      headers,
      dispatcher,
      signal: AbortSignal.timeout(3_000),
    });
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
}

/**
 * Open-loop load: a command is due every so often, whether or not the ones before are answered, and its latency counts
 * from when it was due.
 * @returns milliseconds of each answered command; throws where one was refused.
 */
export async function commandsAt(door: Door, perSecond: number, seconds: number, prefix: string): Promise<number[]> {
  const latencies: number[] = [];
  const refused: number[] = [];
  const started = performance.now();
  const waiting: Promise<void>[] = [];
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = started + (index * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    waiting.push(
      deliver(door, command(door, `${prefix}.${index}`)).then((status) => {
        if (status === 200) latencies.push(performance.now() - due);
        else refused.push(status);
      }),
    );
  }
  await Promise.all(waiting);
  if (refused.length > 0) throw new Error(`${refused.length} commands were refused (${refused[0] ?? 0})`);
  return latencies;
}
