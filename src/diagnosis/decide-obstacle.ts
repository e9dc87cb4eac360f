import type { Confidence, Verdict as Diagnosed } from "../domain/diagnosis.js";
import type { KubernetesObject } from "../domain/kubernetes-object.js";
import { type Finding, fieldEvidence } from "./build-evidence.js";
import type { Blocker, NodeFit } from "./node-fit.js";
import type { Obstacle } from "./parse-scheduling.js";
import { textsAt } from "./texts-at.js";

/** Why no node takes a pod, and the smallest change that would let one take it. */
export interface Verdict {
  causeId: string;
  says: string;
  confidence: Confidence;
  evidence: Finding[];
  ruledOut: Diagnosed["ruledOut"];
  /** The node that a person would change; undefined where it is the workload. */
  node?: KubernetesObject;
  /** A node that fails, whose verdict explains this one. */
  waitsFor?: KubernetesObject;
}

const controlPlane = /node-role\.kubernetes\.io\/(?:control-plane|master)/;
const nodeFails =
  /^node\.kubernetes\.io\/(?:not-ready|unreachable|memory-pressure|disk-pressure|pid-pressure|network-unavailable)/;

function resourceCause(resource: string): string {
  if (resource === "cpu") return "insufficient-cpu";
  if (resource === "memory") return "insufficient-memory";
  return resource === "ephemeral-storage" ? "insufficient-ephemeral-storage" : "insufficient-extended-resource";
}

const causes: Readonly<Record<Exclude<Obstacle["kind"], "resource" | "selector">, readonly [string, string]>> = {
  pods: ["node-pod-limit-reached", "they run as many pods as they may"],
  taint: ["taint-not-tolerated", "a taint is not tolerated"],
  cordoned: ["node-cordoned", "they are cordoned"],
  "anti-affinity": ["pod-anti-affinity-unsatisfied", "its anti-affinity needs more nodes than there are"],
  "existing-anti-affinity": ["existing-pod-anti-affinity", "the anti-affinity of pods that run there keeps it off"],
  affinity: ["pod-affinity-unsatisfied", "its pod affinity matches no pod that runs"],
  spread: ["topology-spread-unsatisfied", "its topology spread constraint cannot be met"],
  ports: ["host-port-conflict", "the host port that it asks for is in use"],
  "volume-node": ["volume-node-affinity-conflict", "its volume belongs to another node or zone"],
  "volume-none": ["volume-node-affinity-conflict", "no volume for its claim can be used there"],
  "volume-unbound": ["", ""],
  "claim-missing": ["", ""],
};

/** The scheduler gives for each node the first plugin that refused it; a later plugin means a node nearer to fitting. */
const order: readonly Obstacle["kind"][] = [
  "affinity",
  "anti-affinity",
  "existing-anti-affinity",
  "spread",
  "volume-node",
  "volume-none",
  "resource",
  "pods",
  "ports",
  "taint",
  "selector",
  "cordoned",
];

function selectorOf(pod: KubernetesObject): string {
  return Object.entries(textsAt(pod, "spec", "nodeSelector"))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

function ofObstacle(pod: KubernetesObject, obstacle: Obstacle): { causeId: string; says: string } {
  const on = obstacle.nodes === 1 ? "1 node" : `${obstacle.nodes} nodes`;
  if (obstacle.kind === "resource")
    return { causeId: resourceCause(obstacle.detail), says: `not enough ${obstacle.detail} is free on ${on}` };
  if (obstacle.kind === "selector") {
    const selector = selectorOf(pod);
    return selector === ""
      ? { causeId: "node-affinity-mismatch", says: `its node affinity does not match ${on}` }
      : { causeId: "node-selector-mismatch", says: `its nodeSelector ${selector} does not match ${on}` };
  }
  const [causeId, says] = causes[obstacle.kind];
  const detail = obstacle.kind === "taint" && obstacle.detail !== "" ? ` (${obstacle.detail})` : "";
  return { causeId, says: `on ${on} ${says}${detail}` };
}

/** From the scheduler's words alone: one obstacle is the cause; of several, the one nearest to fitting is likely. */
function fromMessage(pod: KubernetesObject, obstacles: readonly Obstacle[]): Verdict | null {
  const known = obstacles.filter(({ kind }) => kind !== "volume-unbound" && kind !== "claim-missing");
  const workers = known.filter(({ kind, detail }) => kind !== "taint" || !controlPlane.test(detail));
  const counted = (workers.length > 0 ? workers : known).toSorted(
    (left, right) => order.indexOf(left.kind) - order.indexOf(right.kind),
  );
  const [first, ...others] = counted;
  if (!first) return null;
  const rest = others.map((obstacle) => ofObstacle(pod, obstacle));
  // Such a taint only shows what the node itself suffers from.
  const shows = first.kind === "taint" && first.detail.startsWith("node.kubernetes.io/");
  const { causeId, says } = ofObstacle(pod, first);
  return {
    causeId,
    says: [says, ...rest.map((other) => other.says)].join("; "),
    confidence: rest.length === 0 && !shows ? "confirmed" : "likely",
    evidence: [],
    ruledOut: [],
  };
}

function ofBlocker(blocker: Blocker): string {
  switch (blocker.kind) {
    case "resource":
      return resourceCause(blocker.detail);
    case "selector":
      return "node-selector-mismatch";
    case "affinity":
      return "node-affinity-mismatch";
    case "cordoned":
    case "taint":
    case "pods":
    case "volume-node":
      return causes[blocker.kind][0];
  }
}

/** What is least for a person to change, of blockers that each stand alone in the way. */
const ease: readonly Blocker["kind"][] = [
  "cordoned",
  "taint",
  "selector",
  "affinity",
  "volume-node",
  "pods",
  "resource",
];

function ruledOut(fits: readonly NodeFit[], causeId: string): Verdict["ruledOut"] {
  const seen = new Set(fits.flatMap(({ blockers }) => blockers.map(ofBlocker)));
  return (["insufficient-cpu", "insufficient-memory", "taint-not-tolerated", "node-cordoned"] as const)
    .filter((other) => other !== causeId && !seen.has(other))
    .map((other) => ({ causeId: other, because: `computed for ${fits.length} nodes` }));
}

/** From the nodes themselves: the node with the fewest things in the way shows the smallest change. */
function fromNodes(fits: readonly NodeFit[], said: ReadonlySet<string>): Verdict | null {
  const workers = fits.filter((fit) => !fit.controlPlane);
  const candidates = workers.length > 0 ? workers : fits;
  if (candidates.length === 0 || candidates.some(({ blockers }) => blockers.length === 0)) return null;
  const fewest = Math.min(...candidates.map(({ blockers }) => blockers.length));
  const nearest = candidates
    .filter(({ blockers }) => blockers.length === fewest)
    .toSorted(
      (left, right) => rank(left) - rank(right) || left.node.metadata.name.localeCompare(right.node.metadata.name),
    );
  const best = nearest[0];
  const blocker =
    best && [...best.blockers].sort((left, right) => ease.indexOf(left.kind) - ease.indexOf(right.kind))[0];
  if (!best || !blocker) return null;
  const causeId = ofBlocker(blocker);
  const all = candidates.every(({ blockers }) => blockers.some((entry) => ofBlocker(entry) === causeId));
  const agrees = said.size === 0 || said.has(causeId);
  const shown = candidates
    .slice(0, 5)
    .map(({ node, blockers }) => `${node.metadata.name}: ${blockers.map(({ says }) => says).join(", ")}`);
  const mine = blocker.kind === "cordoned" || blocker.kind === "taint";
  const waits = blocker.kind === "taint" && nodeFails.test(blocker.detail);
  return {
    causeId,
    says: `nearest is ${best.node.metadata.name}, where ${best.blockers.map(({ says }) => says).join(" and ")}${
      blocker.everFits === false ? "; it is more than any such node has" : ""
    }`,
    confidence: agrees && (all || fewest === 1) && sameCause(nearest, causeId) ? "confirmed" : "likely",
    evidence: shown.map((line, index) =>
      fieldEvidence(
        candidates[index]?.node ?? best.node,
        blocker.kind === "resource" ? "status.allocatable" : "spec",
        line,
      ),
    ),
    ruledOut: ruledOut(candidates, causeId),
    ...(mine ? { node: best.node } : {}),
    ...(waits ? { waitsFor: best.node } : {}),
  };
}

function sameCause(nearest: readonly NodeFit[], causeId: string): boolean {
  return nearest.every(({ blockers }) => blockers.some((blocker) => ofBlocker(blocker) === causeId));
}

/** A node that could never hold the pod is further away than any other. */
function rank({ blockers }: NodeFit): number {
  const never = blockers.some(({ everFits }) => everFits === false) ? 100 : 0;
  return never + Math.min(...blockers.map(({ kind }) => ease.indexOf(kind)));
}

/**
 * Decides what keeps a pod off every node: computed where the snapshot has nodes and the scheduler does not say
 * something that cannot be computed (other pods' affinity, ports, spread), else read from its message.
 */
export function decideObstacle(
  pod: KubernetesObject,
  obstacles: readonly Obstacle[],
  fits: readonly NodeFit[],
): Verdict | null {
  if (obstacles.some(({ kind }) => kind === "volume-unbound" || kind === "claim-missing")) return null;
  const read = fromMessage(pod, obstacles);
  const computable = obstacles.every(({ kind }) =>
    ["resource", "pods", "taint", "selector", "cordoned", "volume-node"].includes(kind),
  );
  if (!computable) return read;
  const said = new Set(obstacles.map((obstacle) => ofObstacle(pod, obstacle).causeId));
  // The scheduler has one sentence for both.
  if (said.has("node-selector-mismatch")) said.add("node-affinity-mismatch");
  const computed = obstacles.length > 0 ? fromNodes(fits, said) : null;
  // What the scheduler does not say cannot be what it meant: then its own words stand.
  return computed && said.has(computed.causeId) ? computed : read;
}
