import * as z from "zod";
import { kept, Texts } from "./kept-fields.js";

const KeyRef = z.strictObject({ name: z.string().default(""), key: z.string(), optional: z.boolean().optional() });
const NameRef = z.strictObject({ name: z.string().default(""), optional: z.boolean().optional() });
const required = {
  error: (issue: { input: unknown }) =>
    issue.input === undefined || issue.input === "" ? "Required value" : "Invalid value",
};

const EnvVar = z.strictObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .strictObject({
      configMapKeyRef: KeyRef.optional(),
      secretKeyRef: KeyRef.optional(),
      fieldRef: z.strictObject({ fieldPath: z.string(), apiVersion: z.string().default("v1") }).optional(),
      ...kept("resourceFieldRef", "fileKeyRef"),
    })
    .optional(),
});

export const Container = z.strictObject({
  name: z.string().min(1, required),
  image: z.string(required).min(1, required),
  imagePullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).default("IfNotPresent"),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env: z.array(EnvVar).optional(),
  envFrom: z
    .array(
      z.strictObject({
        configMapRef: NameRef.optional(),
        secretRef: NameRef.optional(),
        prefix: z.string().optional(),
      }),
    )
    .optional(),
  ports: z
    .array(
      z.strictObject({
        containerPort: z.int(),
        protocol: z.string().default("TCP"),
        ...kept("name", "hostPort", "hostIP"),
      }),
    )
    .optional(),
  resources: z.record(z.string(), z.unknown()).prefault({}),
  volumeMounts: z
    .array(
      z.strictObject({
        name: z.string(),
        mountPath: z.string(),
        ...kept("readOnly", "subPath", "subPathExpr", "mountPropagation", "recursiveReadOnly"),
      }),
    )
    .optional(),
  terminationMessagePath: z.string().default("/dev/termination-log"),
  terminationMessagePolicy: z.string().default("File"),
  ...kept(
    "lifecycle",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
  ),
  ...kept("securityContext", "stdin", "stdinOnce", "tty", "volumeDevices", "workingDir"),
});
export type Container = z.infer<typeof Container>;

const Projection = z.strictObject({
  serviceAccountToken: z
    .strictObject({ path: z.string(), audience: z.string().optional(), expirationSeconds: z.int().default(3_600) })
    .optional(),
  configMap: z
    .strictObject({
      name: z.string(),
      items: z.array(z.strictObject({ key: z.string(), path: z.string(), ...kept("mode") })).optional(),
      ...kept("optional"),
    })
    .optional(),
  downwardAPI: z
    .strictObject({
      items: z.array(
        z.strictObject({
          path: z.string(),
          fieldRef: z.strictObject({ fieldPath: z.string(), apiVersion: z.string().default("v1") }).optional(),
          ...kept("mode", "resourceFieldRef"),
        }),
      ),
    })
    .optional(),
  ...kept("secret", "clusterTrustBundle", "podCertificate"),
});
export type Projection = z.infer<typeof Projection>;

const Volume = z.looseObject({
  name: z.string().min(1, required),
  configMap: z.looseObject({ name: z.string(), optional: z.boolean().optional() }).optional(),
  projected: z.strictObject({ sources: z.array(Projection).default([]), defaultMode: z.int().default(420) }).optional(),
});

export const PodSpec = z.strictObject({
  containers: z.array(Container, required).min(1, required),
  restartPolicy: z.enum(["Always", "OnFailure", "Never"]).default("Always"),
  serviceAccountName: z.string().optional(),
  serviceAccount: z.string().optional(),
  nodeName: z.string().optional(),
  terminationGracePeriodSeconds: z.int().default(30),
  volumes: z.array(Volume).optional(),
  dnsPolicy: z.string().default("ClusterFirst"),
  schedulerName: z.string().default("default-scheduler"),
  securityContext: z.record(z.string(), z.unknown()).prefault({}),
  ...kept(
    "activeDeadlineSeconds",
    "affinity",
    "automountServiceAccountToken",
    "dnsConfig",
    "enableServiceLinks",
    "ephemeralContainers",
  ),
  ...kept(
    "hostAliases",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostUsers",
    "hostname",
    "imagePullSecrets",
    "initContainers",
    "nodeSelector",
    "os",
  ),
  ...kept(
    "overhead",
    "preemptionPolicy",
    "priority",
    "priorityClassName",
    "readinessGates",
    "resourceClaims",
    "resources",
    "runtimeClassName",
  ),
  ...kept(
    "schedulingGates",
    "setHostnameAsFQDN",
    "shareProcessNamespace",
    "subdomain",
    "tolerations",
    "topologySpreadConstraints",
  ),
});
export type PodSpec = z.infer<typeof PodSpec>;

export const PodTemplate = z.strictObject({
  metadata: z.looseObject({ labels: Texts.optional(), annotations: Texts.optional() }).prefault({}),
  spec: PodSpec,
});
export type PodTemplate = z.infer<typeof PodTemplate>;
