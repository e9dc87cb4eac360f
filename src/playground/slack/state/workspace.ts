import { EventEmitter } from "node:events";
import type { World, WorldApp, WorldUser } from "../world.js";
import { mintId } from "./ids.js";
import { MessageStore, type MessageChange } from "./message-store.js";
import { ResponseUrls } from "./response-urls.js";
import { Triggers } from "./triggers.js";
import { ViewStore } from "./view-store.js";

export type User = WorldUser & { team: string; stranger: boolean; botId?: string; appId?: string };
export type App = WorldApp & { botToken: string; appToken: string; signingSecret: string };
export interface Channel {
  id: string;
  name: string;
  topic: string;
  kind: "channel" | "group" | "im";
  shared: boolean;
  archived: boolean;
  members: Set<string>;
}

export interface Group {
  id: string;
  handle: string;
  name: string;
  disabled: boolean;
  members: Set<string>;
}

/** What the page is told: which part to read again. */
export type Notice =
  | { kind: "messages"; channel: string }
  | { kind: "view"; user: string }
  | { kind: "home"; user: string }
  | { kind: "connections" };

interface WorkspaceEvents {
  message: [MessageChange];
  notice: [Notice];
  joined: [{ channel: Channel; user: string }];
}

function usersOf(world: World): User[] {
  const people = world.users.map((user): User => {
    const team = user.team ?? world.team.id;
    return { ...user, team, stranger: team !== world.team.id, ...(user.bot ? { botId: `B${user.id.slice(1)}` } : {}) };
  });
  const bots = world.apps.map(
    (app): User => ({
      id: app.botUser,
      name: app.name,
      realName: app.name,
      team: world.team.id,
      guest: false,
      bot: true,
      deactivated: false,
      admin: false,
      stranger: false,
      botId: app.botId,
      appId: app.id,
    }),
  );
  return [...people, ...bots];
}

/** Everything the local Slack knows, in memory. Ids and names both find a user or a channel. */
export class Workspace {
  readonly events = new EventEmitter<WorkspaceEvents>();
  readonly users: Map<string, User>;
  readonly channels: Map<string, Channel>;
  readonly apps: readonly App[];
  readonly groups: ReadonlyMap<string, Group>;
  readonly messages: MessageStore;
  readonly views: ViewStore;
  readonly triggers = new Triggers();
  readonly responseUrls = new ResponseUrls();

  constructor(readonly world: World) {
    this.users = new Map(usersOf(world).map((user) => [user.id, user]));
    this.apps = world.apps.map((app) => ({
      ...app,
      botToken: app.botToken ?? `xoxb-local-${app.id}`,
      appToken: app.appToken ?? `xapp-1-${app.id}-local`,
      signingSecret: app.signingSecret ?? `local-signing-secret-${app.id}`,
    }));
    const memberIds = (members: readonly string[]) => new Set(members.flatMap((member) => this.#memberIds(member)));
    this.channels = new Map(
      world.channels.map((channel) => [
        channel.id,
        {
          id: channel.id,
          name: channel.name,
          topic: channel.topic,
          kind: channel.private ? ("group" as const) : ("channel" as const),
          shared: channel.shared,
          archived: channel.archived,
          members: memberIds(channel.members),
        },
      ]),
    );
    this.groups = new Map(world.groups.map((group) => [group.id, { ...group, members: memberIds(group.members) }]));
    this.messages = new MessageStore((change) => {
      this.events.emit("message", change);
      this.notify({ kind: "messages", channel: change.message.channel });
    });
    this.views = new ViewStore((kind, user) => {
      this.notify({ kind, user });
    });
  }

  #memberIds(member: string): string[] {
    if (member !== "everyone") return [this.user(member)?.id ?? member];
    return [...this.users.values()].filter((user) => !user.guest && !user.stranger).map(({ id }) => id);
  }

  notify(notice: Notice): void {
    this.events.emit("notice", notice);
  }

  user(idOrName: string): User | undefined {
    const name = idOrName.replace(/^@/, "");
    return this.users.get(idOrName) ?? [...this.users.values()].find((user) => user.name === name);
  }

  channel(idOrName: string): Channel | undefined {
    const name = idOrName.replace(/^#/, "");
    return this.channels.get(idOrName) ?? [...this.channels.values()].find((channel) => channel.name === name);
  }

  /** The direct message of two people, made when it is first needed. */
  directMessage(one: string, other: string): Channel {
    for (const channel of this.channels.values())
      if (channel.kind === "im" && channel.members.has(one) && channel.members.has(other)) return channel;
    const id = mintId("D");
    const members = new Set([one, other]);
    const channel: Channel = { id, name: id, topic: "", kind: "im", shared: false, archived: false, members };
    this.channels.set(id, channel);
    return channel;
  }

  /** The app whose bot user this is. */
  appOfBot(userId: string): App | undefined {
    return this.apps.find((app) => app.botUser === userId);
  }
}
