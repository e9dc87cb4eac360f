import { Scope } from "../domain/investigation-request.js";
import { kindOf } from "../domain/parse-object-name.js";

/** What is investigated; the rest is found by looking at these, or at their namespace. */
const investigated = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Pod", "Job", "CronJob"];

/** Reads `KIND/NAME` as people type it; the text says what is wrong with it otherwise. Pure. */
export function parseTarget(word: string): Scope["object"] | string {
  const [kindWord, name, ...rest] = word.toLowerCase().split("/");
  if (kindWord === undefined || name === undefined || rest.length > 0)
    return `${word}: expected KIND/NAME, for example deploy/checkout`;
  const kind = kindOf(kindWord);
  if (kind === undefined || !investigated.includes(kind))
    return `${kindWord}: not a kind that is investigated; use deploy, sts, ds, job, cronjob or pod`;
  const parsed = Scope.shape.object.safeParse({ kind, name });
  return parsed.success ? parsed.data : `${name}: not a name that Kubernetes allows`;
}
