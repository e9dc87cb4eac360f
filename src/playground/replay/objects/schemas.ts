import * as z from "zod";
import { kept, Texts } from "./kept-fields.js";
import { PodSpec, PodTemplate } from "./pod-schemas.js";

const Selector = z.strictObject({ matchLabels: Texts.optional(), ...kept("matchExpressions") });

const replicas = z.int().min(0, "must be greater than or equal to 0").default(1);
const Surge = z.union([z.int(), z.string()]).default("25%");

export const DeploymentSpec = z.strictObject({
  replicas,
  selector: Selector,
  template: PodTemplate,
  strategy: z
    .strictObject({
      type: z.enum(["RollingUpdate", "Recreate"]).default("RollingUpdate"),
      rollingUpdate: z.strictObject({ maxSurge: Surge, maxUnavailable: Surge }).optional(),
    })
    .prefault({})
    .transform((strategy) =>
      strategy.type === "RollingUpdate"
        ? { ...strategy, rollingUpdate: strategy.rollingUpdate ?? { maxSurge: "25%", maxUnavailable: "25%" } }
        : strategy,
    ),
  paused: z.boolean().optional(),
  revisionHistoryLimit: z.int().default(10),
  progressDeadlineSeconds: z.int().default(600),
  ...kept("minReadySeconds"),
});
export type DeploymentSpec = z.infer<typeof DeploymentSpec>;

const ReplicaSetSpec = z.strictObject({
  replicas,
  selector: Selector,
  template: PodTemplate,
  ...kept("minReadySeconds"),
});

const JobSpec = z.strictObject({
  template: PodTemplate,
  backoffLimit: z.int().default(6),
  activeDeadlineSeconds: z.int().min(1).optional(),
  ttlSecondsAfterFinished: z.int().min(0).optional(),
  podFailurePolicy: z
    .strictObject({
      rules: z.array(
        z.strictObject({
          action: z.string(),
          onExitCodes: z
            .strictObject({
              containerName: z.string().optional(),
              operator: z.enum(["In", "NotIn"]),
              values: z.array(z.int()),
            })
            .optional(),
          ...kept("onPodConditions"),
        }),
      ),
    })
    .optional(),
  suspend: z.boolean().default(false),
  completions: z.int().default(1),
  parallelism: z.int().default(1),
  completionMode: z.string().default("NonIndexed"),
  podReplacementPolicy: z.string().default("TerminatingOrFailed"),
  ...kept("selector", "manualSelector", "managedBy", "successPolicy", "maxFailedIndexes", "backoffLimitPerIndex"),
});

const ServiceSpec = z.looseObject({
  selector: Texts.optional(),
  ports: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        port: z.int(),
        protocol: z.string().default("TCP"),
        targetPort: z.union([z.int(), z.string()]).optional(),
      }),
    )
    .optional(),
  type: z.string().default("ClusterIP"),
});

export const PolicyRule = z.strictObject({
  verbs: z.array(z.string()),
  apiGroups: z.array(z.string()).optional(),
  resources: z.array(z.string()).optional(),
  resourceNames: z.array(z.string()).optional(),
  nonResourceURLs: z.array(z.string()).optional(),
});
export type PolicyRule = z.infer<typeof PolicyRule>;

const Rules = { rules: z.array(PolicyRule).nullish() };
const Binding = {
  roleRef: z.strictObject({
    apiGroup: z.string().default("rbac.authorization.k8s.io"),
    kind: z.enum(["Role", "ClusterRole"]),
    name: z.string(),
  }),
  subjects: z
    .array(
      z.strictObject({
        kind: z.enum(["ServiceAccount", "User", "Group"]),
        name: z.string(),
        namespace: z.string().optional(),
        apiGroup: z.string().optional(),
      }),
    )
    .optional(),
};

/** What each kind holds besides its type, metadata and status. A kind that is not here is kept as it comes. */
export const schemas = {
  ConfigMap: z.strictObject({ data: Texts.optional(), ...kept("binaryData", "immutable") }),
  Deployment: z.strictObject({ spec: DeploymentSpec }),
  ReplicaSet: z.strictObject({ spec: ReplicaSetSpec }),
  Pod: z.strictObject({ spec: PodSpec }),
  Job: z.strictObject({ spec: JobSpec }),
  Service: z.strictObject({ spec: ServiceSpec }),
  ServiceAccount: z.strictObject(kept("automountServiceAccountToken", "imagePullSecrets", "secrets")),
  Lease: z.strictObject({ spec: z.looseObject({}).prefault({}) }),
  Role: z.strictObject(Rules),
  ClusterRole: z.strictObject({ ...Rules, ...kept("aggregationRule") }),
  RoleBinding: z.strictObject(Binding),
  ClusterRoleBinding: z.strictObject(Binding),
} as const;

export type Body<K extends keyof typeof schemas> = z.infer<(typeof schemas)[K]>;
