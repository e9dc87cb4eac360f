import { get } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { WebClient, type WebAPICallResult } from "@slack/web-api";
import type { LocalSlack } from "../../../src/playground/slack/index.js";
import { decisionBlocks } from "./cards.js";
import { control, shopWorld, startSlack } from "./local-slack.js";

let slack: LocalSlack;
let client: WebClient;
beforeAll(async () => {
  const world = await shopWorld();
  world.channels.push(
    {
      id: "C0OLD",
      name: "old",
      topic: "",
      members: ["everyone"],
      private: false,
      shared: false,
      archived: true,
      watch: false,
    },
    {
      id: "C0PLAIN",
      name: "plain",
      topic: "",
      members: ["ana"],
      private: false,
      shared: false,
      archived: false,
      watch: false,
    },
    {
      id: "G0HID",
      name: "hidden",
      topic: "",
      members: ["ana"],
      private: true,
      shared: false,
      archived: false,
      watch: false,
    },
  );
  // More than our own app asks for, so that what it does not need is tried too; team:read is left out.
  const more = ["channels:read", "files:write", "groups:read", "im:read", "im:write", "reactions:read"];
  for (const app of world.apps) app.scopes.push(...more);
  slack = await startSlack({ world });
  client = new WebClient(slack.credentials.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
});
afterAll(() => slack.close());

const post = async (over: object = {}) =>
  (await client.chat.postMessage({ channel: "C0SRE", text: "hello", ...over })).ts ?? "";
/** Slack's code for a refusal. */
async function refusal(call: Promise<WebAPICallResult>): Promise<unknown> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason as { data?: { error?: string } },
  );
  return error?.data?.error;
}

describe("what Slack refuses", () => {
  const metadata = (event_type: string) => ({ event_type, event_payload: { run: "r1" } });
  it.each<[string, () => Promise<WebAPICallResult>]>([
    ["channel_not_found", () => client.chat.postMessage({ channel: "C0NONE", text: "x" })],
    ["channel_not_found", () => client.chat.postMessage({ channel: "G0HID", text: "x" })],
    ["not_in_channel", () => client.chat.postMessage({ channel: "C0PLAIN", text: "x" })],
    ["is_archived", () => client.chat.postMessage({ channel: "C0OLD", text: "x" })],
    ["no_text", () => client.chat.postMessage({ channel: "C0SRE", text: "  " })],
    ["msg_too_long", () => client.chat.postMessage({ channel: "C0SRE", text: "x".repeat(40_001) })],
    ["invalid_blocks", () => client.chat.postMessage({ channel: "C0SRE", text: "x", blocks: [{ type: "section" }] })],
    ["invalid_blocks_format", () => client.apiCall("chat.postMessage", { channel: "C0SRE", blocks: "{" })],
    [
      "msg_blocks_too_long",
      () =>
        client.chat.postMessage({
          channel: "C0SRE",
          text: "x",
          blocks: Array.from({ length: 5 }, () => ({
            type: "section",
            text: { type: "mrkdwn", text: "x".repeat(2_700) },
          })),
        }),
    ],
    ["thread_not_found", () => client.chat.postMessage({ channel: "C0SRE", text: "x", thread_ts: "1.000001" })],
    [
      "invalid_metadata_format",
      () =>
        client.apiCall("chat.postMessage", {
          channel: "C0SRE",
          text: "x",
          metadata: JSON.stringify({ event_type: "a" }),
        }),
    ],
    [
      "invalid_metadata_format",
      () => client.chat.postMessage({ channel: "C0SRE", text: "x", metadata: metadata("with space") }),
    ],
    [
      "metadata_too_large",
      () =>
        client.chat.postMessage({
          channel: "C0SRE",
          text: "x",
          metadata: { event_type: "a", event_payload: { x: "y".repeat(8_001) } },
        }),
    ],
    ["user_not_in_channel", () => client.chat.postEphemeral({ channel: "C0SRE", user: "U0GIL", text: "x" })],
    ["message_not_found", () => client.chat.update({ channel: "C0SRE", ts: "1.000001", text: "x" })],
    ["message_not_found", () => client.reactions.add({ channel: "C0SRE", timestamp: "1.000001", name: "eyes" })],
    ["user_not_found", () => client.users.info({ user: "U0NONE" })],
    ["bot_not_found", () => client.bots.info({ bot: "B0NONE" })],
    ["no_such_subteam", () => client.usergroups.users.list({ usergroup: "S0NONE" })],
    ["missing_scope", () => client.team.info()],
    ["unknown_method", () => client.apiCall("chat.shout")],
    ["invalid_arguments", () => client.apiCall("chat.update", { channel: "C0SRE" })],
    ["invalid_auth", () => new WebClient("xoxb-guess", { slackApiUrl: slack.apiUrl }).auth.test()],
    ["not_authed", () => new WebClient(undefined, { slackApiUrl: slack.apiUrl }).auth.test()],
    ["not_allowed_token_type", () => client.apiCall("apps.connections.open")],
    ["not_found", () => client.views.update({ view_id: "V0NONE", view: { type: "home", blocks: [] } })],
  ])("%s", async (code, call) => {
    expect(await refusal(call())).toBe(code);
  });

  it("lists what is wrong with blocks, and the scope that is missing", async () => {
    const error: unknown = await client.chat
      .postMessage({ channel: "C0SRE", text: "x", blocks: [{ type: "section" }] })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      data: { response_metadata: { messages: ["[ERROR] must provide text or fields [json-pointer:/blocks/0]"] } },
    });
    expect(await client.team.info().catch((reason: unknown) => reason)).toMatchObject({
      data: { needed: "team:read" },
    });
  });

  it("edits, deletes and answers only what is there and its own", async () => {
    const { body } = await control(slack, "POST", "messages", { channel: "sre", user: "ana", text: "mine" });
    const ts = String(body["ts"]);
    expect(await refusal(client.chat.update({ channel: "C0SRE", ts, text: "x" }))).toBe("cant_update_message");
    expect(await refusal(client.chat.delete({ channel: "C0SRE", ts }))).toBe("cant_delete_message");
    const { message_ts = "" } = await client.chat.postEphemeral({ channel: "C0SRE", user: "U0ANA", text: "psst" });
    expect(await refusal(client.chat.update({ channel: "C0SRE", ts: message_ts, text: "x" }))).toBe(
      "message_not_found",
    );
    expect(await refusal(client.chat.postMessage({ channel: "C0SRE", thread_ts: message_ts, text: "x" }))).toBe(
      "thread_not_found",
    );
  });

  it("takes a reaction once, and takes away only what is there", async () => {
    const reaction = { channel: "C0SRE", timestamp: await post(), name: "eyes" };
    expect(await refusal(client.reactions.remove(reaction))).toBe("no_reaction");
    await client.reactions.add(reaction);
    expect(await refusal(client.reactions.add(reaction))).toBe("already_reacted");
    expect(await client.reactions.get({ channel: "C0SRE", timestamp: reaction.timestamp })).toMatchObject({
      message: { reactions: [{ name: "eyes", count: 1, users: ["U0KUBECLAW"] }] },
    });
    await client.reactions.remove(reaction);
  });
});

describe("what Slack does", () => {
  it("takes JSON bodies and form bodies, with the token in either place", async () => {
    const json = {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${slack.credentials.botToken}` },
      body: JSON.stringify({ channel: "C0SRE", text: "x", blocks: decisionBlocks }),
    };
    expect(await (await fetch(`${slack.apiUrl}chat.postMessage`, json)).json()).toMatchObject({
      ok: true,
      message: { blocks: [{ type: "section" }, { block_id: "decision" }] },
    });
    const form = {
      method: "POST",
      body: new URLSearchParams({
        token: slack.credentials.botToken,
        channel: "C0SRE",
        text: "x",
        blocks: JSON.stringify(decisionBlocks),
      }),
    };
    expect(await (await fetch(`${slack.apiUrl}chat.postMessage`, form)).json()).toMatchObject({
      ok: true,
      message: { text: "x" },
    });
  });

  it("keeps what an edit leaves out, except blocks under a new text", async () => {
    const metadata = { event_type: "kubeclaw_card", event_payload: { run: "r1" } };
    const ts = await post({ blocks: decisionBlocks, attachments: [{ text: "a" }], metadata });
    await client.chat.update({ channel: "C0SRE", ts, text: "new" });
    const { messages = [] } = await client.conversations.replies({ channel: "C0SRE", ts, include_all_metadata: true });
    expect(messages[0]).toMatchObject({
      text: "new",
      blocks: [],
      attachments: [{ text: "a" }],
      metadata,
      edited: { user: "B0KUBECLAW" },
    });
    const bare = await client.conversations.replies({ channel: "C0SRE", ts });
    expect(bare.messages?.[0]).not.toHaveProperty("metadata");
  });

  it("pages through history, newest first, replies apart", async () => {
    const root = await post({ text: "root" });
    const replies = [await post({ thread_ts: root, text: "one" }), await post({ thread_ts: root, text: "two" })];
    const last = await post({ text: "last" });
    const first = await client.conversations.history({ channel: "C0SRE", oldest: root, inclusive: true, limit: 1 });
    expect(first).toMatchObject({ has_more: true, messages: [{ ts: last }] });
    const cursor = first.response_metadata?.next_cursor ?? "";
    const second = await client.conversations.history({
      channel: "C0SRE",
      oldest: root,
      inclusive: true,
      limit: 1,
      cursor,
    });
    expect(second).toMatchObject({
      has_more: false,
      messages: [{ ts: root, reply_count: 2, latest_reply: replies[1] }],
    });
    const thread = await client.conversations.replies({ channel: "C0SRE", ts: root, oldest: replies[0] ?? "" });
    expect(thread.messages?.map(({ ts }) => ts)).toEqual([root, replies[1]]);
  });

  it("leaves a tombstone where a root had replies, and nothing else", async () => {
    const root = await post();
    const reply = await post({ thread_ts: root });
    await client.chat.delete({ channel: "C0SRE", ts: reply });
    const again = await post({ thread_ts: root });
    await client.chat.delete({ channel: "C0SRE", ts: root });
    const { body } = await control(slack, "GET", `messages?channel=sre&thread_ts=${root}`);
    expect(body["messages"]).toMatchObject([
      { ts: root, deleted: true },
      { ts: again, deleted: false },
    ]);
    expect(await refusal(client.chat.update({ channel: "C0SRE", ts: root, text: "x" }))).toBe("message_not_found");
  });

  it("tells guests, other companies, groups and channels apart", async () => {
    expect(await client.users.info({ user: "U0GIL" })).toMatchObject({
      user: { is_restricted: true, is_stranger: true, team_id: "T0ACME" },
    });
    expect((await client.users.info({ user: "U0ANA" })).user).not.toHaveProperty("is_stranger");
    expect(await client.usergroups.users.list({ usergroup: "S0SRE" })).toMatchObject({ users: ["U0LI", "U0JO"] });
    expect(await client.conversations.info({ channel: "C0SHOP" })).toMatchObject({
      channel: { is_ext_shared: true, is_member: true },
    });
    expect((await client.conversations.list()).channels?.map(({ name }) => name)).not.toContain("hidden");
    const { channel } = await client.conversations.open({ users: "U0ANA" });
    expect(await client.chat.postMessage({ channel: "U0ANA", text: "hi" })).toMatchObject({ channel: channel?.id });
  });
});

describe("faults", () => {
  const fault = (body: object) => control(slack, "POST", "faults", body);
  const texts = async () => {
    const { body } = await control(slack, "GET", "messages?channel=sre");
    return (body["messages"] as { text: string }[]).map(({ text }) => text);
  };

  it("limits the rate as often as it was told to, and then no more", async () => {
    await fault({ method: "chat.postMessage", times: 1, status: 429, retry_after: 7 });
    expect(
      await client.chat.postMessage({ channel: "C0SRE", text: "limited" }).catch((error: unknown) => error),
    ).toMatchObject({ retryAfter: 7 });
    expect(await texts()).not.toContain("limited");
    expect(await post({ text: "through" })).not.toBe("");
  });

  it("cuts the connection after the message was posted", async () => {
    await fault({ method: "chat.postMessage", times: 1, drop: true });
    await expect(client.chat.postMessage({ channel: "C0SRE", text: "posted, unanswered" })).rejects.toThrow();
    expect(await texts()).toContain("posted, unanswered");
    const { body } = await control(slack, "GET", "calls?method=chat.postMessage");
    expect((body["calls"] as object[]).at(-1)).toMatchObject({
      arguments: { text: "posted, unanswered" },
      answer: null,
    });
  });

  it("answers with a server error, and late", async () => {
    await fault({ method: "*", times: 1, status: 500 });
    await expect(client.auth.test()).rejects.toMatchObject({ statusCode: 500 });
    await fault({ method: "auth.test", times: 1, delay_ms: 120 });
    const started = performance.now();
    await client.auth.test();
    expect(performance.now() - started).toBeGreaterThan(100);
  });
});

describe("control calls", () => {
  it.each([
    ["messages", { channel: "sre", text: "x" }, 422, "user"],
    ["messages", { channel: "sre", user: "ana" }, 422, "text"],
    ["messages", { channel: "sre", user: "nobody", text: "x" }, 404, "user"],
    ["messages", { channel: "nowhere", user: "ana", text: "x" }, 404, "channel"],
    ["messages", { channel: "sre", user: "gil", text: "x" }, 404, "channel"],
    ["messages", { channel: "sre", user: "ana", text: "x", thread: "1" }, 422, "thread"],
    ["commands", { channel: "sre", user: "ana", command: 7 }, 422, "command"],
    ["commands", { channel: "sre", user: "ana", command: "/other" }, 404, "command"],
    ["actions", { channel: "sre", user: "ana", message_ts: "1.2" }, 422, "action_id"],
    ["actions", { channel: "sre", user: "ana", message_ts: "1.2", action_id: "approve" }, 404, "message_ts"],
    ["faults", { times: 1 }, 422, "method"],
    ["faults", { method: "x", times: 0 }, 422, "times"],
    ["views", { callback_id: "x" }, 422, "user"],
  ])("%s %j", async (path, body, status, field) => {
    expect(await control(slack, "POST", path, body)).toMatchObject({ status, body: { ok: false, error: { field } } });
  });

  it("presses only what the message shows now", async () => {
    const ts = await post({ blocks: decisionBlocks });
    await client.chat.update({ channel: "C0SRE", ts, text: "decided", blocks: decisionBlocks.slice(0, 1) });
    const press = { channel: "sre", message_ts: ts, user: "li", action_id: "approve" };
    expect(await control(slack, "POST", "actions", press)).toMatchObject({
      status: 404,
      body: { error: { field: "action_id" } },
    });
  });

  it("posts as Alertmanager's webhook does", async () => {
    await control(slack, "POST", "samples", { index: 0 });
    const { body } = await control(slack, "GET", "messages?channel=alerts");
    expect((body["messages"] as object[]).at(-1)).toMatchObject({
      user: null,
      bot_id: "B0ALERTS",
      username: "Alertmanager",
      subtype: "bot_message",
      text: "",
      attachments: [{ title: "[FIRING:1] KubeDeploymentReplicasMismatch shop (checkout warning)", color: "danger" }],
    });
  });

  it("never writes a token into the record of calls", async () => {
    await fetch(`${slack.apiUrl}auth.test`, {
      method: "POST",
      body: new URLSearchParams({ token: slack.credentials.botToken }),
    });
    expect(JSON.stringify((await control(slack, "GET", "calls")).body)).not.toContain(slack.credentials.botToken);
  });

  it("changes who is in a user group", async () => {
    expect(await control(slack, "POST", "groups", { group: "sre", members: ["jo"] })).toMatchObject({ status: 200 });
    expect(await client.usergroups.users.list({ usergroup: "S0SRE" })).toMatchObject({ users: ["U0JO"] });
    expect(await control(slack, "POST", "groups", { group: "ops", members: [] })).toMatchObject({ status: 404 });
  });

  it.each([
    ["another page", { origin: "https://evil.example" }, 403],
    ["another host name", { host: "evil.example" }, 403],
    ["its own page", { origin: "self" }, 200],
  ])("answers requests of %s with its own rule", async (_, headers, status) => {
    const { host } = new URL(slack.url);
    const sent = "origin" in headers && headers.origin === "self" ? { origin: slack.url } : headers;
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      get(`${slack.url}/playground/calls`, { headers: { host, ...sent } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", reject);
    });
    expect(answered).toBe(status);
  });

  describe("an incoming webhook", () => {
    const hook = (body: object, path = "T0SHOP/B0ALERTS/local", headers = {}) =>
      fetch(`${slack.url}/services/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    const alert = { channel: "#alerts", username: "Alertmanager", attachments: [{ title: "[FIRING:1] X shop" }] };

    it("posts as the alerting app, from JSON as from a form", async () => {
      expect(await (await hook(alert)).text()).toBe("ok");
      const form = new URLSearchParams({ payload: JSON.stringify({ ...alert, text: "by form" }) });
      const sent = await fetch(`${slack.url}/services/T0SHOP/B0ALERTS/local`, { method: "POST", body: form });
      expect(await sent.text()).toBe("ok");
      const { messages } = (await control(slack, "GET", "messages?channel=alerts")).body as { messages: object[] };
      expect(messages.slice(-2)).toMatchObject([
        { bot_id: "B0ALERTS", attachments: [{ id: 1, title: "[FIRING:1] X shop" }] },
        { bot_id: "B0ALERTS", text: "by form" },
      ]);
    });

    it.each<[string, number, object, string | undefined, object]>([
      ["no_service", 404, alert, "T0SHOP/B0NOBODY/local", {}],
      ["no_service", 404, alert, "T0OTHER/B0ALERTS/local", {}],
      ["channel_not_found", 404, { ...alert, channel: "#nowhere" }, undefined, {}],
      ["no_text", 400, { channel: "#alerts", text: " " }, undefined, {}],
      ["invalid_payload", 400, { text: "x" }, undefined, {}],
      ["another page may not do this", 403, alert, undefined, { origin: "https://evil.example" }],
    ])("answers %s", async (word, status, body, path, headers) => {
      const answer = await hook(body, path, headers);
      expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(word)]);
    });
  });

  it("streams which channel changed, and lets go of the readers when it closes", async () => {
    const other = await startSlack();
    const { body: stream } = await fetch(`${other.url}/playground/stream`);
    await control(other, "POST", "messages", { channel: "shop", user: "gil", text: "hello" });
    let seen = "";
    const reader = stream?.pipeThrough(new TextDecoderStream()).getReader();
    while (!seen.includes("data:")) seen += (await reader?.read())?.value ?? "";
    expect(seen).toContain('data: {"kind":"messages","channel":"C0SHOP"}');
    await other.close();
    await reader?.cancel().catch(() => undefined);
  });

  it("says whether the loop is up", async () => {
    expect(await control(slack, "GET", "healthz")).toMatchObject({ status: 200, body: { ok: true } });
    const other = await startSlack({ ready: () => false });
    expect(await control(other, "GET", "healthz")).toMatchObject({ status: 503 });
    await other.close();
  });
});
