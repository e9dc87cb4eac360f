import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import type { LogTail } from "../../domain/snapshot.js";
import { buildCause } from "../build-cause.js";
import { classifyLog } from "../classify-log.js";
import { lastRollout } from "../describe-revision.js";
import { proposeRolloutUndo } from "../propose-rollout-undo.js";
import type { Cause, RuleFamily } from "../rule.js";
import { refText, type ScopeModel } from "../scope-model.js";

const mostLines = 200;
const mostLogs = 5;
const twoHours = 2 * 3_600_000;

interface ErrorLines {
  lines: number;
  errors: number;
  /** The last of them, with the pod that wrote it. */
  last: { pod: string; container: string; line: string } | undefined;
}

function errorsIn(logs: readonly LogTail[]): ErrorLines {
  const found: ErrorLines = { lines: 0, errors: 0, last: undefined };
  for (const { pod, container, lines } of logs.slice(0, mostLogs)) {
    for (const line of lines.slice(-mostLines)) {
      if (line.trim() === "") continue;
      found.lines += 1;
      if (!classifyLog([line], false)) continue;
      found.errors += 1;
      found.last = { pod, container, line };
    }
  }
  return found;
}

/** Logs of the pods of one revision, those that are gone included: a pod's name begins with its ReplicaSet's. */
function logsOf(model: ScopeModel, { metadata }: KubernetesObject): LogTail[] {
  return model.snapshot.logs
    .filter(({ namespace, pod }) => namespace === metadata.namespace && pod.startsWith(`${metadata.name}-`))
    .sort((left, right) => (left.pod < right.pod ? -1 : left.pod > right.pod ? 1 : 0));
}

function explain(model: ScopeModel, owner: KubernetesObject): Cause[] {
  const rollout = lastRollout(model, owner);
  const [newest, ...older] = model.revisions(owner);
  if (!newest || !rollout || model.now.getTime() - rollout.at > twoHours) return [];
  const now = errorsIn(logsOf(model, newest));
  const before = errorsIn(older.flatMap((revision) => logsOf(model, revision)));
  const { last } = now;
  if (!last || now.errors < 5 || now.errors < now.lines * 0.1 || before.lines < 20 || before.errors > 0) return [];
  const { namespace, name } = owner.metadata;
  const pods = model.podsOf(owner);
  return [
    buildCause(model, {
      causeId: "revision-regression",
      object: owner,
      pods,
      symptom: owner,
      summary: `${name}: since its newest revision its log tells of errors, and before it did not: ${last.line.trim().slice(0, 200)}`,
      evidence: [
        {
          source: "log",
          ref: `Pod/${namespace ?? ""}/${last.pod}`,
          path: last.container,
          quote: last.line.slice(0, 400),
        },
        {
          source: "field",
          ref: rollout.ref,
          path: rollout.path,
          quote: rollout.quote,
          at: new Date(rollout.at).toISOString(),
        },
        {
          source: "log",
          ref: refText(newest),
          quote: `${now.errors} of ${now.lines} lines; of the revisions before, 0 of ${before.lines}`,
        },
      ],
      confidence: "likely",
      since: new Date(rollout.at).toISOString(),
      actions: proposeRolloutUndo(model, owner, "its log tells of errors since the newest revision"),
    }),
  ];
}

/** Programs that run, and whose log tells of errors since their newest revision. The rule stands with those of metrics. */
export const revisionLogsFamily: RuleFamily = {
  rules: [],
  evaluate: (model, explained) =>
    model
      .list("Deployment")
      .filter((owner) => !explained.has(owner) && !model.podsOf(owner).some((pod) => explained.pod(pod)))
      .flatMap((owner) => explain(model, owner)),
};
