import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { isKubeClawError, KubeClawError } from "../../domain/errors.js";
import { KubernetesObject, numberAt } from "../../domain/kubernetes-object.js";
import type { KubernetesApi } from "./api.js";
import { listAll } from "./list-all.js";
import { resourcePath, type Target } from "./resource-paths.js";

export interface CollectionHandler {
  /** Every object after a (re)list: what is not among them is gone. */
  onList(objects: readonly KubernetesObject[]): void;
  onChange(object: KubernetesObject, deleted: boolean): void;
  onError(error: unknown): void;
}

/** A connection that is silent for longer than the server lets a watch live is dead. */
const idleMs = 30_000;
const watchSeconds = 25;
/** How long we rely on watches alone: what lies on the way may swallow changes and pass bookmarks on. */
const listAgainMs = 45_000;

/** Where a watch goes on; null where only a list can say what is there. */
interface Position {
  resourceVersion: string | null;
}

/**
 * Follows a collection until aborted: list, then watch from there, for ever. A watch that is cut or silent goes on
 * where it was; only an expired resourceVersion, a refusal and a minute gone by lead to a new list. Pauses are jittered.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function watchCollection(
  api: KubernetesApi,
  target: Target,
  labelSelector: string,
  handler: CollectionHandler,
  signal: AbortSignal,
): Promise<void> {
  const position: Position = { resourceVersion: null };
  let listedAt = 0;
  let failures = 0;
  while (!isAborted(signal)) {
    const began = performance.now();
    try {
      if (position.resourceVersion === null || began - listedAt > listAgainMs) {
        const { items, resourceVersion } = await listAll(api, target, { labelSelector });
        handler.onList(items);
        position.resourceVersion = resourceVersion;
        listedAt = performance.now();
      }
      await watchOnce(api, target, labelSelector, position, handler, signal);
      if (performance.now() - began < 1_000) throw new KubeClawError("unavailable", "the watch ended at once");
      failures = 0;
    } catch (error) {
      if (isAborted(signal)) return;
      failures = performance.now() - began > 5_000 ? 1 : failures + 1;
      if (isKubeClawError(error) && !["unavailable", "throttled"].includes(error.code)) position.resourceVersion = null;
      handler.onError(error);
      const asked = isKubeClawError(error) ? (error.retryAfterMs ?? 0) : 0;
      const pause = Math.min(100 * 2 ** failures, 5_000) * (0.5 + Math.random());
      await sleep(Math.max(pause, Math.min(asked, 30_000)), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Asked anew each time: the type checker takes the flag for a constant. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** One watch request; keeps the position to go on from, however it ends. */
async function watchOnce(
  api: KubernetesApi,
  target: Target,
  labelSelector: string,
  position: Position,
  handler: CollectionHandler,
  signal: AbortSignal,
): Promise<void> {
  const idle = new AbortController();
  const timer = setTimeout(() => {
    idle.abort();
  }, idleMs);
  try {
    const response = await api.open({
      path: resourcePath(target),
      query: {
        watch: "true",
        labelSelector,
        resourceVersion: position.resourceVersion ?? undefined,
        allowWatchBookmarks: "true",
        timeoutSeconds: watchSeconds,
      },
      signal: AbortSignal.any([signal, idle.signal]),
    });
    if (!response.body) return;
    for await (const line of createInterface(Readable.fromWeb(response.body))) {
      timer.refresh();
      const event = JSON.parse(line) as { type: string; object: unknown };
      if (event.type === "ERROR") {
        throw new KubeClawError("conflict", `watch ended by the server (${numberAt(event.object, "code") ?? "error"})`);
      }
      const object = KubernetesObject.parse(event.object);
      position.resourceVersion = object.metadata.resourceVersion ?? position.resourceVersion;
      if (event.type !== "BOOKMARK") handler.onChange(object, event.type === "DELETED");
    }
  } finally {
    clearTimeout(timer);
    idle.abort();
  }
}
