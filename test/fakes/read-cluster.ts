import type { ReadCluster } from "../../src/agent/index.js";
import { KubeClawError } from "../../src/domain/errors.js";
import type { KubernetesObject } from "../../src/domain/kubernetes-object.js";

/** A cluster to read: objects, logs by `pod/container`, and kinds that may not be listed. */
export function createReadCluster(state: {
  objects?: readonly KubernetesObject[];
  logs?: Record<string, readonly string[]>;
  forbidden?: readonly string[];
  cut?: readonly string[];
  fail?: Error;
}): ReadCluster & { reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    list(apiVersion, kind, namespace) {
      reads.push(`list ${apiVersion} ${kind} ${namespace ?? "(cluster)"}`);
      if (state.fail) return Promise.reject(state.fail);
      if (state.forbidden?.includes(kind))
        return Promise.reject(new KubeClawError("forbidden", `${kind.toLowerCase()}s is forbidden`));
      const objects = (state.objects ?? []).filter(
        (object) => object.kind === kind && (object.metadata.namespace ?? null) === namespace,
      );
      return Promise.resolve({ objects, cut: state.cut?.includes(kind) === true });
    },
    logs({ namespace, name, container, previous }) {
      reads.push(`log ${namespace}/${name}/${container}${previous ? " previous" : ""}`);
      const lines = state.logs?.[`${name}/${container}`];
      return lines ? Promise.resolve([...lines]) : Promise.reject(new KubeClawError("not-found", "no such container"));
    },
    version: () => Promise.resolve("v1.34.4"),
    spent: () => ({ calls: reads.length, bytes: 1_000 }),
  };
}
