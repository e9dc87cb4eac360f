import * as z from "zod";
import { checkedView } from "../block-kit/checked-view.js";
import type { StoredView } from "../state/view-store.js";
import type { Trigger } from "../state/triggers.js";
import { defineMethod, jsonText, SlackRefusal, type Method, type MethodContext } from "./method.js";

const maxStack = 3;
const View = jsonText(z.unknown());
const OpenArguments = z
  .looseObject({ trigger_id: z.string().optional(), interactivity_pointer: z.string().optional(), view: View })
  .transform(({ trigger_id, interactivity_pointer, view }) => ({
    trigger: trigger_id ?? interactivity_pointer ?? "",
    view,
  }));

function redeem({ workspace, app }: MethodContext, id: string): Trigger {
  const trigger = workspace.triggers.use(id, app.id);
  if (typeof trigger === "string") throw new SlackRefusal(trigger);
  return trigger;
}

function answer({ workspace, app }: MethodContext, view: StoredView) {
  return { view: workspace.views.present(view, workspace.world.team.id, app.botId) };
}

function refuseTakenExternalId(
  { workspace, app }: MethodContext,
  content: StoredView["content"],
  own?: StoredView,
): void {
  const wanted = content["external_id"];
  if (typeof wanted !== "string" || wanted === "") return;
  const taken = workspace.views.find((view) => view.appId === app.id && view.externalId === wanted);
  if (taken !== undefined && taken !== own) throw new SlackRefusal("duplicate_external_id");
}

/** Dialogs and the App Home (docs.slack.dev, reference/methods/views.*). */
export const viewMethods: Record<string, Method> = {
  "views.open": defineMethod({
    arguments: OpenArguments,
    run({ trigger: triggerId, view }, context) {
      const content = checkedView(view, "modal");
      refuseTakenExternalId(context, content);
      const { user } = redeem(context, triggerId);
      return answer(context, context.workspace.views.open({ appId: context.app.id, user, type: "modal", content }));
    },
  }),

  "views.push": defineMethod({
    arguments: OpenArguments,
    run({ trigger: triggerId, view }, context) {
      const content = checkedView(view, "modal");
      refuseTakenExternalId(context, content);
      const { user, viewId } = redeem(context, triggerId);
      const stack = context.workspace.views.stack(user);
      if (viewId === undefined || !stack.some(({ id }) => id === viewId)) throw new SlackRefusal("not_found");
      if (stack.length >= maxStack) throw new SlackRefusal("push_limit_reached");
      return answer(context, context.workspace.views.push({ appId: context.app.id, user, type: "modal", content }));
    },
  }),

  "views.update": defineMethod({
    arguments: z.looseObject({
      view: View,
      view_id: z.string().optional(),
      external_id: z.string().optional(),
      hash: z.string().optional(),
    }),
    run(input, context) {
      const { views } = context.workspace;
      const view = views.find(({ id, appId, externalId }) => {
        const named =
          input.view_id === undefined ? externalId === input.external_id && externalId !== "" : id === input.view_id;
        return named && appId === context.app.id;
      });
      if (view === undefined) throw new SlackRefusal("not_found");
      const content = checkedView(input.view, view.type);
      refuseTakenExternalId(context, content, view);
      if (input.hash !== undefined && input.hash !== view.hash) throw new SlackRefusal("hash_conflict");
      return answer(context, views.update(view, content));
    },
  }),

  "views.publish": defineMethod({
    arguments: z.looseObject({ user_id: z.string(), view: View, hash: z.string().optional() }),
    run(input, context) {
      const { workspace, app } = context;
      if (!workspace.users.has(input.user_id)) throw new SlackRefusal("user_not_found");
      const content = checkedView(input.view, "home");
      const current = workspace.views.home(app.id, input.user_id);
      if (input.hash !== undefined && input.hash !== "" && input.hash !== current?.hash)
        throw new SlackRefusal("hash_conflict");
      return answer(context, workspace.views.publish({ appId: app.id, user: input.user_id, type: "home", content }));
    },
  }),
};
