/** A Deployment that makes no pods and that its controller leaves alone. */
export function aDeployment(name: string) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels: { app: name } },
    spec: {
      replicas: 0,
      paused: true,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [{ name: "web", image: "registry.local/shop/checkout:1.9.0", ports: [{ containerPort: 8080 }] }],
        },
      },
    },
  };
}

export function aConfigMap(
  name: string,
  data: Record<string, string> = { a: "1" },
  labels: Record<string, string> = {},
) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels }, data };
}

export function anAgentRun(name: string) {
  return {
    apiVersion: "kubeclaw.dev/v1alpha1",
    kind: "AgentRun",
    metadata: { name },
    spec: { kind: "investigation", tenant: "default", subject: "shop/deployment/checkout", deadlineSeconds: 60 },
  };
}

/** A Job that starts no pod. */
export function aJob(
  name: string,
  owner: { apiVersion: string; kind: string; metadata: { name: string; uid: string } },
) {
  const { apiVersion, kind, metadata } = owner;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      ownerReferences: [
        { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: false },
      ],
    },
    spec: {
      suspend: true,
      backoffLimit: 0,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "run", image: "registry.local/none:1" }] } },
    },
  };
}
