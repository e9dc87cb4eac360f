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
    forwarded: [],
    cutAll() {
      server.closeAllConnections();
    },
    kubeconfig(token) {
      const path = join(folder, `${proxy.forwarded.length}-${token.slice(-8)}`);
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

  function forward(incoming: IncomingMessage, outgoing: ServerResponse, answered: boolean): void {
    const onward = httpsRequest(
      {
        host: upstream.hostname,
        port: upstream.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
        rejectUnauthorized: false,
      },
      (answer) => {
        if (!answered) {
          answer.resume().on("end", () => incoming.socket.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on("error", () => incoming.socket.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
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
        forward(incoming, outgoing, fate === "pass");
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return proxy;
}
