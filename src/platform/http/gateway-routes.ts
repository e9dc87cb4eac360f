import type { FastifyInstance } from "fastify";
import type { Answer, Door } from "../../gateway/index.js";

/** The most that a snapshot may weigh, gzipped. */
const snapshotLimit = 2 * 1024 * 1024;

/** Puts the door for Job pods on a server: JSON routes, and one that takes gzipped bytes. */
export function addGatewayRoutes(
  server: FastifyInstance,
  door: Door,
  onMalformed: (reason: string) => Promise<void>,
): void {
  server.addContentTypeParser(
    "application/gzip",
    { parseAs: "buffer", bodyLimit: snapshotLimit },
    (_request, body, done) => {
      done(null, body);
    },
  );
  server.setErrorHandler(async (error: { statusCode?: number; code?: string; message: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    const reason = status === 413 ? "body-too-large" : status < 500 ? "malformed-body" : "unexpected";
    await onMalformed(reason);
    return reply
      .code(status)
      .send({ error: { type: reason, message: status < 500 ? error.message : "the gateway failed" } });
  });
  const send = async (answer: Promise<Answer>, reply: { code(status: number): { send(body: unknown): unknown } }) => {
    const { status, body } = await answer;
    return reply.code(status).send(body);
  };
  server.post("/v1/snapshot", { bodyLimit: snapshotLimit }, (request, reply) =>
    send(
      door.snapshot(request.headers.authorization, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)),
      reply,
    ),
  );
  server.all("/*", (request, reply) =>
    send(
      door.handle({
        route: `${request.method} ${request.url.split("?")[0] ?? ""}`,
        authorization: request.headers.authorization,
        body: request.body,
      }),
      reply,
    ),
  );
}
