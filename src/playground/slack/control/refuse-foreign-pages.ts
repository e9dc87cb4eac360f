import type { FastifyInstance } from "fastify";

const loopback = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** The name in a `Host` header, without the port. */
const nameIn = (host: string) => host.replace(/:\d+$/, "");

/**
 * Keeps other web pages in the same browser from pressing buttons here: a request under `/playground/` that a page of
 * another origin makes, or that came by another host name (DNS rebinding), is answered 403. Programs send no `Origin`.
 * A server that is bound to more than loopback takes any host name.
 */
export function refuseForeignPages(server: FastifyInstance, boundHost: string): void {
  server.addHook("onRequest", async (request, reply) => {
    if (!["/playground/", "/services/"].some((path) => request.url.startsWith(path))) return;
    const { host = "", origin } = request.headers;
    const foreign = origin !== undefined && origin !== `http://${host}`;
    const renamed = loopback.has(boundHost) && !loopback.has(nameIn(host));
    if (foreign || renamed)
      await reply.code(403).send({ ok: false, error: { field: "origin", message: "another page may not do this" } });
  });
}
