import type { Draft } from "../store.js";

const read = ["get", "list", "watch"];
const paths = [
  "/api",
  "/api/*",
  "/apis",
  "/apis/*",
  "/healthz",
  "/livez",
  "/openapi",
  "/openapi/*",
  "/readyz",
  "/version",
  "/version/",
];

/** Roles that every cluster starts with, as far as they concern kinds that are served here. */
export const bootstrapRoles: readonly (readonly [kind: "ClusterRole" | "ClusterRoleBinding", draft: Draft])[] = [
  [
    "ClusterRole",
    {
      metadata: { name: "cluster-admin" },
      rules: [
        { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
        { nonResourceURLs: ["*"], verbs: ["*"] },
      ],
    },
  ],
  ["ClusterRole", { metadata: { name: "system:discovery" }, rules: [{ nonResourceURLs: paths, verbs: ["get"] }] }],
  [
    "ClusterRoleBinding",
    {
      metadata: { name: "system:discovery" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:discovery" },
      subjects: [{ kind: "Group", name: "system:authenticated", apiGroup: "rbac.authorization.k8s.io" }],
    },
  ],
  [
    "ClusterRole",
    {
      metadata: { name: "view" },
      rules: [
        {
          apiGroups: [""],
          resources: [
            "configmaps",
            "events",
            "limitranges",
            "namespaces",
            "persistentvolumeclaims",
            "pods",
            "pods/log",
            "pods/status",
            "resourcequotas",
            "serviceaccounts",
            "services",
          ],
          verbs: read,
        },
        {
          apiGroups: ["apps"],
          resources: ["daemonsets", "deployments", "deployments/scale", "replicasets", "statefulsets"],
          verbs: read,
        },
        { apiGroups: ["batch"], resources: ["cronjobs", "jobs"], verbs: read },
        { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: read },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
      ],
    },
  ],
];
