import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";

/** One call on its way to the API server. */
export interface Call {
  method: string;
  path: string;
  dryRun: boolean;
  watch: boolean;
}

/**
 * What becomes of a call: it goes through; it is not forwarded and cut; it is answered in place of the server; it is
 * forwarded and its answer cut; it is never answered.
 */
export type Fate = "pass" | "cut" | "lose-answer" | "hang" | { status: number; retryAfter?: number };

/** A proxy of plain HTTP in front of the API server under test, in which any call may fail in any way. */
export interface ApiProxy {
  /** Decides over each call; reset it to let everything pass. */
  fate: (call: Call) => Fate | Promise<Fate>;
  /** What becomes of the lines of a watch, by its path; null leaves them as they are. */
  watchLines: (call: Call) => ((line: string) => string[]) | null;
  /** Another body in place of the one that was sent. */
  rewrite: (call: Call, body: string) => string;
  /** Waits this long before an answer is passed on. */
  delayMs: number;
  /** Calls that reached the API server. */
  forwarded: Call[];
  /** Cuts every connection that is open, watches included. */
  cutAll(): void;
  /** The path of a kubeconfig that leads here, with this token. */
  kubeconfig(token: string): string;
  close(): void;
}

export async function startApiProxy(): Promise<ApiProxy> {
  const config = new KubeConfig();
  config.loadFromFile(process.env["KUBECLAW_TEST_KUBECONFIG"] ?? "");
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error("no cluster in KUBECLAW_TEST_KUBECONFIG");
  const upstream = new URL(cluster.server);
  const folder = mkdtempSync(join(tmpdir(), "kubeclaw-proxy-"));
  const proxy: ApiProxy = {
    fate: () => "pass",
    watchLines: () => null,
    rewrite: (_call, body) => body,
    delayMs: 0,
    forwarded: [],
    cutAll() {
      server.closeAllConnections();
    },
    kubeconfig(token) {
      const path = join(folder, token.slice(-16));
      const { port } = server.address() as AddressInfo;
      writeFileSync(
        path,
        JSON.stringify({
          apiVersion: "v1",
          kind: "Config",
          clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
          users: [{ name: "u", user: { token } }],
          contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
          "current-context": "x",
        }),
      );
      return path;
    },
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };

  /** Lines of a watch, changed as the test says. Its end is asked for as an empty line: kept back, it stays open. */
  function passLines(answer: IncomingMessage, outgoing: ServerResponse, change: (line: string) => string[]): void {
    let rest = "";
    answer.on("data", (part: Buffer) => {
      const lines = (rest + part.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines.flatMap(change)) outgoing.write(`${line}\n`);
    });
    answer.on("end", () => change("").length > 0 && outgoing.end());
  }

  async function forward(call: Call, incoming: IncomingMessage, outgoing: ServerResponse, answered: boolean) {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const body = proxy.rewrite(call, Buffer.concat(parts).toString());
    const onward = httpsRequest(
      {
        host: upstream.hostname,
        port: upstream.port,
        method: incoming.method,
        path: incoming.url,
        headers: {
          ...incoming.headers,
          ...(body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) }),
        },
        rejectUnauthorized: false,
      },
      (answer) => {
        if (!answered) {
          answer.resume().on("end", () => incoming.socket.destroy());
          return;
        }
        const change = call.watch ? proxy.watchLines(call) : null;
        setTimeout(() => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          if (change) passLines(answer, outgoing, change);
          else answer.pipe(outgoing);
        }, proxy.delayMs);
      },
    );
    onward.on("error", () => incoming.socket.destroy());
    outgoing.on("close", () => onward.destroy());
    onward.end(body);
  }

  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", "http://proxy");
    const call: Call = {
      method: incoming.method ?? "GET",
      path: url.pathname,
      dryRun: url.searchParams.get("dryRun") === "All",
      watch: url.searchParams.get("watch") === "true",
    };
    void Promise.resolve(proxy.fate(call)).then((fate) => {
      if (fate === "cut") incoming.socket.destroy();
      else if (fate === "hang") incoming.resume();
      else if (typeof fate === "object") {
        outgoing.writeHead(
          fate.status,
          fate.retryAfter === undefined ? {} : { "retry-after": String(fate.retryAfter) },
        );
        outgoing.end(JSON.stringify({ kind: "Status", message: `a fault of the test: ${fate.status}` }));
      } else {
        proxy.forwarded.push(call);
        forward(call, incoming, outgoing, fate === "pass").catch(() => incoming.socket.destroy());
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return proxy;
}
