import * as z from "zod";

const named = z.string().min(1).max(80);
const idOf = (letters: string, example: string) =>
  z.string().regex(new RegExp(`^[${letters}][A-Z0-9]+$`), `must be an id such as ${example}`);
/** The word `everyone`, user names or user ids; a guest is never part of `everyone` and has to be named. */
const Members = z.union([z.literal("everyone").transform(() => ["everyone"]), z.array(named)]);

const WorldUser = z.strictObject({
  id: idOf("UW", "U0ANA"),
  name: named,
  realName: named,
  title: z.string().max(100).optional(),
  team: idOf("T", "T0ACME").optional(),
  guest: z.boolean().default(false),
  bot: z.boolean().default(false),
  deactivated: z.boolean().default(false),
  admin: z.boolean().default(false),
});

const WorldGroup = z.strictObject({
  id: idOf("S", "S0SRE"),
  handle: named,
  name: named,
  members: z.array(named),
  disabled: z.boolean().default(false),
});

const WorldChannel = z.strictObject({
  id: idOf("CG", "C0SRE"),
  name: named,
  topic: z.string().max(250).default(""),
  members: Members.default(["everyone"]),
  private: z.boolean().default(false),
  shared: z.boolean().default(false),
  archived: z.boolean().default(false),
  watch: z.boolean().default(false),
});

const WorldApp = z.strictObject({
  id: idOf("A", "A0KUBECLAW"),
  name: named,
  botUser: idOf("U", "U0KUBECLAW"),
  botId: idOf("B", "B0KUBECLAW"),
  botToken: z.string().startsWith("xoxb-").optional(),
  appToken: z.string().startsWith("xapp-").optional(),
  signingSecret: z.string().min(8).optional(),
  scopes: z.array(z.string()),
  events: z.array(z.string()),
  commands: z.array(
    z.strictObject({
      command: z.string().startsWith("/"),
      description: z.string(),
      usage: z.string().default(""),
      escape: z.boolean().default(false),
    }),
  ),
  shortcuts: z.array(
    z.strictObject({ callbackId: named, name: named, type: z.enum(["message", "global"]).default("message") }),
  ),
});

const WorldWebhook = z.strictObject({ id: idOf("B", "B0ALERTS"), app: idOf("A", "A0ALERTS"), name: named });

const Sample = z.strictObject({
  name: named,
  channel: named,
  bot: named.optional(),
  user: named.optional(),
  text: z.string().default(""),
  attachments: z.array(z.record(z.string(), z.unknown())).optional(),
  blocks: z.array(z.record(z.string(), z.unknown())).optional(),
});

/**
 * The workspace that a local Slack starts with. `roles` is not Slack's: it is KubeClaw's own table, kept beside the
 * people so that one file tells who may do what; the page shows it and a demo copies it into `KUBECLAW_CONFIG`.
 */
export const World = z.strictObject({
  team: z.strictObject({ id: idOf("T", "T0SHOP"), name: named, domain: named }),
  users: z.array(WorldUser).min(1),
  groups: z.array(WorldGroup).default([]),
  channels: z.array(WorldChannel).min(1),
  apps: z.array(WorldApp).min(1),
  webhooks: z.array(WorldWebhook).default([]),
  roles: z.record(z.string(), z.array(z.string())).default({}),
  samples: z.array(Sample).default([]),
});
export type World = z.infer<typeof World>;
export type WorldUser = World["users"][number];
export type WorldApp = World["apps"][number];
export type WorldChannel = World["channels"][number];
