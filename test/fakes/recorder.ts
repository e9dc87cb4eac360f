import { AuditEvent } from "../../src/domain/audit-event.js";
import type { ControllerMessage } from "../../src/domain/controller-message.js";
import type { ExecutionRequest } from "../../src/domain/execution-request.js";
import type { Fact } from "../../src/domain/fact.js";
import { type QueueName, type QueuePayload, queues } from "../../src/queue/index.js";

/** A queue in memory: refuses what the real one refuses, and an id that is there already changes nothing. */
function enqueue<N extends QueueName>(queue: N, into: Map<string, QueuePayload<N>>) {
  return (payload: QueuePayload<N>, id: string): Promise<void> => {
    if (id.includes(":")) return Promise.reject(new Error(`BullMQ takes no colon in an id: ${id}`));
    const parsed = queues[queue].payload.parse(payload) as QueuePayload<N>;
    if (!into.has(id)) into.set(id, parsed);
    return Promise.resolve();
  };
}

/** Keeps everything that a stage says, in the order in which it says it. */
export function createRecorder() {
  const log: string[] = [];
  const events: AuditEvent[] = [];
  const facts = new Map<string, Fact>();
  const messages = new Map<string, ControllerMessage>();
  const executions = new Map<string, ExecutionRequest>();
  const logged =
    <T extends { kind: string }>(what: string, add: (payload: T, id: string) => Promise<void>) =>
    (payload: T, id: string): Promise<void> => {
      log.push(`${what} ${payload.kind}`);
      return add(payload, id);
    };
  const late: Promise<unknown>[] = [];
  const addExecution = enqueue("executions", executions);
  return {
    log,
    events,
    facts,
    messages,
    executions,
    audit: (event: AuditEvent): Promise<void> => {
      log.push(`audit ${event.kind}`);
      events.push(AuditEvent.parse(event));
      return Promise.resolve();
    },
    tell: logged<Fact>("tell", enqueue("outbox", facts)),
    tellController: logged<ControllerMessage>("tell-controller", enqueue("decisions", messages)),
    execute: (request: ExecutionRequest, id: string): Promise<void> => {
      log.push("execute");
      return addExecution(request, id);
    },
    later: (work: () => Promise<unknown>): void => {
      late.push(work());
    },
    /** An answer, once all that goes on after it has ended. */
    async afterwards<T>(answer: Promise<T>): Promise<T> {
      const given = await answer;
      await Promise.all(late);
      return given;
    },
    refusals: (): unknown[] =>
      events.filter(({ kind }) => kind.endsWith("refused")).map(({ detail }) => detail["reason"]),
  };
}
