import { Demo } from "../loop/demo.js";
import { memoryOf } from "./processes.js";
import { median, percentile, type Row } from "./row.js";

const found = ["finding", "healthy", "inconclusive", "awaiting-approval"];
const asks = 12;
const approvals = 5;

interface Card {
  ts: string;
  text: string;
  metadata: { event_payload: { run: string; state: string } } | null;
}

async function newest(demo: Demo, states: readonly string[], after: string): Promise<Card> {
  for (;;) {
    const { messages } = await demo.get("messages?channel=sre");
    const card = (messages as Card[]).findLast(
      (message) => message.ts > after && states.includes(message.metadata?.event_payload.state ?? ""),
    );
    if (card) return card;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function state(demo: Demo, ts: string, wanted: readonly string[]): Promise<string> {
  for (;;) {
    const { messages } = await demo.get("messages?channel=sre");
    const card = (messages as Card[]).find((message) => message.ts === ts);
    const now = card?.metadata?.event_payload.state ?? "";
    if (wanted.includes(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What verification waits for: the rollout of a scenario, and the time for which what was changed must serve. */
const verifyMs = 7_000;

/** The whole loop in the replay cluster: from a person's words to a finding, and from a click to a verified change. */
export async function loop(): Promise<Row[]> {
  const demo = await Demo.start();
  try {
    const ask = async (target: string) => {
      const before = String(Date.now() / 1_000);
      const started = performance.now();
      await demo.post("commands", {
        channel: "sre",
        user: "ana",
        command: "/kubeclaw",
        text: `investigate ${target} -n shop`,
      });
      const card = await newest(demo, found, before);
      return { card, ms: performance.now() - started };
    };
    const idle = Object.fromEntries(Object.entries(demo.ready.pids).map(([name, pid]) => [name, memoryOf(pid).now]));
    const first: number[] = [];
    for (let turn = 0; turn < asks; turn += 1) {
      const target = ["deploy/checkout", "deploy/catalog"][turn % 2] ?? "";
      const { card, ms } = await ask(target);
      first.push(ms);
      // The next question about the same object joins this one until its run has ended.
      await state(demo, card.ts, ["awaiting-approval", "healthy", "finding", "superseded", "inconclusive"]);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    const verified: number[] = [];
    for (let turn = 0; turn < approvals; turn += 1) {
      const { card } = await ask("deploy/checkout");
      await state(demo, card.ts, ["awaiting-approval"]);
      const started = performance.now();
      await demo.post("actions", { channel: "sre", message_ts: card.ts, user: "li", action_id: "approve" });
      await state(demo, card.ts, ["verified", "failed", "unknown", "rolled-back", "no-effect"]);
      verified.push(performance.now() - started);
      // Undo: the bad image is back, and can be found again.
      await demo.post("actions", { channel: "sre", message_ts: card.ts, user: "li", action_id: "undo" });
      await state(demo, card.ts, ["awaiting-approval"]);
      await demo.post("actions", { channel: "sre", message_ts: card.ts, user: "li", action_id: "approve" });
      await state(demo, card.ts, ["undone", "verified"]);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
    const busy = Object.fromEntries(Object.entries(demo.ready.pids).map(([name, pid]) => [name, memoryOf(pid).peak]));
    const memory = Object.entries(idle).map(
      ([name, value]) => `${name} ${value.toFixed(0)} / ${(busy[name] ?? 0).toFixed(0)}`,
    );
    const total = Object.values(busy).reduce((sum, value) => sum + value, 0);
    return [
      {
        figure: "slash command → first evidence-backed finding in the thread",
        unit: "ms",
        anchor: null,
        ours: median(first),
        target: { what: "p50 ≤ 2 s, p95 ≤ 5 s", met: median(first) <= 2_000 && percentile(first, 0.95) <= 5_000 },
        how: `replay cluster, Jobs as local processes, rules only; ${asks} commands, p95 ${percentile(first, 0.95).toFixed(0)} ms. Nobody publishes this figure`,
        samples: { ours: first },
      },
      {
        figure: "approval click → change applied and verified",
        unit: "ms",
        anchor: null,
        ours: median(verified),
        target: { what: "p99 ≤ 2 s + the verify window", met: percentile(verified, 0.99) <= 2_000 + verifyMs },
        how: `replay cluster, ${approvals} approvals of a rollback; the verify window is part of the figure: the rollout, of up to two seconds there, and five seconds of serving`,
        samples: { ours: verified },
      },
      {
        figure: "memory of the four processes together, at their highest",
        unit: "MiB",
        anchor: null,
        ours: total,
        target: { what: "each ≤ its request × 2", met: Object.values(busy).every((value) => value <= 192) },
        how: `idle / highest of each, MiB: ${memory.join(", ")}`,
        samples: { idle: Object.values(idle), highest: Object.values(busy) },
      },
    ];
  } finally {
    await demo.stop();
  }
}
