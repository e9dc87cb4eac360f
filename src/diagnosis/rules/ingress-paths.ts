import { type KubernetesObject, listAt, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence } from "../build-evidence.js";
import { isNamedByAlert } from "../named-by-alert.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("ingress", [
  [
    "ingress-host-path-mismatch",
    "No rule of the Ingress takes the host",
    "spec.tls names a host that no rule has",
    "propose",
    "warning",
  ],
  [
    "route-wrong-backend",
    "A path leads to another Service than it did",
    "kubectl's last-applied annotation has another backend for the same host and path, or a Service bears the path's name and another one gets it",
    "propose",
    "warning",
  ],
]);

interface Route {
  host: string;
  path: string;
  service: string;
  port: number | string | undefined;
}

function routesOf(ingress: unknown): Route[] {
  return listAt(ingress, "spec", "rules").flatMap((rule) =>
    listAt(rule, "http", "paths").flatMap((entry): Route[] => {
      const service = textAt(entry, "backend", "service", "name");
      if (service === undefined) return [];
      const port =
        numberAt(entry, "backend", "service", "port", "number") ?? textAt(entry, "backend", "service", "port", "name");
      return [{ host: textAt(rule, "host") ?? "*", path: textAt(entry, "path") ?? "/", service, port }];
    }),
  );
}

function hostsOf(ingress: KubernetesObject): string[] {
  return listAt(ingress, "spec", "rules").map((rule) => textAt(rule, "host") ?? "*");
}

const covers = (pattern: string, host: string) =>
  pattern === "*" ||
  pattern === host ||
  (pattern.startsWith("*.") && host.split(".").slice(1).join(".") === pattern.slice(2));

function hostMismatch(model: ScopeModel, ingress: KubernetesObject): Cause[] {
  const hosts = hostsOf(ingress);
  if (hosts.length === 0) return [];
  const secured = listAt(ingress, "spec", "tls").flatMap((tls) => listAt(tls, "hosts").map(String));
  const lost = secured.find((host) => !hosts.some((pattern) => covers(pattern, host)));
  if (lost === undefined) return [];
  return [
    buildCause(model, {
      causeId: "ingress-host-path-mismatch",
      object: ingress,
      pods: [],
      summary: `Ingress ${ingress.metadata.name} has a certificate for ${lost}, and no rule for that host; it has ${hosts.slice(0, 3).join(", ")}`,
      evidence: [
        fieldEvidence(ingress, "spec.tls", lost),
        fieldEvidence(ingress, "spec.rules", hosts.slice(0, 10).join(", ")),
      ],
      severity: isNamedByAlert(model, ingress) ? "critical" : "warning",
      since: ingress.metadata.creationTimestamp ?? undefined,
    }),
  ];
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

function before(ingress: KubernetesObject): Route[] {
  try {
    return routesOf(JSON.parse(ingress.metadata.annotations?.[lastApplied] ?? "null"));
  } catch {
    return [];
  }
}

function wrongBackend(model: ScopeModel, ingress: KubernetesObject): Cause[] {
  const applied = before(ingress);
  for (const { host, path, service } of routesOf(ingress)) {
    const was = applied.find((route) => route.host === host && route.path === path);
    const changed = was !== undefined && was.service !== service;
    const word = path.split("/").findLast((part) => /^[a-z][a-z0-9-]{2,62}$/.test(part));
    const namesake =
      word !== undefined && service !== word && !service.includes(word)
        ? model.find("Service", ingress.metadata.namespace, word)
        : undefined;
    if (!changed && !namesake) continue;
    const meant = changed ? was.service : (word ?? "");
    return [
      buildCause(model, {
        causeId: "route-wrong-backend",
        object: ingress,
        pods: [],
        summary: changed
          ? `Ingress ${ingress.metadata.name} sends ${host}${path} to ${service}; it was applied with ${meant}, and changed since`
          : `Ingress ${ingress.metadata.name} sends ${host}${path} to ${service}, and there is a Service ${meant}`,
        evidence: [
          fieldEvidence(ingress, "spec.rules", `${host}${path} -> ${service}`),
          ...(changed
            ? [fieldEvidence(ingress, `metadata.annotations["${lastApplied}"]`, `${host}${path} -> ${meant}`)]
            : []),
        ],
        confidence: "likely",
        severity: isNamedByAlert(model, ingress) ? "critical" : "warning",
      }),
    ];
  }
  return [];
}

/** Ingresses whose references are all there, and that lead elsewhere than they should. */
export const ingressPathsFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    model
      .list("Ingress")
      .filter((ingress) => !explained.has(ingress) && ingress.metadata.deletionTimestamp === undefined)
      .flatMap((ingress) => [...hostMismatch(model, ingress), ...wrongBackend(model, ingress)]),
};
