import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { readMetrics } from "../../src/gateway/read-metrics.js";
import { createMetricsSource } from "../../src/platform/prometheus/metrics-source.js";
import { freePort } from "./free-port.js";
import { eventually } from "./playground-slack/local-slack.js";

const seconds = 1_000;

/** What an exporter says: two namespaces, and a label that is nobody's business. */
const exposition = ["shop", "pay"]
  .flatMap((namespace) => [
    `container_memory_working_set_bytes{namespace="${namespace}",pod="web-1",container="web",id="/kubepods/x",image="registry.local/web:1"} 104857600`,
    `container_cpu_usage_seconds_total{namespace="${namespace}",pod="web-1",container="web"} 12.5`,
  ])
  .join("\n");

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve();
    });
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a real Prometheus", () => {
  const folder = mkdtempSync(join(tmpdir(), "kubeclaw-prometheus-"));
  const exporter = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(`${exposition}\n`);
  });
  let prometheus: ChildProcess;
  let url = "";

  beforeAll(async () => {
    const target = await listen(exporter);
    const file = join(folder, "prometheus.yml");
    writeFileSync(
      file,
      `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: pods, honor_labels: true, static_configs: [{targets: ["${target}"]}]}]\n`,
    );
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    prometheus = spawn(
      "prometheus",
      [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`],
      { stdio: "ignore" },
    );
  }, 60 * seconds);
  afterAll(async () => {
    const gone = new Promise((resolve) => prometheus.once("exit", resolve));
    prometheus.kill("SIGKILL");
    await gone;
    exporter.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    "answers the last hour of one namespace, with the labels that rules read, and of no other",
    async () => {
      const source = createMetricsSource(url);
      const answer = await eventually(async () => {
        const found = await readMetrics(source, "shop", new Date());
        return found.series.length >= 2 ? found : undefined;
      }, 40 * seconds);
      expect(answer.state).toBe("full");
      expect(answer.series.map(({ name, labels }) => ({ name, labels }))).toEqual([
        {
          name: "container_memory_working_set_bytes",
          labels: { namespace: "shop", pod: "web-1", container: "web" },
        },
        { name: "container_cpu_usage_seconds_total", labels: { namespace: "shop", pod: "web-1", container: "web" } },
      ]);
      expect(answer.series[0]?.points.at(-1)?.[1]).toBe(104_857_600);
    },
    60 * seconds,
  );
});

describe("a Prometheus that does not do what it should", () => {
  const servers: Server[] = [];
  const answering = async (respond: Parameters<typeof createServer>[1]) => {
    const server = createServer(respond);
    servers.push(server);
    return createMetricsSource(`http://${await listen(server)}`);
  };
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  const body = (text: string) => answering((_request, response) => void response.writeHead(200).end(text));

  it.each([
    ["answers a page", () => body("<html>")],
    ["answers an error", () => answering((_request, response) => void response.writeHead(503).end("{}"))],
    ["answers without end", () => body(`{"status":"success","data":{"x":"${"y".repeat(5 * 2 ** 20)}"}}`)],
    ["sends us elsewhere", () => answering((_, response) => void response.writeHead(302, { location: "/" }).end())],
    ["is silent", () => answering(() => undefined)],
    ["is not there", () => Promise.resolve(createMetricsSource("http://127.0.0.1:1"))],
  ])("that %s counts as absent", async (_what, start) => {
    expect(await readMetrics(await start(), "shop", new Date())).toEqual({ state: "absent", series: [] });
  });

  it("that answers a part is partial, and its texts are cut", async () => {
    let asked = 0;
    const source = await answering((request, response) => {
      asked += 1;
      if (asked > 1) return void response.writeHead(500).end();
      expect(new URL(request.url ?? "", "http://x").searchParams.get("query")).toContain('{namespace="shop"}');
      const metric = { pod: "p".repeat(1_000), secret: "hunter2hunter2" };
      const result = [
        {
          metric,
          values: [
            [1, "1"],
            [2, "NaN"],
          ],
        },
      ];
      response.writeHead(200).end(JSON.stringify({ status: "success", data: { resultType: "matrix", result } }));
    });
    const answer = await readMetrics(source, "shop", new Date());
    expect(answer.state).toBe("partial");
    expect(answer.series).toEqual([expect.objectContaining({ labels: { pod: "p".repeat(253) }, points: [[1, 1]] })]);
  });
});
