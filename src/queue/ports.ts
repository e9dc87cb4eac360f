import type { QueueName, QueuePayload } from "./queues.js";

/** Puts work on one queue. Rejects at once, with a retryable KubeClawError, when the queue is unreachable. */
export interface Enqueue<N extends QueueName> {
  (payload: QueuePayload<N>, options: { id: string; delayMs?: number }): Promise<void>;
}
