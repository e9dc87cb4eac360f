import type { Verdict } from "../../domain/diagnosis.js";
import { at, type KubernetesObject, listAt, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence, logEvidence } from "../build-evidence.js";
import { isNearName } from "../near-name.js";
import { declaredPorts, listeningPort, probeSpec } from "../parse-probe.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, type ScopeModel } from "../scope-model.js";
import { isReady, selects } from "../workload-health.js";
import { textsAt } from "../texts-at.js";

const rules = describeRules("service", [
  [
    "service-selector-mismatch",
    "Selector matches no pod",
    "no pod and no workload has the selector's labels",
    "propose",
  ],
  [
    "service-target-port-mismatch",
    "Target port is not the pods' port",
    "targetPort is no port of the selected pods",
    "propose",
  ],
]);

type Labels = Record<string, string>;

function labelsOf(workload: KubernetesObject): Labels {
  return textsAt(workload, "spec", "template", "metadata", "labels");
}

function workloadsIn(model: ScopeModel, namespace: string | undefined): KubernetesObject[] {
  return ["Deployment", "StatefulSet", "DaemonSet"].flatMap((kind) => model.list(kind, namespace));
}

const shown = (labels: readonly (readonly [string, unknown])[]) =>
  labels.map(([key, value]) => `${key}=${String(value)}`).join(",");

/**
 * How near a workload is to what a selector means: shared pairs, and its name. 0 where nothing but a label that others
 * share, too, speaks for it.
 */
function nearness(
  service: KubernetesObject,
  selector: readonly [string, unknown][],
  workload: KubernetesObject,
): number {
  const labels = labelsOf(workload);
  const { name } = workload.metadata;
  const called = service.metadata.name;
  const equal = selector.filter(([key, value]) => labels[key] === value).length;
  const alike = selector.filter(([key, value]) => isNearName(labels[key] ?? "", String(value))).length;
  const related = name === called ? 2 : isNearName(name, called) ? 1 : 0;
  const meant = selector.some(([, value]) => value === name) ? 1 : 0;
  return alike + related + meant === 0 ? 0 : equal * 2 + alike + related + meant;
}

/** The Ingresses that send to a Service: what a person outside sees of it. */
function ingressesTo(model: ScopeModel, service: KubernetesObject): Verdict["effects"] {
  const { name, namespace } = service.metadata;
  return model
    .list("Ingress", namespace)
    .filter((ingress) =>
      listAt(ingress, "spec", "rules").some((rule) =>
        listAt(rule, "http", "paths").some((path) => textAt(path, "backend", "service", "name") === name),
      ),
    )
    .map((ingress) => ({ object: refOf(ingress), summary: `Ingress ${ingress.metadata.name} sends to it` }));
}

function selectorMismatch(model: ScopeModel, service: KubernetesObject): Cause[] {
  const { namespace, name } = service.metadata;
  const selector = Object.entries(textsAt(service, "spec", "selector"));
  if (selector.length === 0 || !model.knows("Pod") || textAt(service, "spec", "type") === "ExternalName") return [];
  if (model.podsBehind(service).length > 0) return [];
  const workloads = workloadsIn(model, namespace);
  // A workload that would match has no pods for a reason of its own: scaled to zero, or not admitted.
  if (workloads.some((workload) => selects(service, labelsOf(workload)))) return [];
  const ranked = workloads
    .map((workload) => ({ workload, near: nearness(service, selector, workload) }))
    .filter(({ near }) => near >= 1)
    .sort((left, right) => right.near - left.near);
  const [best, second] = ranked;
  const meant = best && (second === undefined || second.near < best.near) ? best.workload : undefined;
  const different = meant
    ? selector
        .filter(([key, value]) => labelsOf(meant)[key] !== value)
        .map(([key]) => [key, labelsOf(meant)[key] ?? "nothing"] as const)
    : [];
  const taken =
    meant && model.list("Service", namespace).some((other) => other !== service && selects(other, labelsOf(meant)));
  return [
    buildCause(model, {
      causeId: "service-selector-mismatch",
      object: service,
      pods: [],
      summary: meant
        ? `Service ${name} selects ${shown(selector)}, which no pod has; the pods of ${meant.metadata.name} have ${shown(different)}`
        : `Service ${name} selects ${shown(selector)}, which no pod in ${namespace ?? "its namespace"} has`,
      evidence: [
        fieldEvidence(service, "spec.selector", shown(selector)),
        ...(meant
          ? [fieldEvidence(meant, "spec.template.metadata.labels", shown(Object.entries(labelsOf(meant))))]
          : []),
      ],
      confidence: meant && !taken ? "confirmed" : "likely",
      severity: meant && !taken ? "critical" : "warning",
      effects: ingressesTo(model, service),
      onlyWithEffects: !meant || taken === true,
      since: service.metadata.creationTimestamp ?? undefined,
      explains: [service, ...(meant ? [meant] : [])],
    }),
  ];
}

function portMismatch(model: ScopeModel, service: KubernetesObject): Cause[] {
  const { name } = service.metadata;
  const pods = model.podsBehind(service).filter(isReady);
  const [first] = pods;
  if (!first) return [];
  const containers = model.containersIn(first).filter(({ init }) => !init);
  const declared = containers.flatMap(declaredPorts);
  const ports = listAt(service, "spec", "ports").map((port) => ({
    port: numberAt(port, "port"),
    target: at(port, "targetPort") ?? numberAt(port, "port"),
    protocol: textAt(port, "protocol") ?? "TCP",
  }));
  const known = (target: unknown) => declared.some((port) => port.number === target || port.name === target);
  const has = declared
    .map(({ number, name: called }) => (called === undefined ? String(number) : `${called}=${number}`))
    .join(", ");
  const build = (
    target: unknown,
    port: number | undefined,
    says: string,
    confidence: "confirmed" | "likely",
    more: Parameters<typeof buildCause>[1]["evidence"] = [],
  ): Cause =>
    buildCause(model, {
      causeId: "service-target-port-mismatch",
      object: service,
      pods: [],
      symptom: first,
      summary: `Service ${name} sends port ${port ?? ""} to ${String(target)}, ${says}`,
      evidence: [
        fieldEvidence(service, "spec.ports", `targetPort ${String(target)}`),
        fieldEvidence(first, "spec.containers.ports", has === "" ? "none" : has),
        ...more,
      ],
      confidence,
      severity: confidence === "confirmed" ? "critical" : "warning",
      effects: ingressesTo(model, service),
      onlyWithEffects: confidence === "likely",
      since: service.metadata.creationTimestamp ?? undefined,
      explains: [service],
    });
  // A name must be a container's port: the endpoints have no port for it otherwise.
  for (const { port, target, protocol } of ports)
    if (typeof target === "string" && target !== "" && !known(target) && protocol === "TCP")
      return [
        build(
          target,
          port,
          `which is the name of no port of its pods${has === "" ? "" : ` (they have ${has})`}`,
          "confirmed",
        ),
      ];
  // A number need not be declared; it is wrong where another one is shown to be the program's.
  if (
    declared.length === 0 ||
    ports.length === 0 ||
    ports.some(({ target }) => typeof target !== "number" || known(target))
  )
    return [];
  const target = ports[0]?.target;
  const port = ports[0]?.port;
  for (const container of containers) {
    const log = model.logsOf(container).find(({ lines }) => listeningPort(lines) !== undefined);
    const listens = log && listeningPort(log.lines);
    if (log && listens !== undefined) {
      if (ports.some((entry) => entry.target === listens)) return [];
      const line = log.lines.findLast((entry) => listeningPort([entry]) !== undefined) ?? "";
      return [
        build(target, port, `and its pods listen on ${listens}`, "confirmed", [
          logEvidence(container, log.previous, line),
        ]),
      ];
    }
    const probed = probeSpec(container, "readiness")?.port;
    if (container.ready && probed !== undefined && known(probed))
      return [build(target, port, `and its pods declare ${has}, where their readiness probe is answered`, "confirmed")];
  }
  return [build(target, port, `and its pods declare ${has}`, "likely")];
}

/** Services that send nowhere although the pods are there. */
export const serviceFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    model
      .list("Service")
      .filter((service) => !explained.has(service) && service.metadata.deletionTimestamp === undefined)
      .flatMap((service) => [...selectorMismatch(model, service), ...portMismatch(model, service)]),
};
