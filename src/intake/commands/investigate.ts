import type { Installation } from "../../config/index.js";
import type { Scope } from "../../domain/investigation-request.js";
import { buildTarget } from "../alerts/build-alert.js";
import { parseWorkload } from "../alerts/parse-workload.js";
import { alertKey, buildCommandRequest } from "../build-request.js";
import type { Audit, InvestigationQueue, Later, RunIndex, Tell } from "../ports.js";
import type { Asker } from "./asker.js";

/**
 * Begins what a person asks for, muted or not. What is being looked at already is joined: the person gets a link.
 * @returns a line for the person alone, or null where the card is the answer.
 */
export function createInvestigate(deps: {
  queue: InvestigationQueue;
  runs: RunIndex;
  tell: Tell;
  audit: Audit;
  installation: Installation;
  now: () => Date;
  later: Later;
  onError: (event: string, error: unknown) => void;
}): (asker: Asker, scope: Scope) => Promise<string | null> {
  const { queue, runs, tell, audit, installation, now, later, onError } = deps;

  /** The run of an alert about the same, while it still looks. */
  async function underWay(scope: Scope): Promise<string | null> {
    const workload = scope.object && parseWorkload(scope.object).workload;
    const run = await queue.holder(alertKey(buildTarget(installation.cluster, scope.namespace, workload)));
    return run !== null && (await runs.find(run))?.active === true ? run : null;
  }

  return async (asker, scope) => {
    const at = now().toISOString();
    const place = { ...asker, deliveryId: asker.id, cluster: installation.cluster, at };
    const request = buildCommandRequest(place, scope, asker.user);
    const joined = await underWay(scope);
    const { run, novelty } =
      joined === null
        ? await queue.enqueue(request, installation.budgets.run.seconds * 1_000)
        : { run: joined, novelty: () => Promise.resolve("joined" as const) };
    const isJoined = run !== request.run;

    // The queue has it: from here on it is taken, and saying otherwise would be untrue. What cannot be written any more is
    // said again by the worker, who tells of every run that it launches and audits it before anything else.
    later(async () => {
      const result = await novelty();
      await audit({
        at,
        kind: result === "new" ? "delivery.accepted" : "delivery.duplicate",
        actor: { kind: "person", id: asker.user, team: asker.team },
        run,
        subject: scope.object ? `${scope.namespace}/${scope.object.kind}/${scope.object.name}` : scope.namespace,
        detail: { delivery: asker.id, result, channel: asker.channel },
      });
    });
    if (!isJoined) {
      await tell({ kind: "requested", run, at, request }, `${run}-requested`).catch((error: unknown) => {
        onError("request_untold", error);
      });
      return null;
    }
    const link = await runs.link(run).catch(() => null);
    return `That is already being looked at: ${link ?? `\`${run}\``}`;
  };
}
