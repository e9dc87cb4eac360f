import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import { listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { findTrend } from "../find-trend.js";
import { labelOf, type LaidSeries, metricsOf, namespaceOf, ratioOf } from "../metric-index.js";
import { formatPercent, measureEvidence, timeOf } from "../metric-evidence.js";
import { isNamedByAlert } from "../named-by-alert.js";
import { formatBytes } from "../parse-quantity.js";
import type { Cause, RuleFamily } from "../rule.js";
import { refText, type ScopeModel } from "../scope-model.js";

interface Usage {
  claim: KubernetesObject;
  /** The free part of the volume, step by step. */
  free: readonly number[];
  size: number;
  what: "space" | "inodes";
  metric: string;
}

const claimOf = ({ labels }: LaidSeries) => labelOf(labels, "persistentvolumeclaim", "pvc", "persistent_volume_claim");

function usages(model: ScopeModel): Usage[] {
  const metrics = metricsOf(model);
  const key = (series: LaidSeries) => `${namespaceOf(model, series.labels) ?? ""}/${claimOf(series) ?? ""}`;
  const read = (what: Usage["what"], whole: string, part: string, used: boolean): Usage[] => {
    const sizes = new Map(metrics.named(whole).map((series) => [key(series), series]));
    const seen = new Set<string>();
    return metrics.named(part).flatMap((series) => {
      const name = claimOf(series);
      const size = sizes.get(key(series));
      // A volume that several pods mount is measured once for each of them.
      if (name === undefined || !size || seen.has(key(series))) return [];
      seen.add(key(series));
      const namespace = namespaceOf(model, series.labels);
      const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
      const claim = model.find("PersistentVolumeClaim", namespace, name) ?? {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata,
      };
      const ratio = ratioOf(series.values, size.values);
      return [{ claim, free: used ? ratio.map((value) => 1 - value) : ratio, size: size.last, what, metric: part }];
    });
  };
  const free = read("space", "kubelet_volume_stats_capacity_bytes", "kubelet_volume_stats_available_bytes", false);
  const used = read("space", "kubelet_volume_stats_capacity_bytes", "kubelet_volume_stats_used_bytes", true);
  const inodes = read("inodes", "kubelet_volume_stats_inodes", "kubelet_volume_stats_inodes_free", false);
  return [...(free.length > 0 ? free : used), ...inodes];
}

/** Volumes that are full or nearly so, as the kubelet measures them. The rule stands with those that read logs. */
export const volumeUsageFamily: RuleFamily = {
  rules: [],
  evaluate(model) {
    const { grid } = metricsOf(model);
    if (!grid) return [];
    return usages(model).flatMap(({ claim, free, size, what, metric }): Cause[] => {
      const trend = findTrend(free, grid);
      if (!trend?.goesOn || trend.now > 0.05) return [];
      const { namespace, name } = claim.metadata;
      const pods = model.pods.filter(
        (pod) =>
          pod.metadata.namespace === namespace &&
          listAt(pod, "spec", "volumes").some(
            (volume) => textAt(volume, "persistentVolumeClaim", "claimName") === name,
          ),
      );
      const full = trend.now <= 0.01;
      const asked = [claim, ...pods].some((object) => isNamedByAlert(model, object));
      const of = what === "space" ? ` of ${formatBytes(size)}` : " of its inodes";
      return [
        buildCause(model, {
          causeId: "volume-full",
          object: claim,
          pods: [],
          symptom: pods[0] ?? claim,
          summary: `Volume ${name} is ${full ? "full" : "nearly full"}: ${formatPercent(Math.max(0, trend.now))}${of} is left`,
          evidence: [
            measureEvidence(refText(claim), metric, `${formatPercent(Math.max(0, trend.now))}${of} left`, trend.since),
          ],
          severity: full || asked ? "critical" : "warning",
          effects: [],
          ...(trend.since === undefined ? {} : { since: timeOf(trend.since) }),
          explains: full ? [claim] : [],
        }),
      ];
    });
  },
};
