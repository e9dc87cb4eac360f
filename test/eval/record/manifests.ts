/** A Kubernetes object as a scenario writes it; the recorder fills in the namespace. */
export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string } & Record<string, unknown>;
} & Record<string, unknown>;

/** An image with Node and a shell in it; any registry that the cluster reaches will do. */
export const runtime = process.env["KUBECLAW_EVAL_IMAGE"] ?? "registry.local/apps/runtime:24";
/** A web server on port 8080, with a shell. */
export const web = "registry.local/shop/checkout:1.9.0";
export const redis = "docker.io/library/redis:7.4";

type Fields = Record<string, unknown>;

const small = { requests: { cpu: "5m", memory: "16Mi" } };

/** A container that runs a Node script. */
export const runs = (script: string, over: Fields = {}): Fields => ({
  name: "app",
  image: runtime,
  command: ["node", "-e", script],
  resources: small,
  ...over,
});

/** A container that prints lines and ends, as a program that cannot start does. */
export const prints = (lines: readonly string[], code: number, over: Fields = {}): Fields =>
  runs(
    `for (const line of ${JSON.stringify(lines)}) console.error(line);\nsetTimeout(() => process.exit(${code}), 300);`,
    over,
  );

/** A container that serves HTTP on 8080: `/healthz` and `/readyz` say 200, anything else 404. */
export const serves = (over: Fields = {}, { status = 200, startAfterSeconds = 0, before = "" } = {}): Fields =>
  runs(
    `${before}
const http = require("node:http");
const known = ["/", "/healthz", "/readyz"];
const answer = (request, response) => {
  response.statusCode = known.includes(request.url) ? ${status} : 404;
  response.end(request.url + "\\n");
};
setTimeout(() => http.createServer(answer).listen(8080, () => console.log("listening on :8080")), ${startAfterSeconds * 1000});
process.on("SIGTERM", () => process.exit(143));`,
    { ports: [{ name: "http", containerPort: 8080 }], ...over },
  );

/** A container that does nothing and is well. */
export const idles = (over: Fields = {}): Fields =>
  runs(`process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000); console.log("ready");`, over);

export const pod = (containers: readonly Fields[], over: Fields = {}): Fields => ({
  terminationGracePeriodSeconds: 1,
  containers,
  ...over,
});

const workload = (
  apiVersion: string,
  kind: string,
  name: string,
  spec: Fields,
  over: Fields,
  labels: Record<string, string>,
): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, labels },
  spec: {
    ...over,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec },
  },
});

export const deployment = (name: string, spec: Fields, over: Fields = {}): Manifest =>
  workload("apps/v1", "Deployment", name, spec, over, { app: name });
export const statefulSet = (name: string, spec: Fields, over: Fields = {}): Manifest =>
  workload("apps/v1", "StatefulSet", name, spec, { serviceName: name, ...over }, { app: name });
export const daemonSet = (name: string, spec: Fields, over: Fields = {}): Manifest =>
  workload("apps/v1", "DaemonSet", name, spec, over, { app: name });

export const jobSpec = (spec: Fields, over: Fields = {}): Fields => ({
  ...over,
  template: { spec: { restartPolicy: "Never", ...spec } },
});
export const job = (name: string, spec: Fields, over: Fields = {}): Manifest => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name },
  spec: jobSpec(spec, over),
});
export const cronJob = (name: string, spec: Fields, over: Fields = {}, jobOver: Fields = {}): Manifest => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name },
  spec: { schedule: "* * * * *", ...over, jobTemplate: { spec: jobSpec(spec, jobOver) } },
});

export const service = (name: string, port: number, over: Fields = {}): Manifest => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port }], ...over },
});

export const plain = (apiVersion: string, kind: string, name: string, rest: Fields = {}): Manifest => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});
export const configMap = (name: string, data: Record<string, string>): Manifest =>
  plain("v1", "ConfigMap", name, { data });
export const secret = (name: string, data: Record<string, string>): Manifest =>
  plain("v1", "Secret", name, { stringData: data });
export const quota = (name: string, hard: Record<string, string>): Manifest =>
  plain("v1", "ResourceQuota", name, { spec: { hard } });
export const claim = (name: string, size: string, over: Fields = {}): Manifest =>
  plain("v1", "PersistentVolumeClaim", name, {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } }, ...over },
  });
export const storageClass = (name: string, over: Fields = {}): Manifest =>
  plain("storage.k8s.io/v1", "StorageClass", name, {
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "Immediate",
    ...over,
  });
export const volume = (name: string, className: string, size: string, over: Fields = {}): Manifest =>
  plain("v1", "PersistentVolume", name, {
    spec: {
      capacity: { storage: size },
      accessModes: ["ReadWriteOnce"],
      storageClassName: className,
      persistentVolumeReclaimPolicy: "Retain",
      hostPath: { path: `/mnt/${name}`, type: "DirectoryOrCreate" },
      ...over,
    },
  });

/** A pod's volume from a claim, and where a container mounts it. */
export const claimVolume = (claimName: string): Fields => ({
  volumes: [{ name: "data", persistentVolumeClaim: { claimName } }],
});
export const mounted = (path: string): Fields => ({ volumeMounts: [{ name: "data", mountPath: path }] });

export const named = (manifest: Manifest, metadata: Fields): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, ...metadata },
});
