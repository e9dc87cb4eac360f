import type { Clock } from "../clock.js";
import { StatusError } from "../status-error.js";
import type { Store } from "../store.js";
import type { EventRecorder } from "./events.js";

/** What every controller works with. */
export interface ControllerContext {
  store: Store;
  clock: Clock;
  events: EventRecorder;
}

/** Brings the world one step nearer to what is wanted; called after changes of its kinds, and safe to call at any time. */
export interface Controller {
  kinds: readonly string[];
  reconcile(): void;
}

const retryMs = 100;

/**
 * Calls controllers when something changed: once for all changes of one moment. One that meets a conflict, such as the
 * name of something that is on its way out, is called again a little later.
 */
export function runControllers({ store, clock }: ControllerContext, controllers: readonly Controller[]): void {
  const waiting = new Set<Controller>();
  let planned = false;
  const run = (): void => {
    planned = false;
    const due = [...waiting];
    waiting.clear();
    for (const controller of due) {
      try {
        controller.reconcile();
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        waiting.add(controller);
      }
    }
    if (waiting.size > 0) plan(retryMs);
  };
  const plan = (milliseconds: number): void => {
    if (planned) return;
    planned = true;
    clock.after(milliseconds, run);
  };
  store.subscribe(({ resource }) => {
    for (const controller of controllers) if (controller.kinds.includes(resource.kind)) waiting.add(controller);
    if (waiting.size > 0) plan(0);
  });
}
