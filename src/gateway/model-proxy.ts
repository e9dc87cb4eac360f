import { canonicalJson, sha256 } from "../domain/canonical-json.js";
import { isKubeClawError } from "../domain/errors.js";
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
}): (caller: Caller, body: unknown) => Promise<Answer> {
  const { upstream, budgets, audit, redact, limits, now } = deps;
  return async (caller, body) => {
    if (caller.kind === "execution") return refused(403, "no-model-for-executions", "an execution has no model");
    if (!upstream) return refused(404, "no-model", "this installation has no model; rules only");
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
    const verdict = await budgets.reserve(caller.run, worst, limits);
    if (verdict !== "ok") return refused(402, verdict, capMessages[verdict]);

    let actual = 0;
    let result = "failed";
    let tokens: Record<string, number> = {};
    try {
      const answer = await upstream.create(request);
      actual = modelCost(limits.model, answer);
      const { body: reply, ...use } = answer;
      tokens = use;
      result = "ok";
      return { status: 200, body: redactDeep(reply, redact) };
    } catch (error) {
      if (isKubeClawError(error, "throttled")) return refused(429, "rate_limit_error", error.message);
      if (isKubeClawError(error)) return refused(502, "model-failed", error.message);
      throw error;
    } finally {
      await budgets.settle(caller.run, worst, actual);
      await audit({
        at: now().toISOString(),
        kind: "model.call",
        actor: { kind: "agent", id: caller.pod },
        run: caller.run,
        detail: { model: limits.model, result, usd: Number(actual.toFixed(6)), requestDigest: sha256(text), ...tokens },
      });
    }
  };
}
