import { Scope } from "../domain/investigation-request.js";

/** What people type for a kind. */
const kinds: Readonly<Record<string, string>> = {
  deploy: "Deployment",
  deployment: "Deployment",
  deployments: "Deployment",
  sts: "StatefulSet",
  statefulset: "StatefulSet",
  statefulsets: "StatefulSet",
  ds: "DaemonSet",
  daemonset: "DaemonSet",
  daemonsets: "DaemonSet",
  rs: "ReplicaSet",
  replicaset: "ReplicaSet",
  po: "Pod",
  pod: "Pod",
  pods: "Pod",
  job: "Job",
  jobs: "Job",
  cronjob: "CronJob",
  cronjobs: "CronJob",
  cj: "CronJob",
};

/** Reads `KIND/NAME` as people type it; the text says what is wrong with it otherwise. Pure. */
export function parseTarget(word: string): Scope["object"] | string {
  const [kindWord, name, ...rest] = word.toLowerCase().split("/");
  if (kindWord === undefined || name === undefined || rest.length > 0)
    return `${word}: expected KIND/NAME, for example deploy/checkout`;
  const kind = Object.hasOwn(kinds, kindWord) ? kinds[kindWord] : undefined;
  if (kind === undefined)
    return `${kindWord}: not a kind that is investigated; use deploy, sts, ds, job, cronjob or pod`;
  const parsed = Scope.shape.object.safeParse({ kind, name });
  return parsed.success ? parsed.data : `${name}: not a name that Kubernetes allows`;
}
