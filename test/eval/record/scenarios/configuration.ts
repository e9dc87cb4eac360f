import { all, event, ready, waiting } from "../checks.js";
import { failing } from "../expect.js";
import { configMap, daemonSet, deployment, idles, job, pod, secret, serves } from "../manifests.js";
import type { Scenario } from "../scenario.js";

const badConfig = waiting("CreateContainerConfigError");
const from = (kind: "configMapKeyRef" | "secretKeyRef", name: string, key: string) => ({
  env: [{ name: "SETTING", valueFrom: { [kind]: { name, key } } }],
});
const settings = (volume: object) => ({
  volumes: [{ name: "settings", ...volume }],
});
const mount = { volumeMounts: [{ name: "settings", mountPath: "/etc/app" }] };

export const configuration: readonly Scenario[] = [
  {
    name: "configuration/configmap-missing",
    title: "All of a container's environment comes from a ConfigMap that does not exist",
    split: "tuned",
    objects: [deployment("search", pod([idles({ envFrom: [{ configMapRef: { name: "search-settings" } }] })]))],
    until: badConfig,
    expect: failing("configmap-not-found", ["Deployment/search", "ConfigMap/search-settings"]),
  },
  {
    name: "configuration/secret-missing",
    title: "An environment variable comes from a Secret that does not exist",
    split: "tuned",
    objects: [deployment("payments", pod([idles(from("secretKeyRef", "payments-gateway", "apiKey"))]))],
    until: badConfig,
    expect: failing("secret-not-found", ["Deployment/payments", "Secret/payments-gateway"]),
  },
  {
    name: "configuration/secret-misspelt-rollout",
    title: "A rollout misspells the Secret's name; the revision before still serves",
    split: "held-out",
    objects: [
      secret("orders-db", { password: "long-and-random-1" }),
      deployment("orders", pod([serves(from("secretKeyRef", "orders-db", "password"))])),
    ],
    first: ready(1),
    change: [{ apply: [deployment("orders", pod([serves(from("secretKeyRef", "order-db", "password"))]))] }],
    until: badConfig,
    expect: failing("secret-not-found", ["Deployment/orders", "Secret/order-db"]),
  },
  {
    name: "configuration/configmap-key-missing",
    title: "The ConfigMap exists without the key that the container names",
    split: "tuned",
    objects: [
      configMap("features", { rollout: "10" }),
      deployment("toggles", pod([idles(from("configMapKeyRef", "features", "rollout-percent"))])),
    ],
    until: badConfig,
    expect: failing("config-key-not-found", ["Deployment/toggles", "ConfigMap/features"]),
  },
  {
    name: "configuration/secret-key-missing-job",
    title: "A Job names a key that its Secret does not have",
    split: "held-out",
    objects: [
      secret("warehouse", { user: "loader" }),
      job("load", pod([idles(from("secretKeyRef", "warehouse", "password"))])),
    ],
    until: badConfig,
    expect: failing("config-key-not-found", ["Job/load", "Secret/warehouse"]),
  },
  {
    name: "configuration/mounted-configmap-missing",
    title: "A volume comes from a ConfigMap that does not exist",
    split: "tuned",
    objects: [deployment("router", pod([idles(mount)], settings({ configMap: { name: "router-rules" } })))],
    until: event("FailedMount"),
    expect: failing("mounted-configmap-not-found", ["Deployment/router", "ConfigMap/router-rules"]),
  },
  {
    name: "configuration/mounted-secret-missing-daemonset",
    title: "A DaemonSet mounts a Secret that does not exist",
    split: "held-out",
    objects: [daemonSet("agent", pod([idles(mount)], settings({ secret: { secretName: "agent-tls" } })))],
    until: event("FailedMount"),
    expect: failing("mounted-secret-not-found", ["DaemonSet/agent", "Secret/agent-tls"]),
  },
  {
    name: "configuration/mounted-key-missing",
    title: "A volume names a key that its ConfigMap does not have",
    split: "held-out",
    objects: [
      configMap("templates", { "welcome.txt": "Hello" }),
      deployment(
        "mail",
        pod(
          [idles(mount)],
          settings({ configMap: { name: "templates", items: [{ key: "invoice.txt", path: "invoice.txt" }] } }),
        ),
      ),
    ],
    until: event("FailedMount"),
    expect: failing("config-key-not-found", ["Deployment/mail", "ConfigMap/templates"]),
  },
  {
    name: "configuration/init-container-secret",
    title: "An init container needs a Secret that does not exist",
    split: "held-out",
    objects: [
      deployment(
        "tenants",
        pod([idles()], {
          initContainers: [idles({ name: "migrate", ...from("secretKeyRef", "tenants-admin", "dsn") })],
        }),
      ),
    ],
    until: badConfig,
    expect: failing("secret-not-found", ["Deployment/tenants", "Secret/tenants-admin"]),
  },
  {
    name: "configuration/deleted-under-a-rollout",
    title: "A ConfigMap was deleted; the pods that run go on, a new one cannot start",
    split: "tuned",
    objects: [
      configMap("rates", { currency: "EUR" }),
      deployment("rates", pod([serves({ envFrom: [{ configMapRef: { name: "rates" } }] })])),
    ],
    first: ready(1),
    change: [{ kubectl: ["delete", "configmap", "rates"] }, { kubectl: ["rollout", "restart", "deployment/rates"] }],
    until: all(badConfig, ready(1)),
    expect: failing("configmap-not-found", ["Deployment/rates", "ConfigMap/rates"]),
  },
];
