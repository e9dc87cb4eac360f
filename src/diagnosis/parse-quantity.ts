const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A Kubernetes quantity as a number of its base unit (cores, bytes, pieces); undefined where it is none.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const match = /^([+-]?\d{1,20}(?:\.\d{0,20})?(?:[eE][+-]?\d{1,3})?)([numkMGTPE]|[KMGTPE]i)?$/.exec(value.trim());
  const factor = suffixes[match?.[2] ?? ""];
  const number = Number(match?.[1]);
  return match && factor !== undefined && Number.isFinite(number) ? number * factor : undefined;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Cores as people write them: `250m`, `2`. */
export function formatCpu(cores: number): string {
  return cores < 1 ? `${Math.round(cores * 1_000)}m` : round(cores);
}

/** Bytes as people write them: `512Mi`, `1.5Gi`. */
export function formatBytes(bytes: number): string {
  for (const unit of ["Ti", "Gi", "Mi", "Ki"] as const) {
    const size = suffixes[unit] ?? 1;
    if (bytes >= size) return `${round(bytes / size)}${unit}`;
  }
  return `${Math.round(bytes)}`;
}

/** An amount of a resource by the resource's name. */
export function formatAmount(resource: string, amount: number): string {
  if (resource === "cpu") return formatCpu(amount);
  return resource === "memory" || resource.includes("storage") || resource.startsWith("hugepages")
    ? formatBytes(amount)
    : round(amount);
}
