import { type KubernetesObject, listAt, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, fieldEvidence } from "../build-evidence.js";
import type { Explained } from "../explained.js";
import { declaredPorts } from "../parse-probe.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, type ScopeModel } from "../scope-model.js";
import { textsAt } from "../texts-at.js";
import { isReady, isStarting } from "../workload-health.js";

const rules = describeRules("service", [
  [
    "service-protocol-mismatch",
    "Service speaks another protocol than its pods",
    "the port's protocol is UDP or SCTP where the pods declare TCP under that number, or the other way round",
    "propose",
  ],
  [
    "service-selector-too-broad",
    "Service selects pods that are not its own",
    "its selector takes pods of several workloads, and some do not declare the target port",
    "propose",
  ],
  [
    "service-backends-not-ready",
    "No backend of the Service is ready",
    "the selected pods are there, none is ready, and no rule knows why",
  ],
]);

function protocolMismatch(model: ScopeModel, service: KubernetesObject): Cause[] {
  const [first] = model.podsBehind(service).filter(isReady);
  if (!first) return [];
  const declared = listAt(first, "spec", "containers").flatMap((container) =>
    listAt(container, "ports").map((port) => ({
      number: numberAt(port, "containerPort"),
      name: textAt(port, "name"),
      protocol: textAt(port, "protocol") ?? "TCP",
    })),
  );
  const ports = listAt(service, "spec", "ports");
  for (const [index, port] of ports.entries()) {
    const target = numberAt(port, "targetPort") ?? textAt(port, "targetPort") ?? numberAt(port, "port");
    const protocol = textAt(port, "protocol") ?? "TCP";
    const same = declared.filter(({ number, name }) => number === target || (name !== undefined && name === target));
    const number = same[0]?.number;
    // A number is served in every protocol that is declared for it, under any name.
    const spoken = declared.filter((entry) => entry.number === number);
    if (same.length === 0 || spoken.some((entry) => entry.protocol === protocol)) continue;
    // Both protocols on one port: the program may speak both and declare one.
    if (ports.some((other) => other !== port && numberAt(other, "port") === numberAt(port, "port"))) continue;
    const other = spoken[0]?.protocol ?? "";
    return [
      buildCause(model, {
        causeId: "service-protocol-mismatch",
        object: service,
        pods: [],
        symptom: first,
        summary: `Service ${service.metadata.name} offers port ${numberAt(port, "port") ?? ""} over ${protocol}, and its pods declare ${number ?? ""} over ${other}`,
        evidence: [
          fieldEvidence(service, `spec.ports[${index}].protocol`, protocol),
          fieldEvidence(first, "spec.containers.ports", `${number ?? ""}/${other}`),
        ],
        since: service.metadata.creationTimestamp ?? undefined,
      }),
    ];
  }
  return [];
}

function tooBroad(model: ScopeModel, service: KubernetesObject): Cause[] {
  const byOwner = new Map<KubernetesObject, KubernetesObject>();
  for (const pod of model.podsBehind(service)) if (isReady(pod)) byOwner.set(model.topOwner(pod), pod);
  if (byOwner.size < 2) return [];
  const targets = listAt(service, "spec", "ports").map(
    (port) => numberAt(port, "targetPort") ?? textAt(port, "targetPort") ?? numberAt(port, "port"),
  );
  const offers = [...byOwner].map(([owner, pod]) => {
    const declared = model
      .containersIn(pod)
      .filter(({ init }) => !init)
      .flatMap(declaredPorts);
    const fits = targets.every((target) => declared.some(({ number, name }) => number === target || name === target));
    return { owner, pod, declared, fits };
  });
  const own = offers.find(({ fits }) => fits);
  const foreign = offers.find(({ fits, declared }) => !fits && declared.length > 0);
  if (!own || !foreign) return [];
  const selector = JSON.stringify(textsAt(service, "spec", "selector"));
  return [
    buildCause(model, {
      causeId: "service-selector-too-broad",
      object: service,
      pods: [],
      symptom: foreign.pod,
      summary: `Service ${service.metadata.name} also selects the pods of ${foreign.owner.metadata.name}, which do not declare its target port: a part of the requests goes there`,
      evidence: [
        fieldEvidence(service, "spec.selector", selector),
        fieldEvidence(
          foreign.pod,
          "spec.containers.ports",
          foreign.declared.map(({ number }) => String(number)).join(", "),
        ),
      ],
      confidence: "likely",
      effects: [{ object: refOf(own.owner), summary: `${own.owner.metadata.name} gets a part of its requests only` }],
    }),
  ];
}

function notReady(model: ScopeModel, explained: Explained, service: KubernetesObject): Cause[] {
  const pods = model.podsBehind(service);
  const [first] = pods;
  if (!first || pods.some(isReady) || pods.some((pod) => explained.pod(pod) || isStarting(model, pod))) return [];
  if (pods.some((pod) => textAt(pod, "status", "phase") !== "Running")) return [];
  const owner = model.topOwner(first);
  if (explained.has(owner)) return [];
  const gates = listAt(first, "spec", "readinessGates").map((gate) => textAt(gate, "conditionType") ?? "");
  return [
    buildCause(model, {
      causeId: "service-backends-not-ready",
      object: service,
      pods,
      summary: `Service ${service.metadata.name} has no ready endpoint: ${pods.length} pods of ${owner.metadata.name} run and none is ready${gates.length > 0 ? `; they wait for ${gates.join(", ")}` : ""}`,
      evidence: [
        ...conditionEvidence(first, "Ready"),
        ...gates.flatMap((gate) => conditionEvidence(first, gate)),
        fieldEvidence(service, "spec.selector", `0 of ${pods.length} endpoints ready`),
      ],
      confidence: "likely",
      notChecked: ["why the pods are not ready: no event and no log tells"],
    }),
  ];
}

/** Services whose pods are there, and do not answer as the Service says. */
export const serviceBackendsFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    model
      .list("Service")
      .filter((service) => !explained.has(service) && service.metadata.deletionTimestamp === undefined)
      .flatMap((service) => [
        ...protocolMismatch(model, service),
        ...tooBroad(model, service),
        ...notReady(model, explained, service),
      ]),
};
