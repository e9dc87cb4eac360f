import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { App, BlockAction, MessageShortcut, SlashCommand, ViewOutput, ViewSubmitAction } from "@slack/bolt";
import type { BotMessageEvent, GenericMessageEvent, MessageChangedEvent, MessageDeletedEvent } from "@slack/types";
import type { LocalSlack } from "../../../src/playground/slack/index.js";
import { decisionBlocks, reasonView } from "./cards.js";
import { control, eventually, shopWorld, socketApp, startSlack } from "./local-slack.js";

/** The fields that the SDK's own types say are always there; the compiler refuses a list that lacks one. */
type Required<T> = {
  [K in keyof T as string extends K
    ? never
    : undefined extends T[K]
      ? never
      : object extends Pick<T, K>
        ? never
        : K]: true;
};
const fieldsOf = <T>(fields: Required<T>): string[] => Object.keys(fields);

const slashCommand = fieldsOf<SlashCommand>({
  token: true,
  command: true,
  text: true,
  response_url: true,
  trigger_id: true,
  user_id: true,
  user_name: true,
  team_id: true,
  team_domain: true,
  channel_id: true,
  channel_name: true,
  api_app_id: true,
});
const blockAction = fieldsOf<BlockAction>({
  type: true,
  actions: true,
  team: true,
  user: true,
  token: true,
  response_url: true,
  trigger_id: true,
  api_app_id: true,
  container: true,
});
const viewSubmission = fieldsOf<ViewSubmitAction>({
  type: true,
  team: true,
  user: true,
  view: true,
  api_app_id: true,
  token: true,
  trigger_id: true,
});
const view = fieldsOf<ViewOutput>({
  id: true,
  callback_id: true,
  team_id: true,
  app_id: true,
  bot_id: true,
  title: true,
  type: true,
  blocks: true,
  close: true,
  submit: true,
  state: true,
  hash: true,
  private_metadata: true,
  root_view_id: true,
  previous_view_id: true,
  clear_on_close: true,
  notify_on_close: true,
});
const shortcut = fieldsOf<MessageShortcut>({
  type: true,
  callback_id: true,
  trigger_id: true,
  message_ts: true,
  response_url: true,
  message: true,
  user: true,
  channel: true,
  team: true,
  token: true,
  action_ts: true,
});
const message = fieldsOf<GenericMessageEvent>({
  type: true,
  event_ts: true,
  channel: true,
  user: true,
  ts: true,
  channel_type: true,
});
const botMessage = fieldsOf<BotMessageEvent>({
  type: true,
  subtype: true,
  event_ts: true,
  channel: true,
  channel_type: true,
  ts: true,
  text: true,
  bot_id: true,
});
const changed = fieldsOf<MessageChangedEvent>({
  type: true,
  subtype: true,
  event_ts: true,
  hidden: true,
  channel: true,
  channel_type: true,
  ts: true,
  message: true,
  previous_message: true,
});
const deleted = fieldsOf<MessageDeletedEvent>({
  type: true,
  subtype: true,
  event_ts: true,
  hidden: true,
  channel: true,
  channel_type: true,
  ts: true,
  deleted_ts: true,
  previous_message: true,
});
/** docs.slack.dev, apis/events-api: the wrapper of every event. */
const wrapper = [
  "token",
  "team_id",
  "api_app_id",
  "event",
  "type",
  "event_id",
  "event_time",
  "authorizations",
  "is_ext_shared_channel",
  "event_context",
];

type Body = Record<string, unknown>;

describe("payloads have the fields that Slack's have", () => {
  let slack: LocalSlack;
  let app: App;
  const bodies: Body[] = [];
  const events = () => bodies.filter(({ event }) => event !== undefined);
  const eventWhere = (match: (event: Body) => boolean) =>
    eventually(() => events().find(({ event }) => match(event as Body)));
  const missing = (body: unknown, fields: readonly string[]) =>
    fields.filter((field) => (body as Body)[field] === undefined);

  beforeAll(async () => {
    const world = await shopWorld();
    const quiet = { id: "C0QUIET", name: "quiet", topic: "", members: ["ana"] };
    world.channels.push({ ...quiet, private: false, shared: false, archived: false, watch: false });
    slack = await startSlack({ world });
    app = socketApp(slack);
    app.use(async ({ body, next }) => {
      bodies.push(body as unknown as Body);
      await next();
    });
    app.command("/kubeclaw", ({ ack }) => ack());
    app.action(/.*/, async ({ ack, body, client }) => {
      await ack();
      if ("trigger_id" in body) await client.views.open({ trigger_id: body.trigger_id, view: reasonView });
    });
    app.view(/.*/, ({ ack }) => ack());
    app.shortcut("investigate-this", ({ ack }) => ack());
    for (const name of ["app_mention", "message"]) app.event(name, () => Promise.resolve());
    await app.start();
  });
  afterAll(async () => {
    await app.stop();
    await slack.close();
  });

  it("slash command", async () => {
    await control(slack, "POST", "commands", { channel: "sre", user: "ana", command: "/kubeclaw", text: "x" });
    const body = bodies.find(({ command }) => command === "/kubeclaw");
    expect(missing(body, slashCommand)).toEqual([]);
    expect(body).toMatchObject({ is_enterprise_install: "false", channel_name: "sre", user_name: "ana" });
  });

  it("button, dialog and shortcut", async () => {
    const { ts } = await app.client.chat.postMessage({ channel: "C0SRE", text: "x", blocks: decisionBlocks });
    await control(slack, "POST", "actions", { channel: "sre", message_ts: ts, user: "li", action_id: "deny" });
    const press = bodies.find(({ type }) => type === "block_actions");
    expect(missing(press, blockAction)).toEqual([]);
    expect(
      missing((press?.["actions"] as Body[])[0], ["action_id", "block_id", "text", "value", "type", "action_ts"]),
    ).toEqual([]);
    expect(missing(press?.["message"], ["type", "ts", "user", "bot_id", "app_id", "blocks", "team", "text"])).toEqual(
      [],
    );
    expect(missing(press, ["channel", "message", "state"])).toEqual([]);
    await eventually(async () => (await control(slack, "GET", "views?user=li")).body["view"] ?? undefined);
    await control(slack, "POST", "views", { user: "li", callback_id: "deny-reason", values: { reason: "x" } });
    const submitted = bodies.find(({ type }) => type === "view_submission");
    expect(missing(submitted, viewSubmission)).toEqual([]);
    expect(missing(submitted?.["view"], view)).toEqual([]);
    await control(slack, "POST", "shortcuts", {
      channel: "sre",
      message_ts: ts,
      user: "ana",
      callback_id: "investigate-this",
    });
    expect(
      missing(
        bodies.find(({ type }) => type === "message_action"),
        shortcut,
      ),
    ).toEqual([]);
  });

  it("a person's message, and the mention beside it", async () => {
    const { body } = await control(slack, "POST", "messages", {
      channel: "shop",
      user: "gil",
      text: "@kubeclaw hello",
    });
    const posted = await eventWhere(({ type, ts }) => type === "message" && ts === body["ts"]);
    const mention = await eventWhere(({ type, ts }) => type === "app_mention" && ts === body["ts"]);
    expect(missing(posted, wrapper)).toEqual([]);
    expect(missing(posted["event"], [...message, "client_msg_id", "text", "team", "blocks"])).toEqual([]);
    expect(posted["event"]).not.toHaveProperty("subtype");
    expect(missing(mention["event"], ["type", "user", "text", "ts", "channel", "event_ts"])).toEqual([]);
    expect(mention["event"]).not.toHaveProperty("channel_type");
    expect(posted["event_id"]).not.toBe(mention["event_id"]);
    expect(posted).toMatchObject({
      is_ext_shared_channel: true,
      authorizations: [{ is_bot: true, user_id: "U0KUBECLAW" }],
      event: { team: "T0ACME" },
    });
  });

  it("an alert of a webhook: no user, no text, one attachment", async () => {
    await control(slack, "POST", "samples", { index: 0 });
    const { event } = await eventWhere(({ subtype }) => subtype === "bot_message");
    expect(missing(event, botMessage)).toEqual([]);
    expect(event).toMatchObject({ text: "", username: "Alertmanager", attachments: [{ id: 1, color: "danger" }] });
    expect(event).not.toHaveProperty("user");
  });

  it("an edit, a deletion, a reply", async () => {
    const root = String(
      (await control(slack, "POST", "messages", { channel: "sre", user: "ana", text: "root" })).body["ts"],
    );
    await control(slack, "POST", "messages", { channel: "sre", user: "li", text: "reply", thread_ts: root });
    const reply = await eventWhere(({ thread_ts, ts }) => thread_ts === root && ts !== root);
    expect(reply["event"]).toMatchObject({ parent_user_id: "U0ANA", thread_ts: root });
    const { ts = "" } = await app.client.chat.postMessage({ channel: "C0SRE", text: "first" });
    await app.client.chat.update({ channel: "C0SRE", ts, text: "second" });
    const edit = await eventWhere(({ subtype }) => subtype === "message_changed");
    expect(missing(edit["event"], changed)).toEqual([]);
    expect(edit["event"]).toMatchObject({
      message: { ts, text: "second", edited: {} },
      previous_message: { ts, text: "first" },
    });
    await app.client.chat.delete({ channel: "C0SRE", ts });
    const deletion = await eventWhere(({ subtype }) => subtype === "message_deleted");
    expect(missing(deletion["event"], deleted)).toEqual([]);
    expect(deletion["event"]).toMatchObject({ deleted_ts: ts });
  });

  it("no event for what only one person sees, nor for channels without the bot", async () => {
    // Bolt drops its own bot's posts by itself, so the last event that went out is what tells.
    const last = async () =>
      ((await control(slack, "POST", "redeliver", { last: 1 })).body["delivered"] as Body[])[0]?.["event_id"];
    const before = await last();
    await app.client.chat.postEphemeral({ channel: "C0SRE", user: "U0ANA", text: "psst" });
    await control(slack, "POST", "messages", { channel: "quiet", user: "ana", text: "<@U0KUBECLAW>" });
    expect(await last()).toBe(before);
    await control(slack, "POST", "messages", { channel: "sre", user: "ana", text: "aloud" });
    expect(await last()).not.toBe(before);
  });
});

describe("response_url", () => {
  let slack: LocalSlack;
  let app: App;
  beforeAll(async () => {
    slack = await startSlack();
    app = socketApp(slack);
  });
  afterAll(async () => {
    await app.stop();
    await slack.close();
  });

  it("replaces, deletes, answers in private or in the channel, five times", async () => {
    const urls: string[] = [];
    app.action("approve", async ({ ack, body }) => {
      if ("response_url" in body) urls.push(body.response_url);
      await ack();
    });
    await app.start();
    const { ts } = await app.client.chat.postMessage({ channel: "C0SRE", text: "x", blocks: decisionBlocks });
    const press = () =>
      control(slack, "POST", "actions", { channel: "sre", message_ts: ts, user: "li", action_id: "approve" });
    await press();
    const [url = ""] = urls;
    const respond = async (body: object) =>
      (
        await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        })
      ).status;
    const seen = async (user: string) =>
      (await control(slack, "GET", `messages?channel=sre&user=${user}`)).body["messages"];
    expect(await respond({ text: "only you", replace_original: false })).toBe(200);
    expect(await respond({ text: "all", response_type: "in_channel", replace_original: false })).toBe(200);
    expect(await respond({ blocks: [{ type: "section" }] })).toBe(400);
    expect(await respond({ text: "decided" })).toBe(200);
    expect(await seen("ana")).toMatchObject([{ ts, text: "decided", blocks: [] }, { text: "all" }]);
    expect(await seen("li")).toMatchObject([{ ts }, { text: "only you", ephemeral: true }, { text: "all" }]);
    expect(await press()).toMatchObject({ status: 404 });
    expect(await respond({ delete_original: true })).toBe(200);
    expect(await seen("ana")).toMatchObject([{ text: "all" }]);
    expect(await respond({ text: "once too often" })).toBe(404);
    expect((await control(slack, "GET", "calls?method=response_url")).body["calls"]).toHaveLength(6);
  });
});
