import type { Registry } from "./ask-registry.js";

/** How long the steps of a node take, in milliseconds. */
export interface Timing {
  pullMs: number;
  startMs: number;
  readyMs: number;
  stopMs: number;
  /** Between two tries to create a container whose configuration is missing. */
  configRetryMs: number;
  /** The first pause after a failed pull or a crash; every next one is twice as long, five minutes at most. */
  backOffMs: number;
}

export const defaultTiming: Timing = {
  pullMs: 300,
  startMs: 200,
  readyMs: 300,
  stopMs: 200,
  configRetryMs: 12_000,
  backOffMs: 10_000,
};

/** What a container of one image does. */
export interface Program {
  logs: readonly string[];
  exits?: { code: number; afterMs: number } | undefined;
}

/** What a node finds in the world. */
export interface NodeFacts {
  timing: Timing;
  registries: Readonly<Record<string, Registry>>;
  program(image: string): Program | undefined;
  /** Images that the node has. */
  pulled: Set<string>;
}

export type LogAnswer = { lines: readonly string[] } | { refusal: string };

/** What runs one pod. */
export interface PodWorker {
  /** The pod was marked as deleted: end it, then remove it. */
  stop(): void;
  /** The pod is gone, or the cluster ends: leave nothing running. */
  abandon(): Promise<void>;
  logs(container: string | undefined, previous: boolean): LogAnswer;
}
