import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { FieldChange } from "../domain/plan.js";

/** What a server sets by itself on every write: never part of a difference. */
const volatile = ["status", "metadata.managedFields", "metadata.resourceVersion", "metadata.generation"];

function isVolatile(path: string): boolean {
  return volatile.some((prefix) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`));
}

/** Leaves of a JSON value by path. Lists of named things are keyed by name, so that an order is no difference. */
function leaves(value: unknown, path: string, into: Map<string, string>): void {
  if (isVolatile(path)) return;
  if (Array.isArray(value)) {
    value.forEach((entry: unknown, index) => {
      const name = (entry as { name?: unknown } | null)?.name;
      leaves(entry, `${path}[${typeof name === "string" ? name : index}]`, into);
    });
    if (value.length === 0) into.set(path, "[]");
  } else if (value !== null && typeof value === "object") {
    const entries = Object.entries(value);
    for (const [key, entry] of entries) leaves(entry, path === "" ? key : `${path}.${key}`, into);
    if (entries.length === 0) into.set(path, "{}");
  } else {
    into.set(path, JSON.stringify(value));
  }
}

/** The normalised difference of two states of one object: fields, old to new, in the order of their paths. */
export function buildDiff(before: KubernetesObject, after: KubernetesObject): FieldChange[] {
  const old = new Map<string, string>();
  const fresh = new Map<string, string>();
  leaves(before, "", old);
  leaves(after, "", fresh);
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((path) => old.get(path) !== fresh.get(path))
    .sort()
    .map((path) => ({ path, from: old.get(path) ?? null, to: fresh.get(path) ?? null }));
}
