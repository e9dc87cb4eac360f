import type { z } from "zod";
import { ControllerMessage } from "../domain/controller-message.js";
import { ExecutionRequest } from "../domain/execution-request.js";
import { Fact } from "../domain/fact.js";
import { InvestigationRequest } from "../domain/investigation-request.js";

interface QueueRow<T> {
  payload: z.ZodType<T>;
  attempts: number;
  /** First delay of the exponential backoff, in milliseconds; jittered by half. */
  backoffMs: number;
  /** Jobs that one process works on at the same time. */
  concurrency: number;
  /** How long a finished job is kept: for as long its id turns a late redelivery into nothing. */
  keepFinishedSeconds: number;
  keepFinishedCount: number;
  /** How often a job may be taken over from a dead process before it fails, visibly. */
  maxStalled: number;
}

/** Every queue of the product: what travels on it and how it is retried. What is exhausted stays in the failed set. */
export const queues = {
  /** Launches an investigation; following it is not the queue's work. */
  investigations: {
    payload: InvestigationRequest,
    attempts: 8,
    backoffMs: 500,
    concurrency: 10,
    keepFinishedSeconds: 86_400,
    keepFinishedCount: 50_000,
    maxStalled: 3,
  },
  /** Launches the Job of an approved plan. Safe to repeat: the AgentRun's name is taken once and outlives the Job. */
  executions: {
    payload: ExecutionRequest,
    attempts: 8,
    backoffMs: 500,
    concurrency: 5,
    keepFinishedSeconds: 86_400,
    keepFinishedCount: 50_000,
    maxStalled: 3,
  },
  /** What the controller is told; it alone writes Decisions. */
  decisions: {
    payload: ControllerMessage,
    attempts: 8,
    backoffMs: 500,
    concurrency: 4,
    keepFinishedSeconds: 86_400,
    keepFinishedCount: 10_000,
    maxStalled: 3,
  },
  /** What threads are told; drained by the bot. */
  outbox: {
    payload: Fact,
    attempts: 12,
    backoffMs: 500,
    concurrency: 10,
    keepFinishedSeconds: 3_600,
    keepFinishedCount: 10_000,
    maxStalled: 5,
  },
} as const satisfies Record<string, QueueRow<unknown>>;

export type QueueName = keyof typeof queues;
export type QueuePayload<N extends QueueName> = z.infer<(typeof queues)[N]["payload"]>;

/** The prefix of every key of ours in BullMQ. */
export const queuePrefix = "kubeclaw";

/**
 * Recovery of a dead process' jobs in about lock + interval, 6 s at the worst; BullMQ's defaults (30 s and 30 s) take 60.
 * The event stream is short because nothing of ours is decided from it.
 */
export const recovery = {
  lockDurationMs: 4_000,
  stalledIntervalMs: 2_000,
  /** How soon a consumer asks again after its connection broke. */
  retryMs: 500,
  eventStreamLength: 200,
} as const;
