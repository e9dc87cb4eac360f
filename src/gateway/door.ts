import { isKubeClawError } from "../domain/errors.js";
import { type Answer, refused } from "./answer.js";
import { type Caller, type CallerDecision, accountNamespace, decideCaller } from "./decide-caller.js";
import { createCallLimit, createStrangerLimit } from "./limit-calls.js";
import type { Audit, GatewayCluster, GatewayStore } from "./ports.js";
import { createRoutes, type RouteDeps } from "./routes.js";

/** One request of a Job pod, as it came in. */
export interface GatewayCall {
  /** `GET /v1/run` and so on. */
  route: string;
  authorization: string | undefined;
  body: unknown;
}

export interface Door {
  handle(call: GatewayCall): Promise<Answer>;
  /** `POST /v1/snapshot`: gzipped bytes, so it does not pass through the JSON routes. */
  snapshot(authorization: string | undefined, bytes: Uint8Array): Promise<Answer>;
}

/** Of what a caller asked for: it may be anything. */
const longestRoute = 200;

const refusalTexts: Record<Extract<CallerDecision, { kind: "refused" }>["reason"], [status: number, text: string]> = {
  "token-invalid": [401, "the token is not valid, or has expired"],
  "wrong-audience": [401, "the token is for another audience"],
  "not-a-pod": [401, "the token is not bound to a pod"],
  "wrong-namespace": [403, "the token's account is not one of a Job pod"],
  "pod-gone": [403, "the token's pod is gone"],
  "pod-ended": [403, "the token's pod has ended"],
  "not-a-run": [403, "the token's pod does not belong to a run"],
};

/**
 * The only door for Job pods: says who calls, then lets it do what a run of its kind may. Every refusal has a reason,
 * is counted and audited.
 */
export function createDoor(
  deps: RouteDeps & {
    cluster: GatewayCluster;
    store: GatewayStore;
    audit: Audit;
    namespaces: { agents: string; executors: string };
    model: (caller: Caller, body: unknown) => Promise<Answer>;
    onRefusal: (reason: string) => void;
    /** A call that failed for no fault of the caller's. */
    onError: (route: string, error: unknown) => void;
  },
): Door {
  const { cluster, store, audit, namespaces, model, onRefusal, onError, now } = deps;
  const routes = createRoutes(deps);
  const limitCalls = createCallLimit();
  const isRecorded = createStrangerLimit(now);

  async function refuse(
    status: number,
    reason: string,
    text: string,
    run: string | null,
    where: string,
    onRecord = true,
  ): Promise<Answer> {
    onRefusal(reason);
    if (!onRecord) return refused(status, reason, text);
    await audit({
      at: now().toISOString(),
      kind: "delivery.refused",
      actor: { kind: "system", id: "gateway" },
      run,
      detail: { reason, route: where.slice(0, longestRoute) },
    });
    return refused(status, reason, text);
  }

  async function whoCalls(authorization: string | undefined): Promise<CallerDecision> {
    const token = /^Bearer ([A-Za-z0-9._-]{20,8000})$/.exec(authorization ?? "")?.[1];
    if (token === undefined) return { kind: "refused", reason: "token-invalid" };
    const finding = await cluster.reviewToken(token);
    const namespace = accountNamespace(finding.username);
    const ours = namespace === namespaces.agents || namespace === namespaces.executors;
    const pod = ours && finding.podName !== undefined ? await cluster.findPod(namespace, finding.podName) : null;
    return decideCaller({ token: finding, pod, namespaces });
  }

  async function enter(
    where: string,
    authorization: string | undefined,
    go: (caller: Caller) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      const decision = await whoCalls(authorization);
      if (decision.kind === "refused") {
        const [status, text] = refusalTexts[decision.reason];
        return await refuse(status, decision.reason, text, null, where, isRecorded());
      }
      const { run, pod } = decision.caller;
      const limit = limitCalls(pod);
      const tooMany = "this pod has made all the calls that a run may make";
      if (limit !== "ok") return await refuse(429, "too-many-calls", tooMany, run, where, limit === "first");
      const answer = await go(decision.caller);
      const error = answer.body["error"] as { type?: string; message?: string } | undefined;
      if (answer.status >= 400) {
        return await refuse(answer.status, error?.type ?? "refused", error?.message ?? "", run, where);
      }
      return answer;
    } catch (error) {
      onError(where.slice(0, longestRoute), error);
      if (isKubeClawError(error) && error.retryable) return refused(503, "unavailable", error.message);
      return refused(500, "unexpected", "the gateway failed; its log says why");
    }
  }

  return {
    handle: (call) =>
      enter(call.route, call.authorization, async (caller) => {
        if (call.route === "POST /anthropic/v1/messages") return model(caller, call.body);
        const handler = routes[call.route];
        if (!handler) return refused(404, "no-such-route", `no route ${call.route}`);
        const input = await store.input(caller.run);
        if (!input)
          return refused(409, "no-input", "this run has no input (it is older than a day, or was never launched)");
        return handler(caller, input, call.body);
      }),
    snapshot: (authorization, bytes) =>
      enter("POST /v1/snapshot", authorization, async (caller) => {
        if (caller.kind !== "investigation") return refused(403, "wrong-kind", "this route is for an investigation");
        await store.keepSnapshot(caller.run, caller.tenant, bytes);
        return { status: 202, body: { accepted: true } };
      }),
  };
}
