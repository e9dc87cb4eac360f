import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { componentsOf } from "../build-components.js";
import { containersOf } from "../container-state.js";
import { labelOf, namespaceOf, podLabels } from "../metric-index.js";
import { formatPercent, measureEvidence, timeOf } from "../metric-evidence.js";
import type { Cause, RuleFamily } from "../rule.js";
import { refText, type ScopeModel } from "../scope-model.js";
import { pointsOf } from "../series-points.js";

interface Restarts {
  times: number;
  last: number;
}

const hour = 3_600;

/** How often the container of a pod was started again in the last hour, as its restart counter tells it. */
function restartsIn(model: ScopeModel, pod: string, namespace: string | undefined): Restarts {
  const now = model.now.getTime() / 1_000;
  let found: Restarts = { times: 0, last: 0 };
  for (const series of model.snapshot.metrics ?? []) {
    if (series.name !== "kube_pod_container_status_restarts_total") continue;
    if (labelOf(series.labels, ...podLabels) !== pod || namespaceOf(model, series.labels) !== namespace) continue;
    const points = pointsOf(series).filter(([time]) => time >= now - hour);
    for (let index = 1; index < points.length; index += 1) {
      const grew = (points[index]?.[1] ?? 0) - (points[index - 1]?.[1] ?? 0);
      if (grew > 0) found = { times: found.times + grew, last: Math.max(found.last, points[index]?.[0] ?? 0) };
    }
  }
  return found;
}

/** Does a metric say that the last run of a pod's container ended for memory? */
function saysKilled(model: ScopeModel, pod: string, namespace: string | undefined): boolean {
  return (model.snapshot.metrics ?? []).some(
    (series) =>
      series.name === "kube_pod_container_status_last_terminated_reason" &&
      series.labels["reason"] === "OOMKilled" &&
      labelOf(series.labels, ...podLabels) === pod &&
      namespaceOf(model, series.labels) === namespace &&
      (series.points.at(-1)?.[1] ?? 0) > 0,
  );
}

/** Containers that start again and again with their memory at its limit, where no status tells how they ended. */
export const memoryUsageFamily: RuleFamily = {
  rules: [],
  evaluate(model, explained) {
    const restarted = (model.snapshot.metrics ?? []).some(
      ({ name }) => name === "kube_pod_container_status_restarts_total",
    );
    if (!restarted) return [];
    return componentsOf(model).flatMap((component): Cause[] => {
      const { owner, namespace, signals } = component;
      const ratio = signals.get("memoryOfLimit");
      if (!ratio || ratio.peak < 0.9 || explained.has(owner)) return [];
      const names = podNamesOf(model, owner, component.key);
      const tried = names.map((name) => ({ name, ...restartsIn(model, name, namespace) }));
      const worst = tried.sort((left, right) => right.times - left.times || (left.name < right.name ? -1 : 1))[0];
      if (!worst || worst.times < 2 || model.now.getTime() / 1_000 - worst.last > 1_800) return [];
      const pod = model.find("Pod", namespace, worst.name);
      // Its status tells how it ended: the rules that read it have had their say.
      if (pod && (explained.pod(pod) || containersOf(pod).some(({ before, ended }) => before ?? ended))) return [];
      const said = saysKilled(model, worst.name, namespace);
      const pods = pod ? [pod] : [];
      return [
        buildCause(model, {
          causeId: "container-oom-killed",
          object: owner,
          pods,
          symptom: owner,
          summary: `${component.name}: it was started again ${worst.times} times in the last hour, and its memory reached ${formatPercent(ratio.peak)} of its limit`,
          evidence: [
            measureEvidence(
              refText(owner),
              "container_memory_working_set_bytes",
              `largest value ${formatPercent(ratio.peak)} of its limit`,
            ),
            measureEvidence(
              refText(owner),
              "kube_pod_container_status_restarts_total",
              `${worst.times} restarts in the last hour`,
              worst.last,
            ),
            ...(said
              ? [measureEvidence(refText(owner), "kube_pod_container_status_last_terminated_reason", "OOMKilled")]
              : []),
          ],
          confidence: said ? "confirmed" : "likely",
          severity: "critical",
          since: timeOf(ratio.since ?? worst.last),
          notChecked: said ? [] : ["how the container ended: no status"],
          explains: [owner, ...pods],
        }),
      ];
    });
  },
};

function podNamesOf(model: ScopeModel, owner: KubernetesObject, key: string): string[] {
  const known = model.podsOf(owner).map(({ metadata }) => metadata.name);
  if (known.length > 0) return known;
  const name = key.split("/").at(-1) ?? key;
  const named = (model.snapshot.metrics ?? []).flatMap(({ labels }) => labelOf(labels, ...podLabels) ?? []);
  return [...new Set(named)].filter((pod) => pod === name || pod.startsWith(`${name}-`));
}
