import { canonicalJson, sha256 } from "../domain/canonical-json.js";
import { isKubeClawError, type KubeClawError } from "../domain/errors.js";
import { describeIssue } from "../domain/parse-input.js";
import { type Redact, redactDeep } from "../domain/redaction.js";
import { type Answer, refused } from "./answer.js";
import type { Caller } from "./decide-caller.js";
import { modelCost, worstCost } from "./model-price.js";
import { ModelRequest } from "./model-request.js";
import type { Audit, Budgets, ModelUpstream } from "./ports.js";

export interface ModelLimits {
  model: string;
  maxTokens: number;
  runUsd: number;
  runCalls: number;
  dayUsd: number;
}

const capMessages = {
  "run-usd": "this run has spent its money",
  "run-calls": "this run has made its calls",
  "day-usd": "the day's money is spent",
} as const;

/** The one layer that retries. Every try is a call that the caps count. */
const mostTries = 3;
const firstPauseMs = 500;
/** No new try later than this: the run waits for two minutes at most. */
const patienceMs = 20_000;

/**
 * Passes one call on to the model: only what is listed, only within the caps, redacted once more, and recorded.
 * The reservation is made before the call, so spend passes a cap by no more than the calls in flight.
 */
export function createModelProxy(deps: {
  upstream: ModelUpstream | null;
  budgets: Budgets;
  audit: Audit;
  redact: Redact;
  limits: ModelLimits;
  now: () => Date;
  pause: (ms: number) => Promise<unknown>;
}): (caller: Caller, body: unknown) => Promise<Answer> {
  const { upstream, budgets, audit, redact, limits, now, pause } = deps;
  return async (caller, body) => {
    if (caller.kind === "execution") return refused(403, "no-model-for-executions", "an execution has no model");
    if (!upstream) return refused(404, "no-model", "this installation has no model; rules only");
    const create = (request: ModelRequest) => upstream.create(request);
    const parsed = ModelRequest.safeParse(body);
    if (!parsed.success) {
      const { field, message } = describeIssue(parsed.error);
      return refused(422, "invalid-request", `${field}: ${message}`);
    }
    const request = redactDeep(parsed.data, redact);
    if (request.model !== limits.model)
      return refused(403, "model-not-allowed", `model: only ${limits.model} is allowed`);
    if (request.max_tokens > limits.maxTokens)
      return refused(403, "max-tokens", `max_tokens: at most ${limits.maxTokens}`);

    const text = canonicalJson(request);
    const worst = worstCost(limits.model, Buffer.byteLength(text), request.max_tokens);
    const began = now().getTime();

    async function attempt(): Promise<Answer | KubeClawError> {
      const verdict = await budgets.reserve(caller.run, worst, limits);
      if (verdict !== "ok") return refused(402, verdict, capMessages[verdict]);
      let actual = 0;
      let result = "failed";
      let tokens: Record<string, number> = {};
      try {
        const answer = await create(request);
        actual = modelCost(limits.model, answer);
        const { body: reply, ...use } = answer;
        tokens = use;
        result = "ok";
        return { status: 200, body: redactDeep(reply, redact) };
      } catch (error) {
        // What did not arrive may have been made, and is paid for then.
        if (!isKubeClawError(error, "throttled", "unavailable")) actual = worst;
        if (isKubeClawError(error)) return error;
        throw error;
      } finally {
        await budgets.settle(caller.run, worst, actual);
        await audit({
          at: now().toISOString(),
          kind: "model.call",
          actor: { kind: "agent", id: caller.pod },
          run: caller.run,
          detail: {
            model: limits.model,
            result,
            usd: Number(actual.toFixed(6)),
            requestDigest: sha256(text),
            ...tokens,
          },
        });
      }
    }

    for (let tries = 1; ; tries += 1) {
      const answer = await attempt();
      if (!isKubeClawError(answer)) return answer;
      const wait = answer.retryAfterMs ?? firstPauseMs * 2 ** (tries - 1);
      const inTime = now().getTime() - began + wait <= patienceMs;
      if (answer.retryable && tries < mostTries && inTime) await pause(wait);
      else if (answer.code === "throttled") return refused(429, "rate_limit_error", answer.message);
      else return refused(502, "model-failed", answer.message);
    }
  };
}
