import * as z from "zod";
import { defineMethod, SlackRefusal, type Method } from "./method.js";

const nothing = z.looseObject({});

/** Who am I, and a socket for Socket Mode. */
export const connectionMethods: Record<string, Method> = {
  "api.test": defineMethod({
    token: "none",
    arguments: z.looseObject({ error: z.string().optional() }),
    run(input) {
      if (input.error !== undefined) throw new SlackRefusal(input.error, { args: input });
      return { args: input };
    },
  }),

  "auth.test": defineMethod({
    arguments: nothing,
    run: (_, { app, workspace: { world }, url }) => ({
      url: `${url}/`,
      team: world.team.name,
      user: app.name,
      team_id: world.team.id,
      user_id: app.botUser,
      bot_id: app.botId,
      is_enterprise_install: false,
    }),
  }),

  "apps.connections.open": defineMethod({
    token: "app",
    arguments: nothing,
    run(_, { app, sockets, wsUrl }) {
      const issued = sockets.issueTicket(app.id);
      if (issued === "too_many_websockets") throw new SlackRefusal(issued);
      return { url: `${wsUrl}/link/?ticket=${issued.ticket}&app_id=${app.id}` };
    },
  }),

  "team.info": defineMethod({
    scopes: ["team:read"],
    arguments: nothing,
    run: (_, { workspace: { world } }) => ({
      team: { id: world.team.id, name: world.team.name, domain: world.team.domain, email_domain: "", icon: {} },
    }),
  }),

  "bots.info": defineMethod({
    scopes: ["users:read"],
    arguments: z.looseObject({ bot: z.string() }),
    run({ bot }, { workspace }) {
      const user = [...workspace.users.values()].find(({ botId }) => botId === bot);
      const webhook = workspace.world.webhooks.find(({ id }) => id === bot);
      if (user === undefined && webhook === undefined) throw new SlackRefusal("bot_not_found");
      const fields = user
        ? { name: user.name, user_id: user.id, app_id: user.appId }
        : { name: webhook?.name, app_id: webhook?.app };
      return { bot: { id: bot, deleted: user?.deactivated ?? false, updated: 0, icons: {}, ...fields } };
    },
  }),
};
