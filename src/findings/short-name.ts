import type { ObjectRef } from "../domain/kubernetes-object.js";

const shortKinds: Readonly<Record<string, string>> = {
  Deployment: "deploy",
  StatefulSet: "sts",
  DaemonSet: "ds",
  Pod: "pod",
  Job: "job",
  CronJob: "cronjob",
};

/** `deploy/checkout`, as people type it. */
export function shortName(object: Pick<ObjectRef, "kind" | "name">): string {
  const short = Object.hasOwn(shortKinds, object.kind) ? shortKinds[object.kind] : undefined;
  return `${short ?? object.kind.toLowerCase()}/${object.name}`;
}
