import { once } from "node:events";
import type { JsonObject } from "../state/ids.js";
import type { Notice } from "../state/workspace.js";
import { personNamed, presentView, type Gestures } from "./person.js";

const publishWaitMs = 1_000;

/** Waits until the person's Home is published anew, at most a second: an app publishes when it hears of the opening. */
async function published(gestures: Gestures, user: string): Promise<void> {
  const signal = AbortSignal.timeout(publishWaitMs);
  try {
    for (;;) {
      const [notice] = (await once(gestures.workspace.events, "notice", { signal })) as [Notice];
      if (notice.kind === "home" && notice.user === user) return;
    }
  } catch {
    // Nothing was published in time: what is there is shown.
  }
}

/** The App Home of the first app as the person would find it; null when none was published. */
export function lookAtHome(gestures: Gestures, name: string): JsonObject | null {
  const user = personNamed(gestures.workspace, name);
  const [app] = gestures.workspace.apps;
  const home = app && gestures.workspace.views.home(app.id, user.id);
  return app === undefined || home === undefined ? null : presentView(gestures, app, home);
}

/** Somebody opens the App Home of the first app: `app_home_opened` goes out, and the view that is there then is shown. */
export async function openHome(gestures: Gestures, name: string): Promise<JsonObject | null> {
  const { workspace, dispatcher } = gestures;
  const user = personNamed(workspace, name);
  const [app] = workspace.apps;
  if (app === undefined) return null;
  const before = workspace.views.home(app.id, user.id);
  if (app.events.includes("app_home_opened")) {
    const waiting = published(gestures, user.id);
    const channel = workspace.directMessage(app.botUser, user.id).id;
    const view = before === undefined ? {} : { view: presentView(gestures, app, before) };
    const event = {
      type: "app_home_opened",
      user: user.id,
      channel,
      event_ts: workspace.messages.nextTs(),
      tab: "home",
      ...view,
    };
    dispatcher.sendEvent(app, workspace.world.team.id, event, false);
    await waiting;
  }
  return lookAtHome(gestures, name);
}
