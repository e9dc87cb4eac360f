import type { IncomingMessage, ServerResponse } from "node:http";
import { type WebhookAnswer, type WebhookCall, webhookSources } from "../../intake/index.js";

/** One route of the bot's port, in either Slack mode. */
export interface HttpRoute {
  path: string;
  method: string[];
  handler(request: IncomingMessage, response: ServerResponse): void;
}

const bodyLimit = 1024 * 1024;
/** A sender that does not finish must not hold a connection. */
const readMs = 10_000;
const methods = ["POST", "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * Reads a body and stops at the limit, whatever length was announced; the rest is left on the wire.
 * @returns null where it is too large. Rejects where the sender does not finish.
 */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers["content-length"] ?? 0) > bodyLimit) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => {
      request.destroy(new Error("the body did not arrive in time"));
    }, readMs);
    const done = (body: Buffer | null) => {
      clearTimeout(timer);
      request.off("data", take);
      resolve(body);
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length > bodyLimit) done(null);
      else chunks.push(chunk);
    };
    request.on("data", take);
    request.once("end", () => {
      done(Buffer.concat(chunks));
    });
    request.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** Lets a sender that is still writing read its answer: closing at once would take it away. */
function drop(request: IncomingMessage): void {
  if (request.complete) return;
  request.resume();
  setTimeout(() => request.destroy(), 1_000).unref();
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Puts the webhooks on the bot's port. */
export function webhookRoutes(
  receive: (call: WebhookCall) => Promise<WebhookAnswer>,
  onError: (event: string, error: unknown) => void,
): HttpRoute[] {
  return webhookSources.map((source) => ({
    path: `/webhooks/${source}`,
    method: methods,
    handler(request, response) {
      const call: WebhookCall = {
        source,
        method: request.method ?? "",
        authorization: header(request, "authorization"),
        timestamp: header(request, "x-kubeclaw-timestamp"),
        signature: header(request, "x-kubeclaw-signature"),
        contentType: header(request, "content-type"),
        read: () => readBody(request),
      };
      receive(call)
        .then(({ status, body }) => {
          response.writeHead(status, {
            "content-type": "application/json; charset=utf-8",
            ...(status === 405 ? { allow: "POST" } : {}),
            ...(status === 503 ? { "retry-after": "1" } : {}),
            // What was not read must not be taken for the next request.
            ...(request.complete ? {} : { connection: "close" }),
          });
          response.end(JSON.stringify(body));
          drop(request);
        })
        .catch((error: unknown) => {
          // The sender went away, or did not finish.
          onError("webhook_broken", error);
          response.destroy();
        });
    },
  }));
}
