import type { Verdict } from "../domain/diagnosis.js";
import { at, type KubernetesObject, listAt, type ObjectRef, textAt } from "../domain/kubernetes-object.js";
import type { Finding } from "./build-evidence.js";
import { describeDifference } from "./describe-revision.js";
import { revisionOf } from "./object-index.js";
import { referencesOf } from "./pod-templates.js";
import { lastGoodRevision } from "./propose-rollout-undo.js";
import { refOf, refText, type ScopeModel } from "./scope-model.js";
import { textsAt } from "./texts-at.js";
import { selects } from "./workload-health.js";

/** Something that was changed, by whom it concerns. */
export interface Change {
  /** Milliseconds since 1970. */
  time: number;
  object: ObjectRef | undefined;
  /** The object itself, where the snapshot has it. */
  found: KubernetesObject | undefined;
  finding: Finding;
  /** Told by somebody, rather than read from when an object was made. */
  told: boolean;
  /** That an object of its own was created, rather than that one was changed. */
  created?: boolean;
}

/** Milliseconds before a symptom in which a change may be its reason. */
export const window = 2 * 3_600_000;
/** Clocks differ, and a pod is made a moment after its ReplicaSet. */
export const slack = 60_000;
/** A workload that is younger than this was being installed. */
const settledMs = 5 * 60_000;
const most = 3;
const madeKinds = [
  "ConfigMap",
  "Service",
  "NetworkPolicy",
  "HorizontalPodAutoscaler",
  "ResourceQuota",
  "LimitRange",
  "Ingress",
  "Node",
];

function told(model: ScopeModel): Change[] {
  return (model.snapshot.changes ?? []).flatMap((change): Change[] => {
    const time = Date.parse(change.at);
    if (Number.isNaN(time)) return [];
    const { kind, name, namespace } = change.object ?? {};
    const known = kind !== undefined && name !== undefined && name !== "";
    const object = known ? { kind, name, ...(namespace === undefined ? {} : { namespace }) } : undefined;
    const { from, to, reference } = change;
    const values = from === undefined && to === undefined ? "" : ` (${from ?? "nothing"} -> ${to ?? "nothing"})`;
    const link = reference === undefined ? "" : `, ${reference}`;
    return [
      {
        time,
        object,
        found: object && model.find(object.kind, object.namespace, object.name),
        told: true,
        finding: {
          source: "field",
          ref: object ? [kind, namespace, name].filter((part) => part !== undefined).join("/") : "changes",
          path: `changes: ${change.kind}`,
          quote: `${change.summary}${values}${link}`.slice(0, 400),
          at: new Date(time).toISOString(),
        },
      },
    ];
  });
}

function made(model: ScopeModel): Change[] {
  const of = (
    object: KubernetesObject,
    about: KubernetesObject,
    path: string,
    quote: string,
    when?: string,
  ): Change[] => {
    const time = Date.parse(when ?? object.metadata.creationTimestamp ?? "");
    if (Number.isNaN(time)) return [];
    const { namespace, name } = about.metadata;
    return [
      {
        time,
        object: { kind: about.kind, name, ...(namespace === undefined ? {} : { namespace }) },
        found: about,
        told: false,
        finding: {
          source: "field",
          ref: refText(object),
          path,
          quote: quote.slice(0, 400),
          at: new Date(time).toISOString(),
        },
      },
    ];
  };
  const rollouts = model.list("Deployment").flatMap((deployment) => {
    const [newest] = model.revisions(deployment);
    const good = newest && lastGoodRevision(model, deployment);
    if (!newest || !good) return [];
    const differs = describeDifference(good, newest).slice(0, 4).join("; ");
    return of(
      newest,
      deployment,
      "spec.template",
      `revision ${revisionOf(newest)} was rolled out${differs === "" ? "" : `: ${differs}`}`,
    );
  });
  const objects = madeKinds.flatMap((kind) =>
    model
      .list(kind)
      .flatMap((object) =>
        of(object, object, "metadata.creationTimestamp", `${kind} ${object.metadata.name} was created`),
      )
      .map((change) => ({ ...change, created: true })),
  );
  const taints = model.list("Node").flatMap((node) =>
    listAt(node, "spec", "taints").flatMap((taint) => {
      const when = textAt(taint, "timeAdded");
      return when === undefined
        ? []
        : of(node, node, "spec.taints", `taint ${textAt(taint, "key") ?? ""} was added`, when);
    }),
  );
  return [...rollouts, ...objects, ...taints];
}

const known = new WeakMap<ScopeModel, readonly Change[]>();

/** Everything that is known to have been changed, whenever it was. */
export function changesOf(model: ScopeModel): readonly Change[] {
  const found = known.get(model);
  if (found) return found;
  const all = [...told(model), ...made(model)];
  known.set(model, all);
  return all;
}

/** What a verdict is about, with what its pods bear and use. */
export interface Subject {
  object: KubernetesObject;
  labels: Record<string, string>;
  references: readonly { kind: string; name: string }[];
}

/** An object as changes are held against it. */
export function toSubject(object: KubernetesObject): Subject {
  const template = at(object, "spec", "template") ?? object;
  return { object, labels: textsAt(template, "metadata", "labels"), references: referencesOf(at(template, "spec")) };
}

/** Does a workload's template use, or something's selector take, what was changed? */
export function isBeside(
  model: ScopeModel,
  { object: subject, labels, references }: Subject,
  change: KubernetesObject,
): boolean {
  if (subject.metadata.namespace !== change.metadata.namespace && change.kind !== "Node") return false;
  switch (change.kind) {
    case "ConfigMap":
      return references.some(({ kind, name }) => kind === change.kind && name === change.metadata.name);
    case "Service":
      return selects(change, labels);
    case "NetworkPolicy": {
      const wanted = Object.entries(textsAt(change, "spec", "podSelector", "matchLabels"));
      return wanted.every(([name, value]) => labels[name] === value);
    }
    case "HorizontalPodAutoscaler":
      return textAt(change, "spec", "scaleTargetRef", "name") === subject.metadata.name;
    case "Node":
      return model.podsOf(subject).some((pod) => textAt(pod, "spec", "nodeName") === change.metadata.name);
    default:
      return change.kind === "ResourceQuota" || change.kind === "LimitRange";
  }
}

/** 0: the object itself, 1: what it uses or what selects it, 2: what suffers, 3: told of the same namespace; undefined: too far. */
function distance(
  model: ScopeModel,
  verdict: Verdict,
  subjects: readonly Subject[],
  change: Change,
): number | undefined {
  const refs = [verdict.object, verdict.symptomObject];
  const { object, found } = change;
  const same = ({ kind, namespace, name }: ObjectRef) =>
    kind === object?.kind && name === object.name && namespace === object.namespace;
  if (refs.some(same) || subjects.some((subject) => same(refOf(subject.object)))) return 0;
  if (found && subjects.some((subject) => isBeside(model, subject, found))) return 1;
  if (!change.told) return undefined;
  if (verdict.effects.some((effect) => same(effect.object))) return 2;
  return object === undefined || object.namespace === verdict.object.namespace ? 3 : undefined;
}

interface NearChange {
  finding: Finding;
  /** Milliseconds since 1970. */
  time: number;
  /** 0 where it is about the object itself. */
  far: number;
}

/** What was changed in the two hours before a verdict's symptom began: the nearest first, then the latest. Pure. */
export function changesBefore(model: ScopeModel, verdict: Verdict): NearChange[] {
  const start = Date.parse(verdict.since ?? "");
  if (Number.isNaN(start)) return [];
  const about = [verdict.object, verdict.symptomObject].flatMap((ref) => {
    const found = model.find(ref.kind, ref.namespace, ref.name);
    return found ? [found, model.topOwner(found)] : [];
  });
  const subjects = [...new Set(about)].map(toSubject);
  const since = subjects.map(({ object }) => Date.parse(model.topOwner(object).metadata.creationTimestamp ?? ""));
  const [made = Number.NEGATIVE_INFINITY] = since
    .filter((time) => !Number.isNaN(time))
    .sort((left, right) => left - right);
  // What was made together with the rest, as on the day of an installation, is no change to it.
  const isNews = (change: Change) => !change.created || change.time > made + settledMs;
  return changesOf(model)
    .filter(isNews)
    .filter(({ time }) => time >= start - window && time <= start + slack)
    .flatMap((change) => {
      const far = distance(model, verdict, subjects, change);
      return far === undefined ? [] : [{ finding: change.finding, time: change.time, far }];
    })
    .sort(
      (left, right) =>
        left.far - right.far || right.time - left.time || (left.finding.ref < right.finding.ref ? -1 : 1),
    );
}

/** The changes that a verdict cites: at most three, and none that decides it already. */
export function rankChanges(model: ScopeModel, verdict: Verdict): Finding[] {
  return changesBefore(model, verdict)
    .map(({ finding }) => finding)
    .filter(({ ref, path }) => !verdict.evidence.some((entry) => entry.ref === ref && entry.path === path))
    .slice(0, most);
}
