import type { AuditEvent } from "../domain/audit-event.js";
import type { ControllerMessage } from "../domain/controller-message.js";
import type { Fact } from "../domain/fact.js";
import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { RunInput } from "../domain/run-input.js";

/** What the API server says of a token that was shown to us for our audience. */
export interface TokenFinding {
  authenticated: boolean;
  audiences: readonly string[];
  username: string;
  podName: string | undefined;
  podUid: string | undefined;
  error: string | undefined;
}

export interface GatewayCluster {
  reviewToken(token: string): Promise<TokenFinding>;
  findPod(namespace: string, name: string): Promise<KubernetesObject | null>;
}

/** Spend of one run and of the day, kept where a dead process cannot lose it. */
export interface Budgets {
  /** Reserves the worst case of one call, or says which cap is in the way. Atomic over all gateways. */
  reserve(
    run: string,
    worstUsd: number,
    caps: { runUsd: number; runCalls: number; dayUsd: number },
  ): Promise<"ok" | "run-usd" | "run-calls" | "day-usd">;
  /** Replaces the reservation by what the call cost. */
  settle(run: string, worstUsd: number, actualUsd: number): Promise<void>;
  spentUsd(run: string): Promise<number>;
}

export interface GatewayStore {
  input(run: string): Promise<RunInput | null>;
  isCancelled(run: string): Promise<boolean>;
  noteVerdicts(run: string, count: number): Promise<void>;
  /** Keeps the run's snapshot for follow-up questions, for a day. */
  keepSnapshot(run: string, tenant: string, bytes: Uint8Array): Promise<void>;
}

/** Series over time, from whoever keeps them. @throws where it does not answer in time, or too much. */
export interface MetricsSource {
  range(
    query: string,
    range: { from: Date; to: Date; stepSeconds: number },
  ): Promise<{ labels: Record<string, string>; points: [number, number][] }[]>;
}

export type Tell = (fact: Fact, id: string) => Promise<void>;
export type TellController = (message: ControllerMessage, id: string) => Promise<void>;
/** Appends to the audit stream; rejects when it was not recorded. */
export type Audit = (event: AuditEvent) => Promise<void>;

/**
 * The Messages API, spoken with our key, one request for each call.
 * @throws KubeClawError `throttled` or `unavailable` where it made no answer, `unexpected` where it may have made one
 * that did not arrive whole: that one may cost money. `retryable` says whether asking again may help.
 */
export interface ModelUpstream {
  create(body: Record<string, unknown>): Promise<{
    body: Record<string, unknown>;
    inputTokens: number;
    outputTokens: number;
    cacheReadTokens: number;
    cacheWriteTokens: number;
  }>;
}
