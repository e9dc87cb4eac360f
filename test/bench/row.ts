/** One figure beside its anchor, both measured in this run, with every raw sample. */
export interface Row {
  figure: string;
  unit: string;
  /** What it is compared with, and what that measured; null where nothing to compare with runs on this machine. */
  anchor: { what: string; value: number } | null;
  ours: number;
  target: { what: string; met: boolean };
  /** How it was measured, in a sentence. */
  how: string;
  samples: Readonly<Record<string, readonly number[]>>;
}

/** The value below which a share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);
