import { describe, expect, it } from "@jest/globals";
import { KubeClawError } from "../../../src/domain/errors.js";
import { createRedactor } from "../../../src/domain/redaction.js";
import { createModelProxy, type ModelLimits, type ModelUpstream } from "../../../src/gateway/index.js";
import { modelCost, worstCost } from "../../../src/gateway/model-price.js";
import { ModelRequest } from "../../../src/gateway/model-request.js";
import { aCaller } from "../../builders/caller.js";
import { noon } from "../../builders/kubernetes.js";
import { aRunId } from "../../builders/request.js";
import { createBudgets } from "../../fakes/gateway.js";
import { createRecorder } from "../../fakes/recorder.js";

const model = "claude-haiku-5-5";
const aBody = (over: Record<string, unknown> = {}) => ({
  model,
  max_tokens: 1_000,
  messages: [{ role: "user", content: "what is wrong?" }],
  ...over,
});
const use = { inputTokens: 1_000, outputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 0 };
const reply = { body: { content: [{ type: "text", text: "the image" }] }, ...use };

function aWorld(over: { limits?: Partial<ModelLimits>; create?: ModelUpstream["create"]; none?: boolean } = {}) {
  const said = createRecorder();
  const budgets = createBudgets(said.log);
  const sent: Record<string, unknown>[] = [];
  const pauses: number[] = [];
  const upstream: ModelUpstream = {
    create(body) {
      said.log.push("call");
      sent.push(body);
      return over.create ? over.create(body) : Promise.resolve(reply);
    },
  };
  const proxy = createModelProxy({
    upstream: over.none ? null : upstream,
    budgets,
    audit: said.audit,
    redact: createRedactor(),
    limits: { model, maxTokens: 2_000, runUsd: 0.25, runCalls: 12, dayUsd: 20, ...over.limits },
    now: () => noon,
    pause: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
  });
  return { said, budgets, sent, pauses, ask: (body: unknown = aBody(), caller = aCaller()) => proxy(caller, body) };
}

it("reserves, calls, settles at the true cost, and records the call", async () => {
  const { said, budgets, ask } = aWorld();
  expect(await ask()).toEqual({ status: 200, body: reply.body });
  expect(said.log).toEqual(["reserve", "call", "settle", "audit model.call"]);
  expect(budgets.spent).toBeCloseTo(modelCost(model, use), 10);
  expect(budgets.reserved).toBeCloseTo(0, 10);
  expect(said.events).toMatchObject([
    { run: aRunId, detail: { model, result: "ok", inputTokens: 1_000, outputTokens: 100 } },
  ]);
});

describe("is refused before anything is sent", () => {
  it.each<[string, number, string, unknown, Partial<ModelLimits>]>([
    ["another model", 403, "model-not-allowed", aBody({ model: "claude-opus-5-5" }), {}],
    ["too many tokens", 403, "max-tokens", aBody({ max_tokens: 2_001 }), {}],
    ["the run's money", 402, "run-usd", aBody(), { runUsd: 0.000_001 }],
    ["the run's calls", 402, "run-calls", aBody(), { runCalls: 0 }],
    ["the day's money", 402, "day-usd", aBody(), { dayUsd: 0.000_001 }],
    ["no request at all", 422, "invalid-request", null, {}],
  ])("%s", async (_what, status, type, body, limits) => {
    const { said, sent, ask } = aWorld({ limits });
    expect(await ask(body)).toMatchObject({ status, body: { error: { type } } });
    expect(sent).toEqual([]);
    expect(said.events).toEqual([]);
  });

  it("an execution, whatever it asks", async () => {
    const { said, sent, ask } = aWorld();
    expect(await ask(aBody(), aCaller("execution"))).toMatchObject({
      status: 403,
      body: { error: { type: "no-model-for-executions" } },
    });
    expect([sent, said.log]).toEqual([[], []]);
  });

  it("everything, where there is no model", async () => {
    expect(await aWorld({ none: true }).ask()).toMatchObject({ status: 404, body: { error: { type: "no-model" } } });
  });
});

it("calls in flight count: spend passes the cap by none of them", async () => {
  const worst = worstCost(model, Buffer.byteLength(JSON.stringify(aBody())), 1_000);
  const { budgets, sent, ask } = aWorld({ limits: { runUsd: worst * 2.5 } });
  const answers = await Promise.all([ask(), ask(), ask(), ask()]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 402, 402]);
  expect(sent).toHaveLength(2);
  expect(budgets.spent).toBeLessThan(worst * 2.5);
});

describe("a call that fails", () => {
  it.each<[number, Error]>([
    [429, new KubeClawError("throttled", "slow down")],
    [502, new KubeClawError("unavailable", "no answer")],
  ])("answers %i, gives its reservation back, and is recorded", async (status, error) => {
    const { said, budgets, ask } = aWorld({ create: () => Promise.reject(error) });
    expect(await ask()).toMatchObject({ status });
    expect([budgets.spent, budgets.reserved]).toEqual([0, 0]);
    expect(said.events).toMatchObject([{ kind: "model.call", detail: { result: "failed", usd: 0 } }]);
  });

  it("in a way that nobody expected still settles and is recorded", async () => {
    const { said, budgets, ask } = aWorld({ create: () => Promise.reject(new TypeError("boom")) });
    await expect(ask()).rejects.toThrow("boom");
    expect(budgets.reserved).toBe(0);
    expect(said.events).toHaveLength(1);
  });

  const overloaded = new KubeClawError("unavailable", "the model answered HTTP 529", { retryable: true });

  it("and may pass is tried three times, each of them a call that the caps count", async () => {
    const { budgets, sent, pauses, ask } = aWorld({ create: () => Promise.reject(overloaded) });
    expect(await ask()).toMatchObject({ status: 502 });
    expect([sent.length, budgets.calls, budgets.spent]).toEqual([3, 3, 0]);
    expect(pauses).toEqual([500, 1_000]);
  });

  it("is tried no further than the run's calls", async () => {
    const { sent, ask } = aWorld({ limits: { runCalls: 2 }, create: () => Promise.reject(overloaded) });
    expect(await ask()).toMatchObject({ status: 402, body: { error: { type: "run-calls" } } });
    expect(sent).toHaveLength(2);
  });

  it("waits as long as it is asked to, but not for minutes", async () => {
    const throttled = (retryAfterMs: number) =>
      new KubeClawError("throttled", "slow down", { retryable: true, retryAfterMs });
    const soon = aWorld({ create: () => Promise.reject(throttled(2_000)) });
    expect(await soon.ask()).toMatchObject({ status: 429 });
    expect(soon.pauses).toEqual([2_000, 2_000]);
    const late = aWorld({ create: () => Promise.reject(throttled(60_000)) });
    expect(await late.ask()).toMatchObject({ status: 429 });
    expect([late.pauses, late.sent.length]).toEqual([[], 1]);
  });

  it("after an answer that did not arrive counts as paid for: the run's money ends it", async () => {
    const worst = worstCost(model, Buffer.byteLength(JSON.stringify(aBody())), 1_000);
    const { budgets, sent, ask } = aWorld({
      limits: { runUsd: worst * 2.5 },
      create: () => Promise.reject(new KubeClawError("unexpected", "cut", { retryable: true })),
    });
    expect(await ask()).toMatchObject({ status: 402, body: { error: { type: "run-usd" } } });
    expect(sent).toHaveLength(2);
    expect(budgets.spent).toBeCloseTo(worst * 2, 10);
  });
});

it("redacts what goes out and what comes back", async () => {
  const canary = `ghp_${"a1B2".repeat(9)}`;
  const { said, sent, ask } = aWorld({
    create: () => Promise.resolve({ ...reply, body: { content: [{ type: "text", text: `use ${canary}` }] } }),
  });
  const answer = await ask(
    aBody({ system: canary, messages: [{ role: "user", content: [{ type: "text", text: canary }] }] }),
  );
  expect(JSON.stringify([sent, answer, said.events])).not.toContain(canary);
  expect(JSON.stringify(answer)).toContain("[redacted:");
});

describe("a request that reaches further than the run may", () => {
  const tool = { name: "list_objects", description: "", input_schema: { type: "object" } };
  const content = (block: unknown) => ({ messages: [{ role: "user", content: [block] }] });

  it.each<[string, Record<string, unknown>]>([
    ["a stream", { stream: true }],
    ["MCP servers", { mcp_servers: [{ type: "url", url: "https://evil.example" }] }],
    ["a container", { container: "c1" }],
    ["web search", { tools: [{ type: "web_search_20250305", name: "web_search" }] }],
    ["a hosted tool beside ours", { tools: [tool, { type: "code_execution_20250522", name: "code_execution" }] }],
    ["a tool with a type", { tools: [{ ...tool, type: "bash_20250124" }] }],
    ["an image", content({ type: "image", source: { type: "url", url: "https://evil.example/?x" } })],
    ["a document", content({ type: "document", source: { type: "url", url: "https://evil.example/?x" } })],
    ["a key that is not listed", { metadata: { user_id: "x" } }],
    ["no messages", { messages: [] }],
    ["a system role", { messages: [{ role: "system", content: "x" }] }],
  ])("is refused: %s", async (_what, over) => {
    const { sent, ask } = aWorld();
    expect(await ask(aBody(over))).toMatchObject({ status: 422, body: { error: { type: "invalid-request" } } });
    expect(sent).toEqual([]);
  });

  it.each(["image", "document", "search_result"])("is refused: a %s inside a tool's result", (type) => {
    const inner = { type, source: { type: "url", url: "https://evil.example/?data" } };
    const body = aBody(content({ type: "tool_result", tool_use_id: "t1", content: [inner] }));
    expect(ModelRequest.safeParse(body).success).toBe(false);
  });

  it("our own conversation passes", () => {
    const messages = [
      { role: "user", content: "digest" },
      { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "list_objects", input: { kind: "Pod" } }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "checkout-1" }] },
    ];
    const system = [{ type: "text", text: "you look", cache_control: { type: "ephemeral" } }];
    expect(ModelRequest.safeParse(aBody({ messages, system, tools: [tool] })).success).toBe(true);
  });
});
