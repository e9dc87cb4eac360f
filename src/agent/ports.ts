import type {
  FindingsReport,
  MetricsAnswer,
  ProgressReport,
  ProposalReport,
  ReadsReport,
  RunBriefing,
} from "../domain/gateway-api.js";
import type { KubernetesObject } from "../domain/kubernetes-object.js";

/** Reads of the cluster, with the run's own read-only account. */
export interface ReadCluster {
  /**
   * The objects of a kind in a namespace, or of the cluster where it is null, read in pages; `cut` says that there are
   * more. `forbidden` and `not-found` are errors of the caller's to handle.
   */
  list(
    apiVersion: string,
    kind: string,
    namespace: string | null,
  ): Promise<{ objects: KubernetesObject[]; cut: boolean }>;
  logs(
    pod: { namespace: string; name: string; container: string; previous: boolean },
    tailLines: number,
  ): Promise<string[]>;
  version(): Promise<string>;
  /** API calls and bytes so far. */
  spent(): { calls: number; bytes: number };
}

/** The gateway, as a run sees it. */
export interface RunGateway {
  briefing(): Promise<RunBriefing>;
  /** The last hour of the run's namespace, where the installation has metrics. */
  metrics(): Promise<MetricsAnswer>;
  progress(report: ProgressReport): Promise<void>;
  findings(report: FindingsReport): Promise<void>;
  propose(report: ProposalReport): Promise<void>;
  reads(report: ReadsReport): Promise<void>;
  snapshot(gzipped: Uint8Array): Promise<void>;
}

export interface ToolCall {
  id: string;
  name: string;
  input: unknown;
}

/** One turn of the model, reached through the gateway. */
export interface ModelTurn {
  text: string;
  toolCalls: readonly ToolCall[];
  /** Why the model stopped, in the API's words. */
  stopReason?: string;
  /** What to send back as the assistant's message of the next turn. */
  content: unknown;
}

export interface ModelMessage {
  role: "user" | "assistant";
  content: unknown;
}

/** @throws KubeClawError when the gateway or the model refuses or fails. */
export interface ReasoningModel {
  turn(request: {
    model: string;
    maxTokens: number;
    system: string;
    messages: readonly ModelMessage[];
    tools: readonly ToolSchema[];
  }): Promise<ModelTurn>;
}

export interface ToolSchema {
  name: string;
  description: string;
  input_schema: Record<string, unknown>;
}
