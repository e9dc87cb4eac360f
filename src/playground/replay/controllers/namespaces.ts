import type { Controller, ControllerContext } from "./context.js";

const description =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/** What every namespace has: its phase, a default account, the cluster's certificate. */
export function createNamespaceController({ store }: ControllerContext): Controller {
  return {
    kinds: ["Namespace", "ServiceAccount", "ConfigMap"],
    reconcile() {
      const names = new Set(store.all("Namespace").map(({ metadata }) => metadata.name));
      for (const namespace of store.all("Namespace")) {
        const { name } = namespace.metadata;
        store.change(namespace, (draft) => {
          draft["status"] = { phase: "Active" };
          draft.metadata.labels = { ...draft.metadata.labels, "kubernetes.io/metadata.name": name };
        });
        if (!store.find("ServiceAccount", name, "default"))
          store.create("ServiceAccount", { metadata: { name: "default", namespace: name } });
        if (!store.find("ConfigMap", name, "kube-root-ca.crt")) {
          // There is no certificate: the replay cluster speaks plain HTTP on one machine.
          store.create("ConfigMap", {
            metadata: {
              name: "kube-root-ca.crt",
              namespace: name,
              annotations: { "kubernetes.io/description": description },
            },
            data: { "ca.crt": "" },
          });
        }
      }
      for (const { kind, namespaced } of store.resources.all) {
        if (namespaced)
          for (const object of store.all(kind)) if (!names.has(object.metadata.namespace ?? "")) store.remove(object);
      }
    },
  };
}
