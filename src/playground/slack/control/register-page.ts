import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { SocketHub } from "../delivery/socket-hub.js";
import type { Notice, Workspace } from "../state/workspace.js";

const files = {
  "/": { file: "index.html", type: "text/html; charset=utf-8" },
  "/page.css": { file: "page.css", type: "text/css; charset=utf-8" },
  "/page.js": { file: "page.js", type: "text/javascript; charset=utf-8" },
} as const;

const headers = {
  "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/** The world without its tokens, and which apps are connected now. */
function describeWorld(workspace: Workspace, sockets: SocketHub) {
  const { team, roles, samples } = workspace.world;
  return {
    team,
    roles,
    samples: samples.map((sample, index) => ({
      index,
      name: sample.name,
      channel: workspace.channel(sample.channel)?.id,
    })),
    users: [...workspace.users.values()],
    groups: [...workspace.groups.values()].map((group) => ({ ...group, members: [...group.members] })),
    channels: [...workspace.channels.values()].map((channel) => ({ ...channel, members: [...channel.members] })),
    apps: workspace.apps.map(({ id, name, botUser, commands, shortcuts }) => ({
      id,
      name,
      botUser,
      commands,
      shortcuts,
      connections: sockets.count(id),
    })),
  };
}

/** The page for people: three static files, the world that it shows, and a stream that says what changed. */
export function registerPage(
  server: FastifyInstance,
  directory: string,
  workspace: Workspace,
  sockets: SocketHub,
): void {
  for (const [path, { file, type }] of Object.entries(files))
    server.get(path, async (_, reply) => {
      const content = await readFile(join(directory, file)).catch(() => undefined);
      if (content === undefined)
        return reply
          .code(503)
          .type("text/plain")
          .send(`The page is not built: ${file} is missing. Run "npm run build".\n`);
      return reply.headers(headers).type(type).send(content);
    });

  server.get("/favicon.ico", (_, reply) => reply.code(204).send());

  server.get("/playground/world", () => describeWorld(workspace, sockets));

  server.get("/playground/stream", (request, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    raw.write("retry: 500\n\n");
    const send = (notice: Notice) => raw.write(`data: ${JSON.stringify(notice)}\n\n`);
    workspace.events.on("notice", send);
    request.raw.on("close", () => workspace.events.off("notice", send));
  });
}
