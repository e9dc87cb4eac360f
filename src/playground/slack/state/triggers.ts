import { mintId, mintSecret } from "./ids.js";

const lifetimeMs = 3_000;
const keptMs = 60_000;

/** What a `trigger_id` stands for: one person's gesture, which may open one dialog within three seconds. */
export interface Trigger {
  appId: string;
  user: string;
  /** The dialog in which the gesture was made, needed by `views.push`. */
  viewId?: string;
}

export type TriggerUse = Trigger | "invalid_trigger_id" | "expired_trigger_id" | "exchanged_trigger_id";

/** Trigger ids: 3 s, single use (docs.slack.dev, interactivity/handling-user-interaction). */
export class Triggers {
  readonly #known = new Map<string, Trigger & { at: number; used: boolean }>();

  mint(trigger: Trigger, now = Date.now()): string {
    for (const [id, { at }] of this.#known) {
      if (now - at < keptMs) break;
      this.#known.delete(id);
    }
    const id = `${now}.${mintId("", 8)}.${mintSecret()}`;
    this.#known.set(id, { ...trigger, at: now, used: false });
    return id;
  }

  use(id: string, appId: string, now = Date.now()): TriggerUse {
    const trigger = this.#known.get(id);
    if (trigger?.appId !== appId) return "invalid_trigger_id";
    if (trigger.used) return "exchanged_trigger_id";
    if (now - trigger.at > lifetimeMs) return "expired_trigger_id";
    trigger.used = true;
    return trigger;
  }
}
