import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { App, BlockButtonAction } from "@slack/bolt";
import type { LocalSlack } from "../../../src/playground/slack/index.js";
import { control, eventually, socketApp, startSlack } from "./local-slack.js";

const buttons = [
  { type: "section", text: { type: "mrkdwn", text: "*checkout is down*" } },
  {
    type: "actions",
    elements: [
      {
        type: "button",
        action_id: "approve",
        text: { type: "plain_text", text: "Approve" },
        value: "v1:abc",
        style: "primary",
      },
      { type: "button", action_id: "deny", text: { type: "plain_text", text: "Deny" }, value: "v1:abc" },
    ],
  },
];

describe("Bolt over Socket Mode", () => {
  let slack: LocalSlack;
  let app: App;

  beforeEach(async () => {
    slack = await startSlack();
    app = socketApp(slack);
  });
  afterEach(async () => {
    await app.stop();
    await slack.close();
  });

  it("acknowledges a command with a text that only the person sees", async () => {
    app.command("/kubeclaw", async ({ command, ack }) => {
      await ack({ response_type: "ephemeral", text: `Looking at ${command.text} for <@${command.user_id}>` });
    });
    await app.start();
    const { body } = await control(slack, "POST", "commands", {
      channel: "sre",
      user: "ana",
      command: "/kubeclaw",
      text: "investigate",
    });
    expect(body).toMatchObject({ ok: true, ack: { text: "Looking at investigate for <@U0ANA>" } });
    const seenBy = async (user: string) =>
      (await control(slack, "GET", `messages?channel=sre&user=${user}`)).body["messages"];
    expect(await seenBy("ana")).toMatchObject([{ text: "Looking at investigate for <@U0ANA>", ephemeral: true }]);
    expect(await seenBy("li")).toEqual([]);
  });

  it("delivers the press of a button with the message as it is stored", async () => {
    const presses: BlockButtonAction[] = [];
    app.action("approve", async ({ ack, body }) => {
      presses.push(body as BlockButtonAction);
      await ack();
    });
    await app.start();
    const { ts } = await app.client.chat.postMessage({ channel: "C0SRE", text: "checkout is down", blocks: buttons });
    const press = { channel: "sre", message_ts: ts, user: "li", text: "Approve" };
    expect((await control(slack, "POST", "actions", press)).body).toMatchObject({ ok: true, ack: null });
    expect(presses[0]).toMatchObject({
      type: "block_actions",
      user: { id: "U0LI", team_id: "T0SHOP" },
      container: { type: "message", message_ts: ts, channel_id: "C0SRE", is_ephemeral: false },
      message: { ts, bot_id: "B0KUBECLAW", app_id: "A0KUBECLAW" },
      actions: [{ action_id: "approve", value: "v1:abc", type: "button" }],
    });
  });

  it("sees a person's message and a mention as two events", async () => {
    const seen: string[] = [];
    app.message(({ message }) => Promise.resolve(void seen.push(`message ${message.ts}`)));
    app.event("app_mention", ({ event }) => Promise.resolve(void seen.push(`mention ${event.ts}`)));
    await app.start();
    const { body } = await control(slack, "POST", "messages", { channel: "sre", user: "ana", text: "@kubeclaw why?" });
    const both = await eventually(() => (seen.length === 2 ? seen : undefined));
    expect(both.sort()).toEqual([`mention ${String(body["ts"])}`, `message ${String(body["ts"])}`]);
  });
});
