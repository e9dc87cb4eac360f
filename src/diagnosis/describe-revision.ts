import { canonicalJson } from "../domain/canonical-json.js";
import { cutText } from "../domain/cut-text.js";
import { at, type KubernetesObject, listAt, textAt } from "../domain/kubernetes-object.js";
import { revisionOf } from "./object-index.js";
import { lastGoodRevision } from "./propose-rollout-undo.js";
import { refText, type ScopeModel } from "./scope-model.js";

/** The last time that a workload's pods were given another template. */
export interface Rollout {
  /** Milliseconds since 1970. */
  at: number;
  /** Empty where only a record of the change tells of it. */
  revision: string;
  ref: string;
  path: string;
  quote: string;
}

const fields = ["image", "command", "args", "resources", "livenessProbe", "readinessProbe", "startupProbe", "env"];

function text(value: unknown): string {
  return value === undefined ? "none" : typeof value === "string" ? value : cutText(canonicalJson(value), 80);
}

/** What differs between two revisions of a workload, container by container. */
export function describeDifference(older: KubernetesObject, newer: KubernetesObject): string[] {
  const of = (revision: KubernetesObject) => listAt(revision, "spec", "template", "spec", "containers");
  return of(newer).flatMap((container) => {
    const name = textAt(container, "name") ?? "";
    const before = of(older).find((entry) => textAt(entry, "name") === name);
    if (before === undefined) return [`container ${name} is new`];
    return fields.flatMap((field) => {
      const [from, to] = [at(before, field), at(container, field)];
      if (canonicalJson(from ?? null) === canonicalJson(to ?? null)) return [];
      if (field !== "env") return [`${name}: ${field} ${text(from)} -> ${text(to)}`];
      const value = (list: unknown, wanted: string) =>
        canonicalJson(listAt(list).find((entry) => textAt(entry, "name") === wanted) ?? null);
      const names = [...new Set([...listAt(from), ...listAt(to)].flatMap((entry) => textAt(entry, "name") ?? []))];
      // Values of settings may be secret: their names are enough.
      return [
        `${name}: env ${names
          .filter((entry) => value(from, entry) !== value(to, entry))
          .slice(0, 5)
          .join(", ")}`,
      ];
    });
  });
}

/** The newest rollout of a Deployment that had another revision before; undefined where none is known. */
export function lastRollout(model: ScopeModel, owner: KubernetesObject): Rollout | undefined {
  const { namespace, name } = owner.metadata;
  const found: Rollout[] = [];
  const [newest] = model.revisions(owner);
  const good = newest && lastGoodRevision(model, owner);
  const made = Date.parse(newest?.metadata.creationTimestamp ?? "");
  if (newest && good && !Number.isNaN(made)) {
    const differs = describeDifference(good, newest);
    found.push({
      at: made,
      revision: String(revisionOf(newest)),
      ref: refText(newest),
      path: "spec.template",
      quote: `revision ${revisionOf(newest)}${differs.length > 0 ? `: ${differs.slice(0, 4).join("; ")}` : ""}`,
    });
  }
  for (const change of model.snapshot.changes ?? []) {
    const time = Date.parse(change.at);
    const about = change.object?.name === name && (change.object.namespace ?? namespace) === namespace;
    if (change.kind !== "rollout" || Number.isNaN(time) || !about) continue;
    found.push({ at: time, revision: "", ref: refText(owner), path: "changes: rollout", quote: change.summary });
  }
  found.sort((left, right) => right.at - left.at || (left.path < right.path ? -1 : 1));
  return found.find((rollout) => rollout.at <= model.now.getTime());
}
