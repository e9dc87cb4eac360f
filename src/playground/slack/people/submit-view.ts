import * as z from "zod";
import { checkedView } from "../block-kit/checked-view.js";
import type { JsonObject } from "../state/ids.js";
import type { StoredView } from "../state/view-store.js";
import type { User } from "../state/workspace.js";
import { SlackRefusal } from "../web-api/method.js";
import { elementsIn } from "./find-element.js";
import { inputValue } from "./input-value.js";
import {
  appNamed,
  GestureRefusal,
  interactionBase,
  personNamed,
  presentView,
  resultOf,
  type GestureResult,
  type Gestures,
} from "./person.js";

export interface Submission {
  user: string;
  callback_id: string;
  values: Record<string, string | readonly string[]>;
}

/** What an app may answer a submission with (reference/interaction-payloads/view-interactions-payload). */
const ResponseAction = z.discriminatedUnion("response_action", [
  z.looseObject({ response_action: z.literal("errors"), errors: z.record(z.string(), z.string()) }),
  z.looseObject({ response_action: z.literal("update"), view: z.unknown() }),
  z.looseObject({ response_action: z.literal("push"), view: z.unknown() }),
  z.looseObject({ response_action: z.literal("clear") }),
]);

function openView({ workspace }: Gestures, user: User, callbackId: string | undefined): StoredView {
  const view = workspace.views.top(user.id);
  if (view === undefined) throw new GestureRefusal(404, "callback_id", `${user.name} has no dialog open`);
  if (callbackId !== undefined && view.callbackId !== callbackId)
    throw new GestureRefusal(404, "callback_id", `the open dialog is "${view.callbackId}"`);
  return view;
}

const isBlank = (state: JsonObject): boolean =>
  Object.entries(state).every(
    ([key, held]) => key === "type" || held === null || (Array.isArray(held) && held.length === 0),
  );

/** `state.values`; refuses what Slack's own dialog would not let a person send. */
function stateValues(view: StoredView, values: Submission["values"]): JsonObject {
  const inputs = elementsIn(view.content.blocks).filter(
    ({ block, element }) => block["type"] === "input" || element["type"] !== "button",
  );
  for (const name of Object.keys(values))
    if (!inputs.some(({ element }) => element["action_id"] === name))
      throw new GestureRefusal(422, `values.${name}`, "no such input in the dialog");
  const state: Record<string, JsonObject> = {};
  for (const { block, element } of inputs) {
    const name = String(element["action_id"]);
    const held = inputValue(element, values[name]);
    const { max_length, min_length } = element;
    const length = typeof held["value"] === "string" ? held["value"].length : undefined;
    if (block["type"] === "input" && block["optional"] !== true && isBlank(held))
      throw new GestureRefusal(422, `values.${name}`, "is required");
    if (
      length !== undefined &&
      ((typeof max_length === "number" && length > max_length) ||
        (typeof min_length === "number" && length < min_length))
    )
      throw new GestureRefusal(422, `values.${name}`, `has ${length} characters`);
    state[String(block["block_id"])] = {
      ...state[String(block["block_id"])],
      [name]: { type: element["type"], ...held },
    };
  }
  return state;
}

/** Does what the acknowledgement asks: nothing closes the dialog. */
function react(gestures: Gestures, view: StoredView, ack: JsonObject | null): { errors?: Record<string, string> } {
  const { views } = gestures.workspace;
  const { appId, user } = view;
  if (ack?.["response_action"] === undefined) {
    views.close(user, false);
    return {};
  }
  const parsed = ResponseAction.safeParse(ack);
  if (!parsed.success) throw new SlackRefusal("invalid_response_action");
  switch (parsed.data.response_action) {
    case "errors": {
      const { errors } = parsed.data;
      const blockIds = view.content.blocks.filter(({ type }) => type === "input").map(({ block_id }) => block_id);
      if (Object.keys(errors).some((id) => !blockIds.includes(id))) throw new SlackRefusal("invalid_errors_block_id");
      return { errors };
    }
    case "update":
      views.update(view, checkedView(parsed.data.view, "modal"));
      return {};
    case "push":
      views.push({ appId, user, type: "modal", content: checkedView(parsed.data.view, "modal") });
      return {};
    case "clear":
      views.close(user, true);
      return {};
  }
}

/** Somebody submits the dialog that is open for them. */
export async function submitView(
  gestures: Gestures,
  submission: Submission,
): Promise<GestureResult & { errors?: Record<string, string> }> {
  const user = personNamed(gestures.workspace, submission.user);
  const view = openView(gestures, user, submission.callback_id);
  const values = stateValues(view, submission.values);
  const app = appNamed(gestures.workspace, view.appId);
  const payload = {
    type: "view_submission",
    ...interactionBase(gestures, app, user),
    trigger_id: gestures.workspace.triggers.mint({ appId: app.id, user: user.id, viewId: view.id }),
    view: presentView(gestures, app, view, values),
    response_urls: [],
  };
  const result = resultOf(await gestures.dispatcher.send(app, { type: "interactive", payload }));
  if (!result.ok) return result;
  try {
    return { ...result, ...react(gestures, view, result.ack) };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    return { ...result, ok: false, error: error.code };
  }
}

/** Somebody closes their dialog; the app hears of it when it asked to (`notify_on_close`). */
export async function closeView(gestures: Gestures, name: string): Promise<GestureResult> {
  const user = personNamed(gestures.workspace, name);
  const view = openView(gestures, user, undefined);
  const { clear_on_close, notify_on_close } = view.content;
  const app = appNamed(gestures.workspace, view.appId);
  const shown = presentView(gestures, app, view);
  gestures.workspace.views.close(user.id, clear_on_close === true);
  if (notify_on_close !== true) return { ok: true, ack: null, ms: 0 };
  const payload = {
    type: "view_closed",
    ...interactionBase(gestures, app, user),
    view: shown,
    is_cleared: clear_on_close === true,
  };
  return resultOf(await gestures.dispatcher.send(app, { type: "interactive", payload }));
}
