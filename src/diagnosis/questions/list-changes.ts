import { type KubernetesObject, textAt } from "../../domain/kubernetes-object.js";
import type { Snapshot } from "../../domain/snapshot.js";
import { describeDifference } from "../describe-revision.js";
import { revisionOf } from "../object-index.js";
import { podTemplates, referencesOf } from "../pod-templates.js";
import { type Change, changesOf, isBeside, slack, type Subject, toSubject, window } from "../rank-changes.js";
import { refText, type ScopeModel } from "../scope-model.js";
import { scopedModel } from "./scoped-model.js";

const mostRevisions = 4;

/** The newest revisions of a Deployment, each with what it changed. */
function describeRevisions(model: ScopeModel, owner: KubernetesObject): string[] {
  const all = model.revisions(owner);
  return all.slice(0, mostRevisions).map((revision, index) => {
    const older = all[index + 1];
    const differs = older ? describeDifference(older, revision).join("; ") : "";
    const what = older ? (differs === "" ? "no difference in its containers" : differs) : "the oldest that is kept";
    return `revision ${revisionOf(revision)} (${refText(revision)}, made ${revision.metadata.creationTimestamp ?? "at an unknown time"}): ${what}`;
  });
}

/** ConfigMaps that a workload uses and that were made after the oldest of its pods began. */
function newerConfigMaps(model: ScopeModel, owner: KubernetesObject): string[] {
  const spec = podTemplates(model).find(({ workload }) => workload === owner)?.spec;
  const began = model
    .podsOf(owner)
    .map((pod) => Date.parse(textAt(pod, "status", "startTime") ?? pod.metadata.creationTimestamp ?? ""));
  const oldest = Math.min(...began.filter((time) => !Number.isNaN(time)));
  const names = new Set(referencesOf(spec).flatMap(({ kind, name }) => (kind === "ConfigMap" ? [name] : [])));
  return [...names].flatMap((name) => {
    const made = model.find("ConfigMap", owner.metadata.namespace, name)?.metadata.creationTimestamp ?? "";
    return Date.parse(made) > oldest ? [`ConfigMap ${name}, which it uses, was made ${made}, after a pod began`] : [];
  });
}

function concerns(model: ScopeModel, subjects: readonly Subject[], { object, found }: Change): boolean {
  return subjects.some((subject) => {
    const { kind, metadata } = subject.object;
    const same =
      object?.kind === kind &&
      object.name === metadata.name &&
      (object.namespace ?? metadata.namespace) === metadata.namespace;
    return same || (found !== undefined && isBeside(model, subject, found));
  });
}

/**
 * What was changed in the two hours before a moment, newest first: in the namespace, or of one object and what it uses,
 * then with its revisions. Null where there is no such object.
 */
export function listChanges(
  snapshot: Snapshot,
  namespace: string,
  asked: { object?: { kind: string; name: string } | undefined; until?: string | undefined; most: number },
): string[] | null {
  const model = scopedModel(snapshot, namespace);
  const object = asked.object && model.find(asked.object.kind, namespace, asked.object.name);
  if (asked.object && !object) return null;
  const owner = object && model.topOwner(object);
  const subjects = object && owner ? [...new Set([object, owner])].map(toSubject) : [];
  const until = asked.until === undefined ? model.now.getTime() : Date.parse(asked.until);
  const changes = changesOf(model)
    .filter(({ time }) => time >= until - window && time <= until + slack)
    .filter((change) => subjects.length === 0 || concerns(model, subjects, change))
    .toSorted((left, right) => right.time - left.time || (left.finding.ref < right.finding.ref ? -1 : 1));
  const rest = changes.length - asked.most;
  return [
    ...changes
      .slice(0, asked.most)
      .map(({ finding }) => `${finding.at ?? ""} ${finding.ref} (${finding.path ?? ""}): ${finding.quote}`),
    ...(rest > 0 ? [`${rest} more are left out`] : []),
    ...(owner ? [...describeRevisions(model, owner), ...newerConfigMaps(model, owner)] : []),
  ];
}
