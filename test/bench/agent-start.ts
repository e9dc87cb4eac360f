import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aRequest } from "../builders/request.js";
import { aLargeNamespace } from "./diagnosis.js";
import { memoryOf, startNode } from "./processes.js";
import { median, percentile, type Row } from "./row.js";

const repetitions = 7;

/** An API server of plain HTTP over the large namespace, and a gateway that takes everything. Both note what they are asked. */
async function startServers() {
  const snapshot = aLargeNamespace();
  const byKind = new Map<string, unknown[]>();
  for (const object of [...snapshot.objects, ...snapshot.events]) {
    const plural = `${object.kind.toLowerCase()}s`;
    byKind.set(plural, [...(byKind.get(plural) ?? []), object]);
  }
  const seen = { first: 0, lists: 0, unbounded: 0, bytes: 0 };
  const api = createServer((request, response) => {
    if (seen.first === 0) seen.first = performance.now();
    const url = new URL(request.url ?? "/", "http://api");
    if (url.pathname === "/version") {
      response.end(JSON.stringify({ gitVersion: "v1.34.4" }));
      return;
    }
    seen.lists += 1;
    if (!url.searchParams.has("limit") && !url.pathname.endsWith("/log")) seen.unbounded += 1;
    const plural = url.pathname.split("/").at(-1) ?? "";
    const from = Number(url.searchParams.get("continue") ?? 0);
    const limit = Number(url.searchParams.get("limit") ?? 1e9);
    const all = byKind.get(plural) ?? [];
    const more = from + limit < all.length ? { continue: String(from + limit) } : {};
    const text = JSON.stringify({
      kind: "List",
      metadata: { resourceVersion: "1", ...more },
      items: all.slice(from, from + limit),
    });
    seen.bytes += text.length;
    response.end(text);
  });
  const gateway = createServer((request, response) => {
    const input = {
      kind: "investigation",
      request: aRequest({ scope: { namespace: "shop", object: null } }),
      deadlineSeconds: 300,
    };
    request.resume().on("end", () => {
      if (request.method === "GET") response.end(JSON.stringify({ input, model: null }));
      else response.writeHead(202).end(JSON.stringify({ accepted: true }));
    });
  });
  for (const server of [api, gateway]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const at = (server: typeof api) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    seen,
    apiUrl: at(api),
    gatewayUrl: at(gateway),
    close() {
      for (const server of [api, gateway]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** From the start of the process to its first call, and what it needs for a whole run over 1,000 pods. */
export async function agentStart(): Promise<Row[]> {
  const servers = await startServers();
  const folder = mkdtempSync(join(tmpdir(), "kubeclaw-bench-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(join(folder, "token"), "token");
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server: servers.apiUrl, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { token: "t" } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    }),
  );
  const env = {
    KUBECONFIG: kubeconfig,
    KUBECLAW_RUN: aRequest().run,
    KUBECLAW_GATEWAY_URL: servers.gatewayUrl,
    KUBECLAW_GATEWAY_TOKEN_PATH: join(folder, "token"),
    LOG_LEVEL: "silent",
  };
  const run = async (program: string, args: readonly string[]) => {
    Object.assign(servers.seen, { first: 0, lists: 0, unbounded: 0, bytes: 0 });
    const started = performance.now();
    const child = startNode(program, args, env);
    const ended = once(child, "exit");
    while (servers.seen.first === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const memory = memoryOf(child.pid ?? 0).now;
    await ended;
    return { first: servers.seen.first - started, whole: performance.now() - started, memory };
  };
  const samples = { anchor: [] as number[], ours: [] as number[], whole: [] as number[], memory: [] as number[] };
  let cost = { ...servers.seen };
  for (let turn = 0; turn < repetitions; turn += 1) {
    samples.anchor.push((await run("test/bench/anchors/unbundled-agent.mjs", [])).first);
    const agent = await run("dist/main/cli.js", ["agent"]);
    samples.ours.push(agent.first);
    samples.whole.push(agent.whole);
    samples.memory.push(agent.memory);
    cost = { ...servers.seen };
  }
  servers.close();
  rmSync(folder, { recursive: true });
  return [
    {
      figure: "agent process start → first API call",
      unit: "ms",
      anchor: { what: "the same libraries, unbundled", value: median(samples.anchor) },
      ours: median(samples.ours),
      target: { what: "≤ 300 ms", met: median(samples.ours) <= 300 },
      how: `dist/main/cli.js agent against an API server of plain HTTP on this machine; ${repetitions} turns A/B, median. The agent asks the gateway first`,
      samples: { anchor: samples.anchor, ours: samples.ours },
    },
    {
      figure: "agent: resident memory at its first API call",
      unit: "MiB",
      anchor: null,
      ours: median(samples.memory),
      target: { what: "≤ 90 MiB", met: median(samples.memory) <= 90 },
      how: "VmRSS of the same runs, median",
      samples: { ours: samples.memory },
    },
    {
      figure: "whole run over 1,000 pods, start of the process to its end",
      unit: "ms",
      anchor: null,
      ours: percentile(samples.whole, 0.5),
      target: { what: "≤ 1,000 ms", met: median(samples.whole) <= 1_000 },
      how: `the same runs: collect, diagnose, report; ${cost.lists} LISTs and logs of ${Math.round(cost.bytes / 1_024)} KiB, ${cost.unbounded} of them without a limit`,
      samples: { ours: samples.whole },
    },
  ];
}
