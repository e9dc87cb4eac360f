import type { Snapshot } from "../../domain/snapshot.js";
import { dependenciesOf } from "../dependency-graph.js";
import { behindService } from "../resolve-subject.js";
import { refText, type ScopeModel } from "../scope-model.js";
import { replicasOf } from "../workload-health.js";
import { scopedModel } from "./scoped-model.js";

const most = 40;

/** `Deployment/shop/store (0 of 2 available)`; null for what lies in another namespace. */
function describeEnd(model: ScopeModel, namespace: string, key: string): string | null {
  const [kind = "", of = "", name = ""] = key.split("/");
  if (of !== namespace) return null;
  const workload = model.find(kind, of, name);
  const replicas = workload && replicasOf(workload);
  if (!workload) return `${key} (not in the snapshot)`;
  return replicas ? `${key} (${replicas.available} of ${replicas.wanted} available)` : key;
}

/**
 * Whom a workload calls and who calls it, as settings, logs and metrics name them; of a pod or a Service, those of the
 * workload behind it. Null where there is no such object.
 */
export function listDependencies(
  snapshot: Snapshot,
  namespace: string,
  { kind, name }: { kind: string; name: string },
): string[] | null {
  const model = scopedModel(snapshot, namespace);
  const object = model.find(kind, namespace, name);
  if (!object) return null;
  const key = refText(kind === "Service" ? behindService(model, object) : model.topOwner(object));
  const graph = dependenciesOf(model);
  const lines = (verb: string, ends: ReadonlySet<string>): string[] => {
    const shown = [...ends].sort().map((end) => describeEnd(model, namespace, end));
    const mine = shown.filter((end) => end !== null);
    const rest = Math.max(mine.length - most, 0) + shown.length - mine.length;
    return [
      ...mine.slice(0, most).map((end) => `${key} ${verb} ${end}`),
      ...(rest > 0 ? [`${key} ${verb} ${rest} more, left out or in other namespaces`] : []),
      ...(ends.size === 0 ? [`${key} ${verb} nobody, as far as settings, logs and metrics tell`] : []),
    ];
  };
  return [...lines("calls", graph.calleesOf(key)), ...lines("is called by", graph.callersOf(key))];
}
