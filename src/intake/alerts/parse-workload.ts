import type { Scope } from "../../domain/investigation-request.js";

type ObjectName = NonNullable<Scope["object"]>;

/** The letters that Kubernetes makes up names from: no vowels, and no digits that look like letters. */
const random = "[bcdfghjklmnpqrstvwxz2456789]";
const replicaSetPod = new RegExp(`^(.{1,230})-${random}{6,10}-${random}{5}$`);
const replicaSet = new RegExp(`^(.{1,240})-${random}{6,10}$`);
const generatedPod = new RegExp(`^(.{1,240})-${random}{5}$`);
const ordinalPod = /^(.{1,240})-\d{1,4}$/;
/**
 * Nearly such a name: from another generator, or shortened by a person. It is believed for the key alone: the object
 * stays as it was named.
 */
const likelyPod = /^(.{1,230}?)(?:-(?=[a-z]*\d)[a-z0-9]{4,10}-[a-z0-9]{5}|-(?=[a-z]*\d)[a-z0-9]{5})$/;
/** A CronJob names its Jobs after the minute that they were due in. */
const scheduledJob = /^(.{1,240})-\d{8,10}$/;

/** True for a pod's name that only a ReplicaSet's pod has: its hash and five letters. */
export function isReplicaSetPod(name: string): boolean {
  return replicaSetPod.test(name);
}

/**
 * The workload behind what an alert names, read from the name alone: the same for every pod of it, present or gone.
 * Where a name could belong to several kinds (five letters: DaemonSet or Job; a number: StatefulSet or a bare pod) the
 * object stays as it was named.
 */
export function parseWorkload(named: ObjectName): { workload: string; object: ObjectName } {
  const { kind, name } = named;
  const cronJobOf = (job: string) => scheduledJob.exec(job)?.[1];
  if (kind === "Pod") {
    const deployment = replicaSetPod.exec(name)?.[1];
    if (deployment !== undefined) return { workload: deployment, object: { kind: "Deployment", name: deployment } };
    const statefulSet = ordinalPod.exec(name)?.[1];
    if (statefulSet !== undefined) return { workload: statefulSet, object: named };
    const base = generatedPod.exec(name)?.[1];
    if (base === undefined) return { workload: likelyPod.exec(name)?.[1] ?? name, object: named };
    const cronJob = cronJobOf(base);
    return cronJob === undefined
      ? { workload: base, object: named }
      : { workload: cronJob, object: { kind: "CronJob", name: cronJob } };
  }
  if (kind === "ReplicaSet") {
    const deployment = replicaSet.exec(name)?.[1];
    if (deployment !== undefined) return { workload: deployment, object: { kind: "Deployment", name: deployment } };
  }
  if (kind === "Job") {
    const cronJob = cronJobOf(name);
    if (cronJob !== undefined) return { workload: cronJob, object: { kind: "CronJob", name: cronJob } };
  }
  return { workload: name, object: named };
}
