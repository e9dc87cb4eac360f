/** What a rollout's next step is decided from. Counts of pods. */
export interface RolloutFacts {
  wanted: number;
  strategy: "RollingUpdate" | "Recreate";
  maxSurge: number | string;
  maxUnavailable: number | string;
  /** The ReplicaSet of the template as it is now. */
  current: { replicas: number; available: number };
  /** Those of earlier templates, oldest first. */
  old: readonly { replicas: number; available: number }[];
  /** Pods of earlier templates that are there still, terminating ones included. */
  oldPods: number;
}

export interface RolloutStep {
  current: number;
  old: number[];
}

function resolve(value: number | string, wanted: number, round: (value: number) => number): number {
  if (typeof value === "number") return value;
  return round((Number(value.replace("%", "")) / 100) * wanted);
}

/** How many more and how many fewer pods than wanted a rollout may have. Never none of both: it could not move. */
export function decideBounds({
  wanted,
  maxSurge,
  maxUnavailable,
}: Pick<RolloutFacts, "wanted" | "maxSurge" | "maxUnavailable">): { surge: number; unavailable: number } {
  const surge = resolve(maxSurge, wanted, Math.ceil);
  const unavailable = resolve(maxUnavailable, wanted, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/**
 * How many replicas each ReplicaSet of a Deployment gets next: first more of the new one, as far as the surge allows;
 * then fewer of the old ones, those that do not serve first, so that enough pods serve at every moment.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */
export function decideRolloutStep(facts: RolloutFacts): RolloutStep {
  const { wanted, strategy, current, old, oldPods } = facts;
  if (strategy === "Recreate") {
    return { current: oldPods === 0 ? wanted : current.replicas, old: old.map(() => 0) };
  }
  const { surge, unavailable } = decideBounds(facts);
  const total = current.replicas + sum(old.map(({ replicas }) => replicas));
  const next =
    current.replicas > wanted
      ? wanted
      : current.replicas + Math.max(0, Math.min(wanted + surge - total, wanted - current.replicas));
  if (next !== current.replicas) return { current: next, old: old.map(({ replicas }) => replicas) };

  const mustServe = wanted - unavailable;
  let mayGo = total - mustServe - (current.replicas - current.available);
  const left = old.map(({ replicas }) => replicas);
  if (mayGo <= 0) return { current: next, old: left };
  old.forEach(({ replicas, available }, index) => {
    const unhealthy = Math.min(mayGo, replicas - available);
    left[index] = replicas - unhealthy;
    mayGo -= unhealthy;
  });
  let spare = current.available + sum(old.map(({ available }) => available)) - mustServe;
  old.forEach((_, index) => {
    const fewer = Math.max(0, Math.min(spare, left[index] ?? 0));
    left[index] = (left[index] ?? 0) - fewer;
    spare -= fewer;
  });
  return { current: next, old: left };
}
