import { gatewayAudience } from "../../domain/accounts.js";
import { at, listAt, textAt } from "../../domain/kubernetes-object.js";
import type { GatewayCluster } from "../../gateway/index.js";
import type { KubernetesApi } from "./api.js";

/** Fits the Kubernetes API to the gateway's port. */
export function createGatewayCluster(api: KubernetesApi): GatewayCluster {
  return {
    async reviewToken(token) {
      const request = {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        metadata: {},
        spec: { token, audiences: [gatewayAudience] },
      };
      const review = await api.create(request);
      const status = at(review, "status");
      const extra = (key: string) => textAt(status, "user", "extra", `authentication.kubernetes.io/${key}`, 0);
      return {
        authenticated: at(status, "authenticated") === true,
        audiences: listAt(status, "audiences").filter((audience) => typeof audience === "string"),
        username: textAt(status, "user", "username") ?? "",
        podName: extra("pod-name"),
        podUid: extra("pod-uid"),
        error: textAt(status, "error"),
      };
    },
    findPod: (namespace, name) => api.find({ apiVersion: "v1", kind: "Pod", namespace, name }),
  };
}
