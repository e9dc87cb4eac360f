import { expired, StatusError } from "../status-error.js";
import { apiVersionOf, type Resource } from "../objects/resources.js";
import type { Stored } from "../objects/stored.js";
import type { Change, Store } from "../store.js";
import type { Call } from "./call.js";
import { selects } from "./read.js";

/** Where a watch writes its lines, and learns that nobody reads any more. */
export interface Sink {
  write(line: string): void;
  end(): void;
  onClose(closed: () => void): void;
}

const bookmarkMs = 10_000;
const longestSeconds = 1_800;

function startVersion(query: Call["query"]): number {
  const text = query["resourceVersion"] ?? "";
  if (!/^\d*$/.test(text)) {
    throw new StatusError(
      500,
      undefined,
      `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    );
  }
  return Number(text);
}

/**
 * Follows a collection: what changed since a version, then what changes, as JSON lines. Without a version (or with 0)
 * it begins with what is there. A version that is forgotten is answered inside the stream by an ERROR with code 410.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function startWatch(
  store: Store,
  resource: Resource,
  namespace: string | undefined,
  query: Call["query"],
): (sink: Sink) => void {
  const matches = selects(query);
  const from = startVersion(query);
  const inScope = (object: Stored) =>
    (namespace === undefined || object.metadata.namespace === namespace) && matches(object);

  return (sink) => {
    const send = (type: string, object: object) => {
      sink.write(`${JSON.stringify({ type, object })}\n`);
    };
    const tell = (change: Change) => {
      if (change.resource.kind !== resource.kind) return;
      const is = change.type !== "DELETED" && inScope(change.object);
      const was = change.previous !== undefined && inScope(change.previous);
      // What no longer fits the selector is gone for this watch.
      if (is) send(was ? "MODIFIED" : "ADDED", change.object);
      else if (was) send("DELETED", change.object);
    };
    const missed = from === 0 ? [] : store.changesSince(resource.kind, from);
    if (!missed) {
      send("ERROR", expired(`too old resource version: ${from} (${store.version})`).body);
      sink.end();
      return;
    }
    if (from === 0) for (const object of store.all(resource.kind, namespace).filter(inScope)) send("ADDED", object);
    missed.forEach(tell);
    const unsubscribe = store.subscribe(tell);
    const bookmark = () => {
      if (query["allowWatchBookmarks"] !== "true") return;
      send("BOOKMARK", {
        kind: resource.kind,
        apiVersion: apiVersionOf(resource),
        metadata: { resourceVersion: String(store.version), creationTimestamp: null },
      });
    };
    const beat = setInterval(bookmark, bookmarkMs);
    const seconds = Math.min(Number(query["timeoutSeconds"] ?? longestSeconds), longestSeconds);
    const end = setTimeout(() => {
      bookmark();
      sink.end();
    }, seconds * 1_000);
    sink.onClose(() => {
      unsubscribe();
      clearInterval(beat);
      clearTimeout(end);
    });
  };
}
