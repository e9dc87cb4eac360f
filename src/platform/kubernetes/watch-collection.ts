import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeClawError } from "../../domain/errors.js";
import { KubernetesObject, numberAt } from "../../domain/kubernetes-object.js";
import type { KubernetesApi } from "./api.js";
import { resourcePath, type Target } from "./resource-paths.js";

export interface CollectionHandler {
  /** Every object after a (re)list: what is not among them is gone. */
  onList(objects: readonly KubernetesObject[]): void;
  onChange(object: KubernetesObject, deleted: boolean): void;
  onError(error: unknown): void;
}

const idleMs = 30_000;

/**
 * Follows a collection until aborted: list, then watch from there, for ever. Any error, a silent connection and an
 * expired resourceVersion lead to a new list after a jittered pause, so nothing is missed for longer than that.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export async function watchCollection(
  api: KubernetesApi,
  target: Target,
  labelSelector: string,
  handler: CollectionHandler,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const objects: KubernetesObject[] = [];
      let resourceVersion = "";
      let page: string | undefined;
      do {
        const list = await api.list(target, { labelSelector, continue: page });
        objects.push(...list.items);
        resourceVersion = list.resourceVersion;
        page = list.continue;
      } while (page !== undefined);
      handler.onList(objects);
      failures = 0;
      for (;;) resourceVersion = await watchOnce(api, target, labelSelector, resourceVersion, handler, signal);
    } catch (error) {
      if (isAborted(signal)) return;
      failures += 1;
      handler.onError(error);
      await sleep(Math.min(200 * 2 ** failures, 5_000) * (0.5 + Math.random()), undefined, { signal }).catch(
        () => undefined,
      );
    }
  }
}

/** Asked anew each time: the type checker takes the flag for a constant. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** One watch request; resolves with the resourceVersion to go on from when the server ends it in the regular way. */
async function watchOnce(
  api: KubernetesApi,
  target: Target,
  labelSelector: string,
  from: string,
  handler: CollectionHandler,
  signal: AbortSignal,
): Promise<string> {
  const idle = new AbortController();
  let timer = setTimeout(() => {
    idle.abort();
  }, idleMs);
  let resourceVersion = from;
  try {
    const response = await api.open({
      path: resourcePath(target),
      query: { watch: "true", labelSelector, resourceVersion, allowWatchBookmarks: "true", timeoutSeconds: 25 },
      signal: AbortSignal.any([signal, idle.signal]),
    });
    if (!response.body) return resourceVersion;
    for await (const line of createInterface(Readable.fromWeb(response.body))) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        idle.abort();
      }, idleMs);
      const event = JSON.parse(line) as { type: string; object: unknown };
      if (event.type === "ERROR") {
        throw new KubeClawError(
          "conflict",
          `watch ended by the server (${numberAt(event.object, "code") ?? "error"})`,
          { retryable: true },
        );
      }
      const object = KubernetesObject.parse(event.object);
      resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
      if (event.type !== "BOOKMARK") handler.onChange(object, event.type === "DELETED");
    }
    return resourceVersion;
  } finally {
    clearTimeout(timer);
    idle.abort();
  }
}
