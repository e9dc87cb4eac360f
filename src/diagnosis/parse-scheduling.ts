/** What the scheduler says keeps a pod off some nodes. */
export interface Obstacle {
  kind:
    | "resource"
    | "pods"
    | "selector"
    | "taint"
    | "cordoned"
    | "anti-affinity"
    | "existing-anti-affinity"
    | "affinity"
    | "spread"
    | "ports"
    | "volume-node"
    | "volume-none"
    | "volume-unbound"
    | "claim-missing";
  /** Nodes that it keeps the pod off; 0 where it is said of the pod as a whole. */
  nodes: number;
  /** The resource, the taint or the claim. */
  detail: string;
}

type Test = readonly [RegExp, Obstacle["kind"]];

/** In the words of the scheduler's plugins, older and newer ones. */
const tests: readonly Test[] = [
  [/^Insufficient ([a-zA-Z0-9](?:[a-zA-Z0-9./_-]{0,98}[a-zA-Z0-9])?)/, "resource"],
  [/^Too many pods/, "pods"],
  [/untolerated taint(?:\(s\)|s)?(?: \{([^}]{0,300})\})?/, "taint"],
  [/^node\(s\) were unschedulable/, "cordoned"],
  [
    /didn't match Pod's node affinity\/selector|didn't match node selector|didn't match Pod's node affinity/i,
    "selector",
  ],
  [/didn't satisfy existing pods anti-affinity/i, "existing-anti-affinity"],
  [/didn't match pod anti-affinity|didn't satisfy pod anti-affinity/i, "anti-affinity"],
  [/didn't match pod affinity/i, "affinity"],
  [/topology spread constraints/i, "spread"],
  [/didn't have free ports/i, "ports"],
  [/volume node affinity conflict|didn't match PersistentVolume's node affinity/i, "volume-node"],
  [/didn't find available persistent volumes/i, "volume-none"],
];
const missingClaim = /persistentvolumeclaim "([a-z0-9.-]{1,253})" (?:not found|is being deleted|bound to non-existent)/;

/**
 * Reads the scheduler's message (`0/3 nodes are available: 2 Insufficient cpu, 1 node(s) had untolerated taint {k: v}.`).
 * What it says of preemption is left out.
 */
export function parseScheduling(message: string): Obstacle[] {
  const text = message.slice(0, 4_000);
  const claim = missingClaim.exec(text);
  if (claim) return [{ kind: "claim-missing", nodes: 0, detail: claim[1] ?? "" }];
  const listed = text.indexOf("nodes are available:");
  if (listed < 0) return [];
  const preemption = text.indexOf("preemption:");
  const body = text.slice(listed + "nodes are available:".length, preemption > listed ? preemption : text.length);
  if (/unbound immediate PersistentVolumeClaims/i.test(body)) return [{ kind: "volume-unbound", nodes: 0, detail: "" }];
  const obstacles: Obstacle[] = [];
  // A taint may hold a comma only inside its braces.
  for (const part of body.split(/, (?=\d)|\. (?=\d)/)) {
    const counted = /^\s*(\d{1,6}) (.{1,600})/s.exec(part);
    if (!counted) continue;
    const reason = counted[2] ?? "";
    for (const [test, kind] of tests) {
      const match = test.exec(reason);
      if (!match) continue;
      obstacles.push({ kind, nodes: Number(counted[1]), detail: (match[1] ?? "").trim() });
      break;
    }
  }
  return obstacles;
}
