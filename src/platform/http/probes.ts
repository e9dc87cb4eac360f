import Fastify, { type FastifyInstance } from "fastify";
import { collectDefaultMetrics, Registry } from "prom-client";

export interface Probes {
  registry: Registry;
  ready: () => Promise<boolean> | boolean;
}

/** A registry with the process' own metrics. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** The answers of `/healthz`, `/readyz` and `/metrics`. */
export function probeAnswers({ registry, ready }: Probes) {
  return [
    { path: "/healthz", answer: () => Promise.resolve({ status: 200, text: "ok\n" }) },
    {
      path: "/readyz",
      answer: async () => {
        const up = await Promise.resolve()
          .then(ready)
          .catch(() => false);
        return up ? { status: 200, text: "ready\n" } : { status: 503, text: "not ready\n" };
      },
    },
    { path: "/metrics", answer: async () => ({ status: 200, text: await registry.metrics() }) },
  ];
}

/** How long what is under way may take once the server closes; whoever is cut off then asks the next one. */
const drainMs = 12_000;

/** A server with the probes, which answers what is under way before it has closed; routes may be added before it listens. */
export function createProbeServer(probes: Probes, bodyLimit = 1_048_576): FastifyInstance {
  const server = Fastify({ logger: false, bodyLimit, forceCloseConnections: "idle" });
  server.addHook("preClose", (done) => {
    // A connection that was busy when the server closed stays open behind its answer, for another call that never comes.
    const idle = setInterval(() => {
      server.server.closeIdleConnections();
    }, 100);
    const late = setTimeout(() => {
      server.server.closeAllConnections();
    }, drainMs);
    server.server.once("close", () => {
      clearInterval(idle);
      clearTimeout(late);
    });
    done();
  });
  for (const { path, answer } of probeAnswers(probes)) {
    server.get(path, async (_request, reply) => {
      const { status, text } = await answer();
      return reply.code(status).type("text/plain; charset=utf-8").send(text);
    });
  }
  return server;
}
