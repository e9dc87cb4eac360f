import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { App, ViewClosedAction, ViewSubmitAction } from "@slack/bolt";
import type { LocalSlack } from "../../../src/playground/slack/index.js";
import { decisionBlocks, reasonView } from "./cards.js";
import { control, eventually, socketApp, startSlack } from "./local-slack.js";

describe("dialogs, through Bolt", () => {
  let slack: LocalSlack;
  let app: App;
  let ts: string | undefined;
  const submissions: ViewSubmitAction[] = [];
  const press = (user: string, action: string) =>
    control(slack, "POST", "actions", { channel: "sre", message_ts: ts, user, action_id: action });
  const openView = async (user: string) => (await control(slack, "GET", `views?user=${user}`)).body["view"];
  const submit = (values: object) =>
    control(slack, "POST", "views", { user: "li", callback_id: "deny-reason", values });

  beforeEach(async () => {
    slack = await startSlack();
    app = socketApp(slack);
    submissions.length = 0;
    app.action("deny", async ({ ack, body, client }) => {
      await ack();
      if ("trigger_id" in body) await client.views.open({ trigger_id: body.trigger_id, view: reasonView });
    });
    await app.start();
    ({ ts } = await app.client.chat.postMessage({ channel: "C0SRE", text: "checkout", blocks: decisionBlocks }));
  });
  afterEach(async () => {
    await app.stop();
    await slack.close();
  });

  it("opens one for the person who clicked, and closes it when it was submitted", async () => {
    app.view("deny-reason", async ({ ack, body }) => {
      submissions.push(body as ViewSubmitAction);
      await ack();
    });
    await press("li", "deny");
    await eventually(async () => (await openView("li")) ?? undefined);
    expect(await openView("ana")).toBeNull();
    expect((await submit({ reason: "too late" })).body).toMatchObject({ ok: true, ack: null });
    expect(submissions[0]).toMatchObject({
      type: "view_submission",
      user: { id: "U0LI" },
      view: {
        callback_id: "deny-reason",
        private_metadata: "v1:abc",
        state: { values: { why: { reason: { type: "plain_text_input", value: "too late" } } } },
      },
    });
    expect(await openView("li")).toBeNull();
  });

  it("stays open with the errors that the app names", async () => {
    app.view("deny-reason", ({ ack }) => ack({ response_action: "errors", errors: { why: "Say more." } }));
    await press("li", "deny");
    await eventually(async () => (await openView("li")) ?? undefined);
    expect((await submit({ reason: "x" })).body).toMatchObject({ ok: true, errors: { why: "Say more." } });
    expect(await openView("li")).toMatchObject({ callback_id: "deny-reason" });
  });

  it("changes, grows and clears as the app answers", async () => {
    const answers = [
      { response_action: "update" as const, view: { ...reasonView, callback_id: "second" } },
      { response_action: "push" as const, view: { ...reasonView, callback_id: "third" } },
      { response_action: "clear" as const },
    ];
    app.view(/.*/, async ({ ack }) => {
      const answer = answers.shift();
      if (answer !== undefined) await ack(answer);
    });
    await press("li", "deny");
    await eventually(async () => (await openView("li")) ?? undefined);
    const send = (callback_id: string) =>
      control(slack, "POST", "views", { user: "li", callback_id, values: { reason: "x" } });
    await send("deny-reason");
    expect(await openView("li")).toMatchObject({ callback_id: "second" });
    await send("second");
    expect(await openView("li")).toMatchObject({ callback_id: "third" });
    await send("third");
    expect(await openView("li")).toBeNull();
  });

  it("tells the app of a dialog that was closed", async () => {
    const closed: ViewClosedAction[] = [];
    app.view({ type: "view_closed", callback_id: "deny-reason" }, async ({ ack, body }) => {
      closed.push(body as ViewClosedAction);
      await ack();
    });
    await press("li", "deny");
    await eventually(async () => (await openView("li")) ?? undefined);
    await control(slack, "DELETE", "views?user=li");
    expect(closed).toMatchObject([{ type: "view_closed", is_cleared: false, user: { id: "U0LI" } }]);
    expect(await openView("li")).toBeNull();
  });

  it.each([
    ["an input that is not there", { callback_id: "deny-reason", values: { cause: "x" } }, 422, "values.cause"],
    ["a required input left empty", { callback_id: "deny-reason", values: {} }, 422, "values.reason"],
    ["another dialog", { callback_id: "review-plan", values: { reason: "x" } }, 404, "callback_id"],
  ])("refuses to submit %s", async (_, body, status, field) => {
    await press("li", "deny");
    await eventually(async () => (await openView("li")) ?? undefined);
    const answer = await control(slack, "POST", "views", { user: "li", ...body });
    expect(answer).toMatchObject({ status, body: { ok: false, error: { field } } });
  });

  it("gives each click one dialog: a used or invented trigger is refused", async () => {
    const errors: unknown[] = [];
    app.action("approve", async ({ ack, body, client }) => {
      await ack();
      if (!("trigger_id" in body)) return;
      const open = () => client.views.open({ trigger_id: body.trigger_id, view: reasonView });
      await open();
      await open().catch((error: unknown) => errors.push(error));
      await client.views
        .open({ trigger_id: "1.2.guess", view: reasonView })
        .catch((error: unknown) => errors.push(error));
    });
    await press("li", "approve");
    await eventually(() => (errors.length === 2 ? errors : undefined));
    expect(errors).toMatchObject([
      { data: { error: "exchanged_trigger_id" } },
      { data: { error: "invalid_trigger_id" } },
    ]);
  });

  it("publishes a Home when it is opened, with buttons that work", async () => {
    const pressed: string[] = [];
    app.event("app_home_opened", async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: "home", blocks: decisionBlocks } });
    });
    app.action("approve", async ({ ack, body }) => {
      pressed.push(body.user.id);
      await ack();
    });
    const { body } = await control(slack, "GET", "home?user=ana");
    expect(body["view"]).toMatchObject({ type: "home", blocks: [{ type: "section" }, { type: "actions" }] });
    await control(slack, "POST", "actions", { view: "home", user: "ana", action_id: "approve" });
    expect(pressed).toEqual(["U0ANA"]);
  });
});
