import { describe, expect, it } from "@jest/globals";
import { KubeClawError } from "../../../src/domain/errors.js";
import { createRedactor } from "../../../src/domain/redaction.js";
import type { Outcome } from "../../../src/domain/outcome.js";
import { createDoor, type TokenFinding } from "../../../src/gateway/index.js";
import { aCaller, aJobPod, aTokenFinding } from "../../builders/caller.js";
import { anAnswer, aVerdict } from "../../builders/diagnosis.js";
import { after, noon } from "../../builders/kubernetes.js";
import { aDecisionId } from "../../builders/plan.js";
import { anExecutionId, anExecutionRequest, aRequest, aRunId } from "../../builders/request.js";
import { createFreezes } from "../../fakes/freezes.js";
import { createGatewayCluster, createGatewayStore } from "../../fakes/gateway.js";
import { createRecorder } from "../../fakes/recorder.js";

const tokens = {
  investigation: `eyJ.${"i".repeat(40)}.sig`,
  execution: `eyJ.${"e".repeat(40)}.sig`,
};
const limits = { model: "claude-haiku-5-5", maxTokens: 2_000, runUsd: 0.25, runCalls: 12, dayUsd: 20 };

function aWorld(over: { tokens?: Record<string, TokenFinding>; audit?: () => Promise<void>; frozen?: string[] } = {}) {
  const queries: string[] = [];
  const said = createRecorder();
  const store = createGatewayStore(
    { kind: "investigation", request: aRequest(), deadlineSeconds: 300 },
    { kind: "execution", request: anExecutionRequest(), deadlineSeconds: 600 },
  );
  const refusals: string[] = [];
  const errors: unknown[] = [];
  const door = createDoor({
    store,
    freezes: createFreezes(...(over.frozen ?? [])),
    cluster: createGatewayCluster(
      { [tokens.investigation]: aTokenFinding(), [tokens.execution]: aTokenFinding("execution"), ...over.tokens },
      [aJobPod(), aJobPod("execution")],
    ),
    ...said,
    audit: over.audit ?? said.audit,
    redact: createRedactor(),
    spentUsd: () => Promise.resolve(0.02),
    limits,
    metrics: {
      range: (query) => {
        queries.push(query);
        const labels = { pod: "web-1", namespace: "shop", image: "private", workload: `x password=hunter2hunter2` };
        return Promise.resolve([{ labels, points: [[1, 2]] }]);
      },
    },
    namespaces: { agents: "kubeclaw-agents", executors: "kubeclaw-executors" },
    model: (caller) => Promise.resolve({ status: 200, body: { asked: caller.run } }),
    onRefusal: (reason) => refusals.push(reason),
    onError: (...failure) => errors.push(failure),
    now: () => noon,
  });
  const call = (route: string, body?: unknown, kind: keyof typeof tokens = "investigation") =>
    door.handle({ route, authorization: `Bearer ${tokens[kind]}`, body });
  return { door, call, said, store, refusals, errors, queries };
}

const findings = (over: object = {}) => ({
  stage: "first",
  answer: anAnswer(),
  model: { used: false, model: null, note: "Rules only.", usd: 0 },
  ...over,
});
const proposal = (namespace = "shop") => ({
  causeId: "image-not-found",
  proposal: {
    type: "rollout-undo",
    object: { kind: "Deployment", namespace, name: "checkout" },
    parameters: { toRevision: 7 },
    tier: "T2",
    reason: "it ran",
  },
});
const outcome = (over: Partial<Outcome> = {}): Outcome => ({
  run: anExecutionId,
  decision: aDecisionId,
  state: "verified",
  applied: true,
  summary: "4 of 4 ready",
  startedAt: noon.toISOString(),
  finishedAt: after(38),
  ...over,
});

describe("metrics", () => {
  it("are those of the run's own namespace, asked for in our words, without what nobody reads and without secrets", async () => {
    const { call, queries } = aWorld();
    const { status, body } = await call("GET /v1/metrics", { namespace: "pay", query: "up" });
    expect(status).toBe(200);
    const { state, series } = body as { state: string; series: { labels: Record<string, string> }[] };
    expect(state).toBe("full");
    expect(Object.keys(series[0]?.labels ?? {}).sort()).toEqual(["namespace", "pod", "workload"]);
    expect(JSON.stringify(series)).not.toContain("hunter2");
    expect(queries.length).toBeGreaterThan(5);
    expect(queries.every((query) => /^\w+\{namespace="shop"\}$/.test(query))).toBe(true);
  });

  it("are not for an execution", async () => {
    expect(await aWorld().call("GET /v1/metrics", undefined, "execution")).toMatchObject({ status: 403 });
  });
});

describe("who comes in", () => {
  it.each([
    ["nothing", undefined],
    ["another scheme", `Basic ${tokens.investigation}`],
    ["no token", "Bearer "],
    ["a token of nobody", `Bearer ${"x".repeat(30)}`],
    ["two headers in one", `Bearer ${tokens.investigation}, Bearer x`],
    ["a token of 9,000 characters", `Bearer ${"x".repeat(9_000)}`],
  ])("is turned away with %s", async (_what, authorization) => {
    const { door, said, refusals } = aWorld();
    const answer = await door.handle({ route: "GET /v1/run", authorization, body: undefined });
    expect(answer).toMatchObject({ status: 401, body: { error: { type: "token-invalid" } } });
    expect(refusals).toEqual(["token-invalid"]);
    expect(said.events).toMatchObject([
      { kind: "delivery.refused", run: null, detail: { reason: "token-invalid", route: "GET /v1/run" } },
    ]);
  });

  it.each<[string, number, TokenFinding]>([
    ["wrong-audience", 401, aTokenFinding("investigation", { audiences: ["x"] })],
    ["not-a-pod", 401, aTokenFinding("investigation", { podName: undefined })],
    ["wrong-namespace", 403, aTokenFinding("investigation", { username: "system:serviceaccount:shop:default" })],
    ["pod-gone", 403, aTokenFinding("investigation", { podName: "gone" })],
  ])("is turned away, counted and audited: %s", async (reason, status, finding) => {
    const { call, said, refusals } = aWorld({ tokens: { [tokens.investigation]: finding } });
    expect(await call("GET /v1/run")).toMatchObject({ status, body: { error: { type: reason } } });
    expect(refusals).toEqual([reason]);
    expect(said.refusals()).toEqual([reason]);
  });

  it("never looks up a pod of a namespace that is not ours", async () => {
    const cluster = createGatewayCluster({}, []);
    cluster.findPod = () => Promise.reject(new Error("looked"));
    const { call } = aWorld({
      tokens: {
        [tokens.investigation]: aTokenFinding("investigation", { username: "system:serviceaccount:shop:default" }),
      },
    });
    expect((await call("GET /v1/run")).status).toBe(403);
  });

  it("is not let in where the refusal cannot be recorded", async () => {
    const away = new KubeClawError("unavailable", "Redis is away", { retryable: true });
    const { door } = aWorld({ audit: () => Promise.reject(away) });
    const answer = await door.handle({ route: "GET /v1/run", authorization: undefined, body: undefined });
    expect(answer).toMatchObject({ status: 503, body: { error: { message: "Redis is away" } } });
  });
});

describe("GET /v1/run", () => {
  it("gives an investigation its own input and the model's bounds", async () => {
    expect(await aWorld().call("GET /v1/run")).toEqual({
      status: 200,
      body: {
        input: { kind: "investigation", request: aRequest(), deadlineSeconds: 300 },
        model: { name: "claude-haiku-5-5", maxCalls: 12, maxTokens: 2_000 },
      },
    });
  });

  it("gives an execution no model", async () => {
    expect((await aWorld().call("GET /v1/run", undefined, "execution")).body["model"]).toBeNull();
  });
});

it("does not know other routes", async () => {
  for (const route of ["GET /v1/secrets", "POST /v1/run", "GET /v1/run/", " /v1/run"]) {
    expect(await aWorld().call(route)).toMatchObject({ status: 404, body: { error: { type: "no-such-route" } } });
  }
});

describe("a run does only what its kind does", () => {
  it.each<[string, keyof typeof tokens, unknown]>([
    ["POST /v1/progress", "execution", { step: "context", text: "" }],
    ["POST /v1/findings", "execution", findings()],
    ["POST /v1/proposals", "execution", proposal()],
    ["POST /v1/reads", "execution", {}],
    ["POST /v1/steps", "investigation", { step: "started", detail: {} }],
    ["POST /v1/outcome", "investigation", outcome()],
  ])("%s is refused to an %s", async (route, kind, body) => {
    const { call, said, refusals } = aWorld();
    expect(await call(route, body, kind)).toMatchObject({ status: 403, body: { error: { type: "wrong-kind" } } });
    expect(refusals).toEqual(["wrong-kind"]);
    expect(said.log).toEqual(["audit delivery.refused"]);
  });

  it("keeps a snapshot of an investigation alone", async () => {
    const { door, store, refusals } = aWorld();
    const bytes = new Uint8Array(3);
    expect(await door.snapshot(`Bearer ${tokens.investigation}`, bytes)).toMatchObject({ status: 202 });
    expect(await door.snapshot(`Bearer ${tokens.execution}`, bytes)).toMatchObject({ status: 403 });
    expect([...store.snapshots]).toEqual([[aRunId, { tenant: "default", bytes: 3 }]]);
    expect(refusals).toEqual(["wrong-kind"]);
  });
});

describe("a malformed body names its field", () => {
  it.each<[string, keyof typeof tokens, unknown, string]>([
    ["POST /v1/progress", "investigation", { step: 1, text: "" }, "step: "],
    ["POST /v1/progress", "investigation", { step: "logs", text: "", run: aRunId }, "run: unknown key"],
    ["POST /v1/progress", "investigation", { step: "another", text: "" }, "step: "],
    [
      "POST /v1/findings",
      "investigation",
      findings({ answer: anAnswer({ verdicts: [aVerdict({ causeId: "Not An Id" })] }) }),
      "answer.verdicts.0.causeId: ",
    ],
    ["POST /v1/findings", "investigation", null, ""],
    ["POST /v1/proposals", "investigation", { ...proposal(), proposal: { type: "delete-namespace" } }, "proposal."],
    ["POST /v1/steps", "execution", { step: "delete", detail: {} }, "step: "],
    ["POST /v1/outcome", "execution", { ...outcome(), state: "great" }, "state: "],
  ])("%s by an %s", async (route, kind, body, field) => {
    const { call, said } = aWorld();
    const answer = await call(route, body, kind);
    expect(answer).toMatchObject({ status: 422, body: { error: { type: "invalid-body" } } });
    expect((answer.body["error"] as { message: string }).message).toContain(field);
    expect(said.log).toEqual(["audit delivery.refused"]);
  });
});

describe("a run cannot reach beyond what it was queued with", () => {
  it("no other namespace", async () => {
    const { call, said, refusals } = aWorld();
    expect(await call("POST /v1/proposals", proposal("kube-system"))).toMatchObject({
      status: 403,
      body: { error: { type: "out-of-scope", message: "proposal.object.namespace: expected shop" } },
    });
    expect(refusals).toEqual(["out-of-scope"]);
    expect(said.messages.size).toBe(0);
  });

  it("no namespace at all", async () => {
    const body = proposal();
    const { namespace: _dropped, ...object } = body.proposal.object;
    const answer = await aWorld().call("POST /v1/proposals", { ...body, proposal: { ...body.proposal, object } });
    expect(answer).toMatchObject({ status: 403, body: { error: { type: "out-of-scope" } } });
  });

  it.each([
    ["decision", { decision: "kc-dec-00000000000000000000" }],
    ["run", { run: "kc-exe-00000000000000000000" }],
  ])("no other %s", async (_what, over) => {
    const { call, said } = aWorld();
    expect(await call("POST /v1/outcome", outcome(over), "execution")).toMatchObject({
      status: 403,
      body: { error: { type: "out-of-scope" } },
    });
    expect(said.messages.size).toBe(0);
  });
});

it("a pod that never stops calling is cut off, and fills no audit log", async () => {
  const { call, said, refusals } = aWorld();
  const reads = { apiCalls: 1, bytes: 1, objects: 1, events: 1, logLines: 1, snapshotDigest: "0".repeat(64) };
  const statuses: number[] = [];
  for (let turn = 0; turn < 400; turn += 1) statuses.push((await call("POST /v1/reads", reads)).status);
  expect([statuses[299], statuses[300], statuses[399]]).toEqual([202, 429, 429]);
  expect(said.events).toHaveLength(301);
  expect(said.refusals()).toEqual(["too-many-calls"]);
  expect(refusals).toHaveLength(100); // counted all the same
  // Another pod is none the worse for it.
  expect(await call("POST /v1/steps", { step: "started", detail: {} }, "execution")).toMatchObject({ status: 202 });
});

it("what fails inside is logged with its route, and not told to the pod", async () => {
  const { call, errors } = aWorld({ audit: () => Promise.reject(new TypeError("secret detail")) });
  const answer = await call("POST /v1/findings", findings());
  expect(answer).toMatchObject({ status: 500, body: { error: { type: "unexpected" } } });
  expect(JSON.stringify(answer)).not.toContain("secret detail");
  expect(errors).toMatchObject([["POST /v1/findings", { message: "secret detail" }]]);
});

it("what a stranger asks for is recorded, and bounded", async () => {
  const { door, said } = aWorld();
  await door.handle({ route: `GET /${"x".repeat(10_000)}`, authorization: undefined, body: undefined });
  expect(said.events[0]?.detail["route"]).toHaveLength(200);
});

describe("what is taken", () => {
  it("findings are recorded, counted and told, with the cost that the gateway counted", async () => {
    const { call, said, store } = aWorld();
    const cheap = { used: true, model: "claude", note: "done", usd: 0 };
    expect(await call("POST /v1/findings", findings({ model: cheap }))).toMatchObject({ status: 202 });
    expect(said.log).toEqual(["audit run.finding", "tell finding"]);
    expect(said.facts.get(`${aRunId}-finding-first`)).toMatchObject({ run: aRunId, model: { used: true, usd: 0.02 } });
    expect(store.verdicts.get(aRunId)).toBe(1);
  });

  it("a proposal goes to the controller in the name of whoever asked", async () => {
    const { call, said } = aWorld();
    await call("POST /v1/proposals", proposal());
    expect([...said.messages.values()]).toMatchObject([{ kind: "propose", run: aRunId, requestedBy: "U0ANA" }]);
  });

  it("one proposal is taken of each run, however many causes it names", async () => {
    const { call, said } = aWorld();
    for (const causeId of ["image-not-found", "image-not-found", "another", "a-third"])
      expect(await call("POST /v1/proposals", { ...proposal(), causeId })).toMatchObject({ status: 202 });
    expect(said.messages.size).toBe(1);
  });

  it("a step is recorded before it is answered, and told in the investigation's thread", async () => {
    const { call, said } = aWorld();
    expect(await call("POST /v1/steps", { step: "dry-run", detail: { fields: 1 } }, "execution")).toMatchObject({
      status: 202,
    });
    expect(said.events).toMatchObject([
      { kind: "execution.dry-run", run: anExecutionId, decision: aDecisionId, detail: { fields: 1 } },
    ]);
    expect([...said.facts.values()]).toMatchObject([{ kind: "executing", run: aRunId }]);
  });

  it("a step without its record is no step", async () => {
    const away = new KubeClawError("unavailable", "Redis is away", { retryable: true });
    const { call, said } = aWorld({ audit: () => Promise.reject(away) });
    expect((await call("POST /v1/steps", { step: "dry-run", detail: {} }, "execution")).status).toBe(503);
    expect(said.facts.size).toBe(0);
  });

  it("the kill switch refuses the step before the write, and none after it", async () => {
    const { call, said } = aWorld({ frozen: ["shop"] });
    const step = (name: string) => call("POST /v1/steps", { step: name, detail: {} }, "execution");
    expect(await step("dry-run")).toMatchObject({ status: 409, body: { error: { type: "frozen" } } });
    expect(said.refusals()).toEqual(["frozen"]);
    for (const name of ["applied", "rolled-back"]) expect(await step(name)).toMatchObject({ status: 202 });
  });

  it("a step of a run that somebody stopped is refused, and the way is named", async () => {
    const { call, said, store } = aWorld();
    store.cancelled.add(anExecutionId);
    expect(await call("POST /v1/steps", { step: "dry-run", detail: {} }, "execution")).toMatchObject({
      status: 409,
      body: { error: { type: "stopped" } },
    });
    expect(said.refusals()).toEqual(["stopped"]);
  });

  it("a run that somebody stopped too late still says what it did, and goes back where it must", async () => {
    const { call, said, store } = aWorld();
    store.cancelled.add(anExecutionId);
    for (const step of ["applied", "rolled-back"])
      expect(await call("POST /v1/steps", { step, detail: {} }, "execution")).toMatchObject({ status: 202 });
    expect(said.events.map(({ kind }) => kind)).toEqual(["execution.applied", "execution.rolled-back"]);
  });

  it("an outcome goes to the controller once, however often it is sent", async () => {
    const { call, said } = aWorld();
    await call("POST /v1/outcome", outcome(), "execution");
    await call("POST /v1/outcome", outcome(), "execution");
    expect([...said.messages.keys()]).toEqual([`${aDecisionId}-outcome`]);
  });

  it("a call to the model goes to the model, as the run that it is", async () => {
    expect(await aWorld().call("POST /anthropic/v1/messages", {})).toEqual({
      status: 200,
      body: { asked: aCaller().run },
    });
  });
});

describe("no secret of a body goes on", () => {
  const canary = `xoxb-${"9".repeat(24)}`;

  it.each<[string, keyof typeof tokens, unknown]>([
    ["POST /v1/progress", "investigation", { step: "logs", text: `saw ${canary}` }],
    [
      "POST /v1/findings",
      "investigation",
      findings({ answer: anAnswer({ verdicts: [aVerdict({ summary: `token ${canary}` })] }) }),
    ],
    ["POST /v1/proposals", "investigation", { ...proposal(), proposal: { ...proposal().proposal, reason: canary } }],
    ["POST /v1/steps", "execution", { step: "started", detail: { note: canary } }],
    ["POST /v1/outcome", "execution", outcome({ summary: `refused: ${canary}` })],
  ])("%s by an %s", async (route, kind, body) => {
    const { call, said } = aWorld();
    expect(await call(route, body, kind)).toMatchObject({ status: 202 });
    const out = JSON.stringify([said.events, [...said.facts.values()], [...said.messages.values()]]);
    expect(out).toContain("[redacted:");
    expect(out).not.toContain(canary);
  });
});

it("strangers without end are refused and counted, and fill no audit log", async () => {
  const { door, said, refusals } = aWorld();
  const stranger = { route: "GET /v1/run", authorization: "Bearer nobody", body: undefined };
  for (let turn = 0; turn < 70; turn += 1) expect(await door.handle(stranger)).toMatchObject({ status: 401 });
  expect([refusals.length, said.events.length]).toEqual([70, 60]);
});
