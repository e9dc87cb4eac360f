import { at, type KubernetesObject, listAt, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence } from "../build-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("ingress", [
  ["ingress-service-not-found", "Backend Service missing", "Ingress backend names no Service", "propose"],
  [
    "ingress-service-port-not-found",
    "Backend Service has no such port",
    "Ingress backend port is no port of its Service",
    "propose",
  ],
  ["ingress-class-not-found", "IngressClass missing", "spec.ingressClassName names no IngressClass", "propose"],
  [
    "ingress-tls-secret-not-found",
    "TLS Secret missing",
    "spec.tls names no Secret of the snapshot",
    "propose",
    "warning",
  ],
]);

interface Backend {
  where: string;
  service: string;
  port: number | string | undefined;
}

function backendsOf(ingress: KubernetesObject): Backend[] {
  const read = (backend: unknown, where: string): Backend[] => {
    const service = textAt(backend, "service", "name");
    if (service === undefined) return [];
    return [
      {
        where,
        service,
        port: numberAt(backend, "service", "port", "number") ?? textAt(backend, "service", "port", "name"),
      },
    ];
  };
  const rulesOf = listAt(ingress, "spec", "rules").flatMap((rule) =>
    listAt(rule, "http", "paths").flatMap((path) =>
      read(at(path, "backend"), `${textAt(rule, "host") ?? "*"}${textAt(path, "path") ?? "/"}`),
    ),
  );
  return [...read(at(ingress, "spec", "defaultBackend"), "its default backend"), ...rulesOf];
}

function explainIngress(model: ScopeModel, ingress: KubernetesObject): Cause[] {
  const { name, namespace } = ingress.metadata;
  const build = (
    causeId: string,
    summary: string,
    path: string,
    quote: string,
    severity: "critical" | "warning" = "critical",
  ) =>
    buildCause(model, {
      causeId,
      object: ingress,
      pods: [],
      summary,
      evidence: [fieldEvidence(ingress, path, quote)],
      severity,
      since: ingress.metadata.creationTimestamp ?? undefined,
    });
  const causes: Cause[] = [];
  const className = textAt(ingress, "spec", "ingressClassName");
  if (className !== undefined && model.knows("IngressClass") && !model.find("IngressClass", undefined, className)) {
    const have = model.list("IngressClass").map(({ metadata }) => metadata.name);
    const others = have.length === 0 ? "there is none" : `there is ${have.slice(0, 3).join(", ")}`;
    causes.push(
      build(
        "ingress-class-not-found",
        `Ingress ${name} names IngressClass ${className}, which does not exist; ${others}`,
        "spec.ingressClassName",
        className,
      ),
    );
  }
  const seen = new Set<string>();
  for (const { where, service, port } of backendsOf(ingress)) {
    if (seen.has(`${service}:${String(port)}`) || !model.knows("Service")) continue;
    seen.add(`${service}:${String(port)}`);
    const found = model.find("Service", namespace, service);
    if (!found) {
      causes.push(
        build(
          "ingress-service-not-found",
          `Ingress ${name} sends ${where} to Service ${service}, which does not exist`,
          "spec.rules",
          `${where} -> ${service}`,
        ),
      );
      continue;
    }
    const ports = listAt(found, "spec", "ports");
    const offers = ports.some((entry) => numberAt(entry, "port") === port || textAt(entry, "name") === port);
    if (port !== undefined && ports.length > 0 && !offers) {
      const have = ports.map((entry) =>
        [textAt(entry, "name"), numberAt(entry, "port")].filter((part) => part !== undefined).join("="),
      );
      causes.push(
        build(
          "ingress-service-port-not-found",
          `Ingress ${name} sends ${where} to port ${port} of Service ${service}, which has ${have.join(", ")}`,
          "spec.rules",
          `${where} -> ${service}:${port}`,
        ),
      );
    }
  }
  for (const tls of listAt(ingress, "spec", "tls")) {
    const secret = textAt(tls, "secretName");
    if (secret === undefined || !model.knows("Secret") || model.find("Secret", namespace, secret)) continue;
    causes.push(
      build(
        "ingress-tls-secret-not-found",
        `Ingress ${name} names the TLS Secret ${secret}, which does not exist`,
        "spec.tls",
        secret,
        "warning",
      ),
    );
  }
  return causes;
}

/** Ingresses that refer to what is not there. */
export const ingressFamily: RuleFamily = {
  rules,
  evaluate: (model) =>
    model
      .list("Ingress")
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap((ingress) => explainIngress(model, ingress)),
};
