import {
  aClusterObject,
  aCondition,
  aContainerPod,
  aCrash,
  aDeployment,
  after,
  anEvent,
  anObject,
  aPod,
  aReplicaSet,
  badImage,
} from "../../../builders/kubernetes.js";
import { aWorkload } from "../../../builders/snapshot.js";
import type { Scene, Twins } from "./scene.js";

const web = (ports: readonly unknown[]) => ({ containers: [{ name: "web", image: badImage, ports }] });
const served = (ports: readonly unknown[], service: Record<string, unknown>, more: Scene["objects"] = []): Scene => ({
  objects: [
    aDeployment({ status: { updatedReplicas: 4, availableReplicas: 4 } }),
    aReplicaSet(8, badImage, { spec: { replicas: 4 }, status: { replicas: 4, readyReplicas: 4 } }),
    { ...aPod(), spec: { nodeName: "node-1", ...web(ports) } },
    anObject(
      "v1",
      "Service",
      { name: "checkout", creationTimestamp: after(-3_600) },
      { spec: { selector: { app: "checkout" }, ...service } },
    ),
    ...more,
  ],
});
const http = [{ name: "http", containerPort: 8080 }];
const other = (labels: Record<string, string>, port: number, over: Record<string, unknown> = {}) =>
  anObject(
    "v1",
    "Pod",
    { name: "worker-1", labels },
    {
      spec: { nodeName: "node-2", containers: [{ name: "worker", ports: [{ containerPort: port }] }], ...over },
      status: { phase: "Running", conditions: [aCondition("Ready", "True")] },
    },
  );

const unready = (seconds: number): Scene => ({
  objects: [
    aDeployment({ status: { updatedReplicas: 4, availableReplicas: 0 } }),
    aReplicaSet(8, badImage, { spec: { replicas: 4 }, status: { replicas: 4, readyReplicas: 0 } }),
    {
      ...aPod({ ready: false, metadata: { creationTimestamp: after(-seconds) } }),
      status: {
        phase: "Running",
        conditions: [aCondition("Ready", "False", "ReadinessGatesNotReady")],
        containerStatuses: [{ name: "web", ready: true, state: { running: { startedAt: after(-seconds) } } }],
      },
    },
    anObject("v1", "Service", { name: "checkout" }, { spec: { selector: { app: "checkout" } } }),
  ],
});

const balancer = (status: Record<string, unknown>): Scene =>
  served(http, { type: "LoadBalancer", ports: [{ port: 80, targetPort: 8080 }] }).objects.length > 0
    ? {
        objects: served(http, { type: "LoadBalancer", ports: [{ port: 80, targetPort: 8080 }] }).objects.map(
          (object) => (object.kind === "Service" ? { ...object, status } : object),
        ),
      }
    : { objects: [] };
const overQuota = (): Scene => {
  const scene = balancer({});
  const service = scene.objects.find(({ kind }) => kind === "Service");
  if (!service) throw new Error("no Service");
  const event = anEvent(service, "Error syncing load balancer: quota of forwarding rules exceeded", {
    reason: "SyncLoadBalancerFailed",
  });
  return { objects: [...scene.objects, event] };
};

const ingress = (host: string, service: string, path: string, over: Record<string, unknown> = {}) =>
  anObject(
    "networking.k8s.io/v1",
    "Ingress",
    { name: "front", ...over },
    {
      spec: {
        tls: [{ hosts: ["shop.example.org"] }],
        rules: [{ host, http: { paths: [{ path, backend: { service: { name: service, port: { number: 80 } } } }] } }],
      },
    },
  );
const cart = anObject("v1", "Service", { name: "cart" }, { spec: { ports: [{ port: 80 }] } });
const routed = (found: ReturnType<typeof ingress>): Scene =>
  served(http, { ports: [{ port: 80, targetPort: 8080 }] }, [cart, found]);

const gatewayApi = (kind: string, status: Record<string, unknown>): Scene => ({
  objects: [
    anObject("gateway.networking.k8s.io/v1", kind, { name: "front", creationTimestamp: after(-900) }, { status }),
  ],
});
const route = (type: string, status: string) =>
  gatewayApi("HTTPRoute", {
    parents: [{ parentRef: { name: "edge" }, conditions: [aCondition(type, status, "BackendNotFound", "no cart")] }],
  });

const strict = anObject(
  "security.istio.io/v1",
  "PeerAuthentication",
  { name: "default" },
  { spec: { mtls: { mode: "STRICT" } } },
);
const rule = (mode: string): Scene => ({
  objects: [
    strict,
    cart,
    anObject(
      "networking.istio.io/v1",
      "DestinationRule",
      { name: "cart" },
      { spec: { host: "cart.shop.svc.cluster.local", trafficPolicy: { tls: { mode } } } },
    ),
  ],
});
const meshed = (containers: readonly string[]): Scene => ({
  objects: [
    strict,
    aClusterObject("v1", "Namespace", "shop", {}, { labels: { "istio-injection": "enabled" } }),
    anObject(
      "v1",
      "Pod",
      { name: "cart-1" },
      {
        spec: { containers: containers.map((name) => ({ name })) },
        status: { phase: "Running", conditions: [aCondition("Ready", "True")] },
      },
    ),
  ],
});
const cutOff = (containers: readonly string[]): Scene => ({
  ...meshed(containers),
  parts: {
    logs: [
      {
        namespace: "shop",
        pod: "cart-1",
        container: "cart",
        previous: false,
        lines: ["read: connection reset by peer"],
      },
    ],
  },
});
const refused = (line: string): Scene => ({
  ...served(http, { ports: [{ port: 80, targetPort: 8080 }] }, [
    anObject(
      "security.istio.io/v1",
      "AuthorizationPolicy",
      { name: "only-front" },
      { spec: { selector: { matchLabels: { app: "checkout" } }, rules: [] } },
    ),
  ]),
  now: [line],
});

const resolver = (dnsPolicy: string): Scene => ({
  objects: [
    ...aWorkload(),
    aContainerPod({}, aCrash(1), { spec: { dnsPolicy } }),
    anObject("v1", "Service", { name: "cart" }, { spec: { clusterIP: "10.96.0.9", ports: [{ port: 80 }] } }),
  ],
  log: ["dial tcp: lookup cart on 8.8.8.8:53: no such host"],
});

/** Of each rule the scene in which it speaks, and the one that is nearly the same and in which it must not. */
export const networkTwins: Readonly<Record<string, Twins>> = {
  "service-protocol-mismatch": [
    served(http, { ports: [{ port: 80, targetPort: 8080, protocol: "UDP" }] }),
    served(http, { ports: [{ port: 80, targetPort: 8080 }] }),
  ],
  "service-selector-too-broad": [
    served(http, { ports: [{ port: 80, targetPort: 8080 }] }, [other({ app: "checkout" }, 9000)]),
    served(http, { ports: [{ port: 80, targetPort: 8080 }] }, [other({ app: "checkout" }, 8080)]),
  ],
  "service-backends-not-ready": [unready(1_200), unready(20)],
  "loadbalancer-no-provider": [balancer({}), balancer({ loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } })],
  "loadbalancer-quota-exceeded": [overQuota(), balancer({ loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } })],
  "traffic-policy-no-local-endpoint": [
    served(http, { internalTrafficPolicy: "Local", ports: [{ port: 80, targetPort: 8080 }] }, [
      other({ app: "worker" }, 9000),
    ]),
    served(http, { internalTrafficPolicy: "Local", ports: [{ port: 80, targetPort: 8080 }] }, [
      other({ app: "worker" }, 9000, { nodeName: "node-1" }),
    ]),
  ],
  "ingress-host-path-mismatch": [
    routed(ingress("shop.example.com", "checkout", "/")),
    routed(ingress("*.example.org", "checkout", "/")),
  ],
  "route-wrong-backend": [
    routed(ingress("shop.example.org", "checkout", "/cart")),
    routed(ingress("shop.example.org", "cart", "/cart")),
  ],
  "gateway-not-programmed": [
    gatewayApi("Gateway", { conditions: [aCondition("Programmed", "False", "AddressNotAssigned", "none left")] }),
    gatewayApi("Gateway", { conditions: [aCondition("Programmed", "True")] }),
  ],
  "gateway-refs-unresolved": [route("ResolvedRefs", "False"), route("ResolvedRefs", "True")],
  "gateway-route-not-accepted": [route("Accepted", "False"), route("Accepted", "True")],
  "mesh-mtls-mismatch": [rule("DISABLE"), rule("ISTIO_MUTUAL")],
  "mesh-sidecar-missing": [cutOff(["cart"]), cutOff(["cart", "istio-proxy"])],
  "mesh-authorization-denied": [refused("403 RBAC: access denied"), refused("200 OK")],
  "pod-dns-misconfigured": [resolver("Default"), { objects: [cart] }],
};
