import { Scope } from "./investigation-request.js";

/** What people type for a kind, as kubectl takes it. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["deploy"],
  StatefulSet: ["sts"],
  DaemonSet: ["ds"],
  ReplicaSet: ["rs"],
  Pod: ["po"],
  Job: [],
  CronJob: ["cj"],
  Service: ["svc"],
  Ingress: ["ing"],
  ConfigMap: ["cm"],
  Secret: [],
  Node: ["no"],
  Namespace: ["ns"],
  PersistentVolumeClaim: ["pvc"],
  PersistentVolume: ["pv"],
  StorageClass: ["sc"],
  ServiceAccount: ["sa"],
  ResourceQuota: ["quota"],
  LimitRange: ["limits"],
  NetworkPolicy: ["netpol"],
  HorizontalPodAutoscaler: ["hpa"],
  PodDisruptionBudget: ["pdb"],
};

const byWord = new Map(
  Object.entries(kinds).flatMap(([kind, short]) => {
    const word = kind.toLowerCase();
    const plural = word.endsWith("y") ? `${word.slice(0, -1)}ies` : /(?:s|ss)$/.test(word) ? `${word}es` : `${word}s`;
    return [word, plural, ...short].map((entry) => [entry, kind] as const);
  }),
);

/** The kind that a word stands for, in any of the forms that kubectl takes (`deploy`, `deployments`); undefined for others. */
export function kindOf(word: string): string | undefined {
  return byWord.get(word.toLowerCase());
}

/** Reads `KIND/NAME` as kubectl takes it (`deploy/checkout`, `Service/cart`); null where it is none. */
export function parseObjectName(text: string): Scope["object"] {
  const [kind = "", name = "", ...rest] = text.split("/");
  if (rest.length > 0) return null;
  const known = kindOf(kind) ?? (/^[A-Z][A-Za-z]{1,62}$/.test(kind) ? kind : undefined);
  const parsed = Scope.shape.object.safeParse({ kind: known, name });
  return parsed.success ? parsed.data : null;
}
