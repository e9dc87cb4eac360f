import { listAt, textAt } from "../domain/kubernetes-object.js";
import { parsePeer } from "./parse-peer.js";
import { podTemplates, referencesOf } from "./pod-templates.js";
import { resolveService } from "./resolve-service.js";
import { behindService, meantBy } from "./resolve-subject.js";
import { refText, type ScopeModel } from "./scope-model.js";
import { textsAt } from "./texts-at.js";
import { labelOf, namespaceOf } from "./metric-index.js";

/** Who calls whom, as far as the settings, the logs and the metrics name it; workloads by `refText`. */
export interface DependencyGraph {
  calleesOf(key: string): ReadonlySet<string>;
  callersOf(key: string): ReadonlySet<string>;
  /** Is a call from one to the other known, over however many between? */
  reaches(from: string, to: string): boolean;
  readonly size: number;
}

const host = /[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,62}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9-]{1,63}){0,5}/g;
const longestText = 65_536;
const mostLines = 200;

/** The texts in the settings of a workload's pods: what they may have been told of others. */
function textsOf(model: ScopeModel, spec: unknown, namespace: string | undefined): string[] {
  const containers = [...listAt(spec, "containers"), ...listAt(spec, "initContainers")];
  const texts = containers.flatMap((container) => [
    ...listAt(container, "env").flatMap((entry) => textAt(entry, "value") ?? []),
    ...[...listAt(container, "command"), ...listAt(container, "args")].filter((word) => typeof word === "string"),
  ]);
  const configs = referencesOf(spec).filter(({ kind }) => kind === "ConfigMap");
  for (const name of new Set(configs.map((config) => config.name))) {
    const config = model.find("ConfigMap", namespace, name);
    if (config) texts.push(...Object.values(textsAt(config, "data")));
  }
  return texts;
}

const known = new WeakMap<ScopeModel, DependencyGraph>();

/** The graph of a model, built at the first question. A Service's name within other words, without a port or a URL, does not count. */
export function dependenciesOf(model: ScopeModel): DependencyGraph {
  const found = known.get(model);
  if (found) return found;
  const made = buildDependencyGraph(model);
  known.set(model, made);
  return made;
}

function buildDependencyGraph(model: ScopeModel): DependencyGraph {
  const callees = new Map<string, Set<string>>();
  const callers = new Map<string, Set<string>>();
  const add = (from: string, to: string): void => {
    if (from === to) return;
    callees.set(from, (callees.get(from) ?? new Set()).add(to));
    callers.set(to, (callers.get(to) ?? new Set()).add(from));
  };
  const behind = new Map(model.list("Service").map((service) => [service, refText(behindService(model, service))]));
  const target = (name: string, namespace: string | undefined): string | undefined => {
    const { service } = resolveService(model, name, namespace);
    return service && behind.get(service);
  };
  const fromText = (from: string, text: string, namespace: string | undefined): void => {
    for (const match of text.slice(0, longestText).matchAll(host)) {
      const [name] = match;
      const next = text[match.index + name.length];
      const url = text.slice(Math.max(0, match.index - 3), match.index) === "://" || text[match.index - 1] === "@";
      const alone = name.length === text.trim().length;
      if (!(url || alone || next === ":" || name.includes(".svc"))) continue;
      const to = target(name, namespace);
      if (to !== undefined) add(from, to);
    }
  };
  // A recording may have the pods alone.
  const orphans = new Map(
    model.pods.flatMap((pod) => {
      const owner = model.topOwner(pod);
      return model.find(owner.kind, owner.metadata.namespace, owner.metadata.name)
        ? []
        : [[owner, pod["spec"]] as const];
    }),
  );
  const templates = podTemplates(model).map(({ workload, spec }) => [workload, spec] as const);
  for (const [workload, spec] of [...templates, ...orphans]) {
    const { namespace } = workload.metadata;
    for (const text of textsOf(model, spec, namespace)) fromText(refText(workload), text, namespace);
  }
  for (const { namespace, pod, lines } of model.snapshot.logs) {
    const object = model.find("Pod", namespace, pod);
    if (!object) continue;
    const from = refText(model.topOwner(object));
    for (const line of lines.slice(-mostLines)) {
      const peer = parsePeer(line.slice(0, 1_000));
      const to = peer && /[a-z]/i.test(peer.host) ? target(peer.host, namespace) : undefined;
      if (to !== undefined) add(from, to);
    }
  }
  fromMetrics(model, add);
  const reached = new Map<string, ReadonlySet<string>>();
  const reaches = (from: string, to: string): boolean => {
    const all = reached.get(from);
    if (all) return from !== to && all.has(to);
    const seen = new Set([from]);
    for (const key of seen) for (const next of callees.get(key) ?? []) seen.add(next);
    reached.set(from, seen);
    return from !== to && seen.has(to);
  };
  return {
    calleesOf: (key) => callees.get(key) ?? new Set(),
    callersOf: (key) => callers.get(key) ?? new Set(),
    reaches,
    size: callees.size,
  };
}

/** Calls that series name both ends of, as meshes and traces record them. */
function fromMetrics(model: ScopeModel, add: (from: string, to: string) => void): void {
  for (const { labels } of model.snapshot.metrics ?? []) {
    const caller = labelOf(labels, "source_workload", "client", "caller", "source");
    const callee = labelOf(labels, "destination_workload", "destination_service_name", "server", "callee", "service");
    if (caller === undefined || callee === undefined) continue;
    const namespace = namespaceOf(model, labels);
    add(refText(meantBy(model, namespace, caller)), refText(meantBy(model, namespace, callee)));
  }
}
