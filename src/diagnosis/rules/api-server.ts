import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { factorOf, findTrend, type Grid, rose, type Trend } from "../find-trend.js";
import { combine, type LaidSeries, metricsOf } from "../metric-index.js";
import { measureEvidence, timeOf } from "../metric-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refText, type ScopeModel } from "../scope-model.js";

const rules = describeRules("api server", [
  [
    "apiserver-overloaded",
    "API server refuses requests",
    "apiserver_flowcontrol_rejected_requests_total grows, or answers of code 429 are 1 % and more",
  ],
]);

interface Refusal {
  metric: string;
  trend: Trend;
  /** The label that most of them bear. */
  by: { kind: string; name: string } | undefined;
}

function largest(series: readonly LaidSeries[], grid: Grid, label: string): string | undefined {
  const levels = series.flatMap(({ labels, values }) => {
    const trend = findTrend(values, grid);
    return trend && labels[label] !== undefined ? [{ name: labels[label], now: trend.now }] : [];
  });
  return levels.sort((left, right) => right.now - left.now || (left.name < right.name ? -1 : 1))[0]?.name;
}

function refusals(model: ScopeModel): Refusal | undefined {
  const metrics = metricsOf(model);
  const { grid } = metrics;
  if (!grid) return undefined;
  const total = (series: readonly LaidSeries[]) =>
    findTrend(
      combine(
        series.map(({ values }) => values),
        "sum",
      ),
      grid,
    );
  const rejected = metrics.named("apiserver_flowcontrol_rejected_requests_total");
  const lost = total(rejected);
  if (lost?.goesOn && lost.now >= 0.1 && (lost.since === undefined || rose(lost, 1.5))) {
    const flow = largest(rejected, grid, "flow_schema");
    const level = largest(rejected, grid, "priority_level");
    const by =
      flow !== undefined
        ? { kind: "FlowSchema", name: flow }
        : level !== undefined
          ? { kind: "PriorityLevelConfiguration", name: level }
          : undefined;
    return { metric: "apiserver_flowcontrol_rejected_requests_total", trend: lost, by };
  }
  const requests = metrics.named("apiserver_request_total");
  const refused = requests.filter(({ labels }) => labels["code"] === "429");
  const [all, bad] = [total(requests), total(refused)];
  if (!all || !bad?.goesOn || bad.now < 0.1 || bad.now < all.now * 0.01 || factorOf(bad) < 1) return undefined;
  return { metric: "apiserver_request_total", trend: bad, by: undefined };
}

/** An API server that refuses requests because it has too many. */
export const apiServerFamily: RuleFamily = {
  rules,
  evaluate(model): Cause[] {
    const found = refusals(model);
    if (!found) return [];
    const { metric, trend, by } = found;
    const service = model.find("Service", "default", "kubernetes");
    const object: KubernetesObject =
      by !== undefined
        ? { apiVersion: "flowcontrol.apiserver.k8s.io/v1", kind: by.kind, metadata: { name: by.name } }
        : (service ?? { apiVersion: "v1", kind: "Service", metadata: { name: "kubernetes", namespace: "default" } });
    const rate = Number(trend.now.toPrecision(2));
    return [
      buildCause(model, {
        causeId: "apiserver-overloaded",
        object,
        pods: [],
        symptom: object,
        summary: `The API server refuses ${rate} requests a second${by === undefined ? "" : `, most of ${by.kind} ${by.name}`}`,
        evidence: [measureEvidence(refText(object), metric, `${rate}/s refused`, trend.since)],
        effects: [],
        explains: [],
        ...(trend.since === undefined ? {} : { since: timeOf(trend.since) }),
      }),
    ];
  },
};
