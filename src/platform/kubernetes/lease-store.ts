import type { LeaseStore } from "../../controller/index.js";
import { isKubeClawError } from "../../domain/errors.js";
import { numberAt, textAt } from "../../domain/kubernetes-object.js";
import type { KubernetesApi } from "./api.js";

/** A Lease object as the elector's store; the resourceVersion is the compare-and-set. */
export function createLeaseStore(api: KubernetesApi, namespace: string, name: string): LeaseStore {
  const target = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace, name };
  return {
    async find() {
      const lease = await api.find(target);
      if (!lease) return null;
      return {
        holder: textAt(lease, "spec", "holderIdentity") ?? "",
        durationSeconds: numberAt(lease, "spec", "leaseDurationSeconds") ?? 0,
        version: lease.metadata.resourceVersion ?? "",
      };
    },
    async take(holder, now, leaseDurationSeconds, version) {
      const { apiVersion, kind } = target;
      const renewTime = `${now.toISOString().slice(0, -1)}000Z`; // MicroTime
      const metadata = { name, namespace, ...(version === null ? {} : { resourceVersion: version }) };
      const lease = { apiVersion, kind, metadata, spec: { holderIdentity: holder, leaseDurationSeconds, renewTime } };
      try {
        if (version === null) await api.create(lease);
        else await api.replace(lease);
        return true;
      } catch (error) {
        if (isKubeClawError(error, "conflict")) return false;
        throw error;
      }
    },
  };
}
