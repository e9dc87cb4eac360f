import { at, listAt, textAt } from "../../domain/kubernetes-object.js";
import type { Snapshot } from "../../domain/snapshot.js";
import { decideObstacle } from "../decide-obstacle.js";
import { buildRunningOn, fitNodes, requestsOf } from "../node-fit.js";
import { formatAmount } from "../parse-quantity.js";
import { parseScheduling } from "../parse-scheduling.js";
import { schedulerSays } from "../scheduler-says.js";
import { scopedModel } from "./scoped-model.js";

const mostNodes = 40;

/** What of a pod's wishes no node can be asked for alone. */
const uncomputed: readonly (readonly [what: string, ...path: string[]])[] = [
  ["pod affinity", "affinity", "podAffinity"],
  ["pod anti-affinity", "affinity", "podAntiAffinity"],
  ["topology spread", "topologySpreadConstraints"],
];

/** Why no node takes a pod, node by node, the nearest to fitting first; null where there is no such pod. */
export function explainScheduling(snapshot: Snapshot, namespace: string, name: string): string[] | null {
  const model = scopedModel(snapshot, namespace);
  const pod = model.find("Pod", namespace, name);
  if (!pod) return null;
  const node = textAt(pod, "spec", "nodeName");
  if (node !== undefined) return [`it is assigned to node ${node}: no node is looked for`];
  const gates = listAt(pod, "spec", "schedulingGates").flatMap((gate) => textAt(gate, "name") ?? []);
  const { message } = schedulerSays(model, pod);
  const fits = fitNodes(model, pod, buildRunningOn(model));
  const decided = decideObstacle(pod, parseScheduling(message), fits);
  const asks = [...requestsOf(pod)].map(([resource, amount]) => `${formatAmount(resource, amount)} ${resource}`);
  const open = uncomputed.flatMap(([what, ...path]) => (at(pod, "spec", ...path) === undefined ? [] : [what]));
  const nearest = fits.toSorted((left, right) => left.blockers.length - right.blockers.length);
  return [
    ...(gates.length > 0 ? [`the scheduler does not look at it before the gate ${gates.join(", ")} is lifted`] : []),
    `the scheduler says: ${message === "" ? "nothing that was read" : message}`,
    ...(decided ? [`that means (${decided.confidence}): ${decided.causeId}: ${decided.says}`] : []),
    `it asks for: ${asks.length > 0 ? asks.join(", ") : "nothing"}`,
    ...nearest.slice(0, mostNodes).map(({ node: { metadata }, blockers }) => {
      const says = blockers.map((blocker) => blocker.says).join("; ");
      return `${metadata.name}: ${says === "" ? "nothing that can be computed is against it" : says}`;
    }),
    ...(fits.length > mostNodes ? [`${fits.length - mostNodes} more nodes are left out`] : []),
    ...(fits.length === 0 ? ["no node was read"] : ["what is free counts only the pods that were read"]),
    ...(open.length > 0 ? [`not computed: ${open.join(", ")}`] : []),
  ];
}
