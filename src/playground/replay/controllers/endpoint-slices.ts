import { hasLabels, type Stored } from "../objects/stored.js";
import { isReady } from "../node/pods.js";
import type { Controller, ControllerContext } from "./context.js";
import { randomSuffix } from "./names.js";

const serviceLabel = "kubernetes.io/service-name";

/** Services to EndpointSlices, one for each Service. @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/ */
export function createEndpointSliceController({ store }: ControllerContext): Controller {
  function endpointsOf(service: Stored & { spec: { selector?: Record<string, string> | undefined } }): object[] {
    const { selector } = service.spec;
    if (!selector) return [];
    return store
      .all("Pod", service.metadata.namespace)
      .filter((pod) => hasLabels(pod, selector) && pod.status?.podIP !== undefined)
      .map((pod) => {
        const terminating = pod.metadata.deletionTimestamp !== undefined;
        const { name, namespace, uid } = pod.metadata;
        return {
          addresses: [pod.status?.podIP],
          conditions: { ready: isReady(pod) && !terminating, serving: isReady(pod), terminating },
          nodeName: pod.spec.nodeName,
          targetRef: { kind: "Pod", name, namespace, uid },
        };
      });
  }

  return {
    kinds: ["Service", "Pod"],
    reconcile() {
      for (const service of store.all("Service")) {
        const { namespace, name } = service.metadata;
        const known = store
          .all("EndpointSlice", namespace)
          .find((slice) => slice.metadata.labels?.[serviceLabel] === name);
        const ports = (service.spec.ports ?? []).map(({ name: port = "", port: number, targetPort, protocol }) => ({
          name: port,
          port: typeof targetPort === "number" ? targetPort : number,
          protocol,
        }));
        const content = { addressType: "IPv4", endpoints: endpointsOf(service), ports };
        if (known) {
          store.change(known, (draft) => Object.assign(draft, content));
          continue;
        }
        store.create("EndpointSlice", {
          metadata: {
            name: `${name}-${randomSuffix()}`,
            generateName: `${name}-`,
            namespace,
            labels: {
              ...service.metadata.labels,
              [serviceLabel]: name,
              "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
            },
            ownerReferences: [
              {
                apiVersion: "v1",
                kind: "Service",
                name,
                uid: service.metadata.uid,
                controller: true,
                blockOwnerDeletion: true,
              },
            ],
          },
          ...content,
        });
      }
    },
  };
}
