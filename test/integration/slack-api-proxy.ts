import { createServer, type Server } from "node:http";

/** What a call is answered with in Slack's place; "silence" passes it on and never answers. */
export type Instead = { ok: boolean; error?: string; url?: string } | "silence" | undefined;

/** Stands before the Web API: answers in its place, or passes calls on and tells when they were carried out. */
export class SlackApiProxy {
  instead: (method: string, body: URLSearchParams) => Instead = () => undefined;
  /** Called after Slack has carried out a call, before the caller hears of it. */
  onDone: (method: string, body: URLSearchParams) => void = () => undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(apiUrl: string): Promise<SlackApiProxy> {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        resolve((server.address() as { port: number }).port);
      });
    });
    const proxy = new SlackApiProxy(server, `http://127.0.0.1:${port}/api/`);
    server.on("request", (request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        void (async () => {
          const method = (request.url ?? "").replace("/api/", "").split("?")[0] ?? "";
          const body = Buffer.concat(pieces).toString();
          const given = new URLSearchParams(body);
          const instead = proxy.instead(method, given);
          if (typeof instead === "object") {
            response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(instead));
            return;
          }
          const answer = await fetch(`${apiUrl}${method}`, {
            method: "POST",
            headers: {
              authorization: request.headers.authorization ?? "",
              "content-type": request.headers["content-type"] ?? "application/json",
            },
            body,
          });
          const text = await answer.text();
          proxy.onDone(method, given);
          if (instead === "silence") return;
          response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
        })().catch(() => response.destroy());
      });
    });
    return proxy;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
