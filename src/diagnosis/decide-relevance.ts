import type { Scope } from "../domain/investigation-request.js";
import { at, type KubernetesObject, listAt, type ObjectRef, textAt } from "../domain/kubernetes-object.js";
import type { Cause } from "./rule.js";
import type { ScopeModel } from "./scope-model.js";
import { selects } from "./workload-health.js";

/** Is `object` the one that was asked about, or so near to it that its trouble is the trouble asked about? */
function touches(model: ScopeModel, object: KubernetesObject, wanted: { kind: string; name: string }): boolean {
  const same = (kind: string, name: string) => kind === wanted.kind && name === wanted.name;
  const { namespace, name, labels } = object.metadata;
  if (same(object.kind, name)) return true;
  const owner = model.controllerOf(object);
  if (owner && same(owner.kind, owner.name)) return true;
  const top = model.topOwner(object);
  if (same(top.kind, top.metadata.name)) return true;
  if (object.kind !== "Pod") return false;
  switch (wanted.kind) {
    case "Node":
      return textAt(object, "spec", "nodeName") === wanted.name;
    case "PersistentVolumeClaim":
      return listAt(object, "spec", "volumes").some(
        (volume) => textAt(volume, "persistentVolumeClaim", "claimName") === wanted.name,
      );
    case "Service": {
      const service = model.find("Service", namespace, wanted.name);
      return service !== undefined && selects(service, labels);
    }
    case "Ingress": {
      const ingress = model.find("Ingress", namespace, wanted.name);
      const backends = listAt(ingress, "spec", "rules").flatMap((rule) =>
        listAt(rule, "http", "paths").map((path) => textAt(path, "backend", "service", "name")),
      );
      return backends.some((backend) => {
        const service = backend === undefined ? undefined : model.find("Service", namespace, backend);
        return service !== undefined && selects(service, labels);
      });
    }
    case "HorizontalPodAutoscaler": {
      const target = at(model.find(wanted.kind, namespace, wanted.name), "spec", "scaleTargetRef");
      return top.kind === textAt(target, "kind") && top.metadata.name === textAt(target, "name");
    }
    default:
      return false;
  }
}

/** Kinds of no namespace that every one of them relies on. */
const shared = new Set(["APIService", "StorageClass", "ClusterRole"]);

/** Does a cause concern what was asked about: is it there, or does anything there suffer from it? */
export function isRelevant(model: ScopeModel, scope: Partial<Scope>, cause: Cause): boolean {
  const { verdict, explains } = cause;
  const refs: ObjectRef[] = [verdict.object, verdict.symptomObject, ...verdict.effects.map(({ object }) => object)];
  const inNamespace = (namespace: string | undefined) => scope.namespace === undefined || namespace === scope.namespace;
  if (!scope.object) {
    const { kind, name } = verdict.object;
    return (
      shared.has(kind) ||
      (kind === "Namespace" && name === scope.namespace) ||
      refs.some(({ namespace }) => inNamespace(namespace)) ||
      explains.some(({ metadata }) => inNamespace(metadata.namespace))
    );
  }
  const wanted = scope.object;
  return (
    refs.some(
      ({ kind, namespace, name }) =>
        kind === wanted.kind && name === wanted.name && (namespace === undefined || inNamespace(namespace)),
    ) || explains.some((object) => inNamespace(object.metadata.namespace) && touches(model, object, wanted))
  );
}
