import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { Component } from "./build-components.js";
import { type Finding, logEvidence } from "./build-evidence.js";
import { classifyLog } from "./classify-log.js";
import type { Reason, Suspect } from "./decide-reason.js";
import type { Slowness } from "./decide-slowness.js";
import { symptomOf } from "./decide-symptom.js";
import { lastRollout, type Rollout } from "./describe-revision.js";
import { describeRivals } from "./find-rivals.js";
import type { ScopeModel } from "./scope-model.js";

const causeIds: Partial<Record<Reason, string>> = {
  cpu: "cpu-saturated",
  throttled: "cpu-throttled",
  loss: "network-packet-loss",
  latency: "network-latency",
};

const says: Readonly<Record<Reason, string>> = {
  cpu: "it is out of CPU",
  throttled: "its CPU limit is too low and holds it back",
  memory: "its memory has grown",
  disk: "it reads or writes far more on its disk than before",
  sockets: "it holds far more connections than before",
  loss: "calls to it are lost on their way",
  latency: "calls to it are slow on their way",
  errors: "more of its requests fail",
  unclear: "it answers slower, and nothing that was measured shows why",
};

/** Why it answers worse, with whatever else the same figures fit. */
function because({ reason, rivals = [] }: Suspect): string {
  const instead = describeRivals(rivals)?.words;
  if (instead === undefined) return says[reason];
  if (reason === "loss") return `calls to it, or its own to ${instead}, are lost on their way`;
  if (reason === "latency") return `calls to it, or its own to ${instead}, are slow on their way`;
  return reason === "unclear" ? `what was measured fits its own network as well as that of ${instead}` : says[reason];
}

/** An error in the program's own words in the log of a component's pods. */
function ownError(model: ScopeModel, owner: KubernetesObject): Finding | undefined {
  for (const pod of model.podsOf(owner))
    for (const container of model.containersIn(pod))
      for (const { lines, previous } of model.logsOf(container)) {
        const found = previous ? null : classifyLog(lines, previous);
        if (found?.kind === "error") return logEvidence(container, previous, found.line);
      }
  return undefined;
}

/** Trouble with what a component needs, by its log: refused, not found, not let in. A lossy network refuses nothing. */
function needsElse(model: ScopeModel, owner: KubernetesObject): Finding | undefined {
  for (const pod of model.podsOf(owner))
    for (const container of model.containersIn(pod))
      for (const { lines, previous } of model.logsOf(container)) {
        const told = (previous ? [] : lines.slice(-20)).filter((line) => {
          const kind = classifyLog([line], false)?.kind;
          if (kind === undefined || kind === "error" || kind === "config") return false;
          return kind !== "connection" || /refused|ECONNREFUSED/i.test(line.slice(0, 1_000));
        });
        const line = told.at(-1);
        if (line !== undefined && told.length >= 3) return logEvidence(container, previous, line);
      }
  return undefined;
}

function rolloutBefore(model: ScopeModel, component: Component, since: number): Rollout | undefined {
  const rollout = lastRollout(model, component.owner);
  const ago = rollout && since - rollout.at / 1_000;
  return ago !== undefined && ago >= -180 && ago <= 1_200 ? rollout : undefined;
}

/** What a slowness comes to: a cause, how sure it is, and why. */
export interface SlownessReading {
  causeId: string;
  confidence: "confirmed" | "likely" | "inconclusive";
  because: string;
  more: Finding[];
}

/** Names the cause of a slowness by what its root shows, and by what was rolled out before it. */
export function readSlowness(model: ScopeModel, slowness: Slowness): SlownessReading {
  const { root, since } = slowness;
  const { component, reason, measured } = root;
  const why = because(root);
  const causeId = causeIds[reason];
  const rollout = rolloutBefore(model, component, since);
  const own = reason === "errors" || reason === "unclear" ? ownError(model, component.owner) : undefined;
  // A limit that was set lower is a fault of that setting; anything else that came with a revision is the revision's.
  if (rollout && !((reason === "throttled" || reason === "cpu") && /resources/.test(rollout.quote)))
    return {
      causeId: "revision-regression",
      confidence: "likely",
      because: `it answers worse since ${rollout.revision === "" ? "its last rollout" : `revision ${rollout.revision}`}; ${why}`,
      more: [
        {
          source: "field",
          ref: rollout.ref,
          path: rollout.path,
          quote: rollout.quote,
          at: new Date(rollout.at).toISOString(),
        },
        ...(own ? [own] : []),
      ],
    };
  if (own && reason === "errors")
    return {
      causeId: "application-error",
      confidence: "likely",
      because: `it fails in its own code: ${own.quote.slice(0, 200)}`,
      more: [own],
    };
  if (causeId === undefined)
    return {
      causeId: "unexplained-failure",
      confidence: "inconclusive",
      because: why,
      more: own ? [own] : [],
    };
  const need = measured ? undefined : needsElse(model, component.owner);
  if (need)
    return {
      causeId: "unexplained-failure",
      confidence: "inconclusive",
      because: `it answers worse, and its log tells of something that it needs: ${need.quote.slice(0, 200)}`,
      more: [need],
    };
  if (measured) return { causeId, confidence: proves(root) ? "confirmed" : "likely", because: why, more: [] };
  return { causeId, confidence: "likely", because: why, more: [] };
}

/** A limit that is reached and a packet that is dropped are facts; that it is far busier only fits. */
function proves({ component, reason }: Suspect): boolean {
  if (!symptomOf(component)) return false;
  const ofLimit = component.signals.get("cpuOfLimit");
  return (
    reason === "throttled" || reason === "loss" || (reason === "cpu" && ofLimit !== undefined && ofLimit.now >= 0.85)
  );
}
