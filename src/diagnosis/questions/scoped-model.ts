import { at, type KubernetesObject, textAt } from "../../domain/kubernetes-object.js";
import type { Snapshot } from "../../domain/snapshot.js";
import { labelOf, namespaceLabels } from "../metric-index.js";
import { buildScopeModel, type ScopeModel } from "../scope-model.js";

const known = new WeakMap<Snapshot, Map<string, ScopeModel>>();

/**
 * The model of what a snapshot has of one namespace and of the cluster: nothing of another namespace can be asked for
 * through it. Built at the first question.
 */
export function scopedModel(snapshot: Snapshot, namespace: string): ScopeModel {
  const models = known.get(snapshot) ?? new Map<string, ScopeModel>();
  known.set(snapshot, models);
  const found = models.get(namespace);
  if (found) return found;
  const mine = ({ metadata }: KubernetesObject) =>
    metadata.namespace === undefined || metadata.namespace === "" || metadata.namespace === namespace;
  const { metrics, changes } = snapshot;
  const only: Snapshot = {
    ...snapshot,
    meta: { ...snapshot.meta, scope: { ...snapshot.meta.scope, namespaces: [namespace] } },
    objects: snapshot.objects.filter(mine),
    events: snapshot.events.filter(
      (event) => mine(event) && (textAt(event, "involvedObject", "namespace") ?? namespace) === namespace,
    ),
    logs: snapshot.logs.filter((log) => log.namespace === namespace),
    ...(metrics && {
      metrics: metrics.filter(({ labels }) => (labelOf(labels, ...namespaceLabels) ?? namespace) === namespace),
    }),
    ...(changes && {
      changes: changes.filter((change) => (textAt(at(change, "object"), "namespace") ?? namespace) === namespace),
    }),
  };
  const model = buildScopeModel(only, new Date(Date.parse(snapshot.meta.now) || 0));
  models.set(namespace, model);
  return model;
}
