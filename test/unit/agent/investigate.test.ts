import { describe, expect, it } from "@jest/globals";
import { investigate, type ModelTurn, type ReasoningModel } from "../../../src/agent/index.js";
import { needsModel } from "../../../src/agent/reason/needs-model.js";
import { KubeClawError } from "../../../src/domain/errors.js";
import type { MetricsAnswer, RunBriefing } from "../../../src/domain/gateway-api.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { createRedactor } from "../../../src/domain/redaction.js";
import { anAnswer, aVerdict, healthyAnswer } from "../../builders/diagnosis.js";
import { aContainerPod, aPod, noon } from "../../builders/kubernetes.js";
import { anExecutionRequest, aRequest } from "../../builders/request.js";
import { aWaitingWorkload, aWorkload } from "../../builders/snapshot.js";
import { createReadCluster } from "../../fakes/read-cluster.js";
import { createRunGateway } from "../../fakes/run-gateway.js";

const bounds = { name: "claude-haiku-5-5", maxCalls: 4, maxTokens: 2_000 };
const imageGone = aWaitingWorkload("ErrImagePull", "manifest unknown");
const crashing = [...aWorkload(), aPod({ waiting: { reason: "CrashLoopBackOff", message: "back-off" } })];
type Request = Parameters<ReasoningModel["turn"]>[0];

const says = (text: string): ModelTurn => ({
  text,
  toolCalls: [],
  content: [{ type: "text", text }],
});
const calls = (name: string, input: unknown, count = 1): ModelTurn => {
  const toolCalls = Array.from({ length: count }, (_, at) => ({ id: `t${at}`, name, input }));
  return {
    text: "",
    toolCalls,
    content: toolCalls.map((call) => ({ type: "tool_use", ...call })),
  };
};
const conclusion = JSON.stringify({
  explanation: "The process exits at once.",
  hypotheses: [
    { summary: "A setting is missing", evidence: ["e1"] },
    { summary: "The moon", evidence: ["e99"] },
  ],
});

interface World {
  objects?: readonly KubernetesObject[];
  logs?: Record<string, readonly string[]>;
  model?: RunBriefing["model"];
  /** What the model answers, turn by turn; the last one for ever. */
  script?: readonly (ModelTurn | Error)[];
}

async function run({ objects = crashing, logs, model = bounds, script = [says(conclusion)] }: World = {}) {
  const gateway = createRunGateway({
    input: { kind: "investigation", request: aRequest(), deadlineSeconds: 300 },
    model,
  });
  const cluster = createReadCluster({ objects, ...(logs ? { logs } : {}) });
  const asked: Request[] = [];
  let opened = 0;
  const answer = await investigate({
    gateway,
    cluster,
    openModel: () => {
      opened += 1;
      return Promise.resolve({
        system: "look",
        model: {
          turn(request) {
            gateway.log.push("model");
            asked.push(structuredClone(request));
            const next = script[Math.min(asked.length, script.length) - 1]!;
            return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
          },
        },
      });
    },
    redact: createRedactor(),
    now: () => noon,
  });
  /** What the tools gave back to the model in its last turn. */
  const results = () =>
    (asked.at(-1)?.messages.at(-1)?.content as { tool_use_id: string; content: string }[]).map(
      ({ content }) => content,
    );
  return { answer, gateway, cluster, asked, results, opened, final: gateway.findingsReports.at(-1)! };
}

describe("the rules' answer", () => {
  it("is out before the model is asked", async () => {
    const { gateway } = await run();
    expect(gateway.log).toEqual(["progress", "findings first", "reads", "snapshot", "model", "findings final"]);
  });

  it("is the final one where it leaves nothing open, and no model is loaded", async () => {
    const { gateway, final, opened } = await run({ objects: imageGone });
    expect(gateway.log).toEqual(["progress", "findings final", "propose", "reads", "snapshot"]);
    expect(final.model).toEqual({ used: false, model: null, note: "Rules only; no model was asked.", usd: 0 });
    expect(opened).toBe(0);
  });

  it.each<[string, World, string]>([
    ["there is no model", { model: null }, "Rules only; this installation has no model."],
    ["the model may make no calls", { model: { ...bounds, maxCalls: 0 } }, "Rules only; no model was asked."],
    ["nothing fails", { objects: [...aWorkload(), aPod()] }, "Rules only; nothing was left open."],
  ])("stands alone where %s", async (_what, world, note) => {
    const { final, opened } = await run(world);
    expect([final.stage, final.model.note, opened]).toEqual(["final", note, 0]);
  });

  it("proposes its top action, and nothing that a model said", async () => {
    const { gateway } = await run({ objects: imageGone });
    expect(gateway.proposals).toMatchObject([
      { causeId: "image-not-found", proposal: { type: "rollout-undo", parameters: { toRevision: 7 } } },
    ]);
    expect((await run()).gateway.proposals).toEqual([]);
  });

  it("says what was read", async () => {
    const { gateway, cluster } = await run({ objects: imageGone });
    expect(gateway.reports).toMatchObject([{ apiCalls: cluster.reads.length, objects: imageGone.length }]);
  });
});

describe("a model that helps", () => {
  it("adds a note; what it concludes without evidence is called a hypothesis", async () => {
    const { final, answer } = await run();
    expect(final.model).toEqual({
      used: true,
      model: bounds.name,
      note: "The process exits at once.\n• Likely (e1): A setting is missing\n• Hypothesis, without evidence: The moon",
      usd: 0,
    });
    expect(final.answer).toEqual(answer);
  });

  it("gets the digest and read tools that take no namespace, and nothing else", async () => {
    const { asked } = await run();
    expect(asked[0]?.tools.map(({ name }) => name)).toEqual([
      "list_objects",
      "read_object",
      "read_pod_logs",
      "get_events",
      "get_changes",
      "get_dependencies",
      "explain_scheduling",
      "check_network_path",
      "query_metrics",
    ]);
    expect(JSON.stringify(asked[0]?.tools)).not.toContain('namespace":');
    expect(asked[0]?.messages).toHaveLength(1);
    expect(asked[0]?.maxTokens).toBe(2_000);
  });

  it("may cite what it read through a tool, by its number; the card says what that was", async () => {
    const cites = (...evidence: string[]) =>
      says(JSON.stringify({ explanation: "It is so.", hypotheses: [{ summary: "A setting is missing", evidence }] }));
    const read = calls("read_object", { kind: "Pod", name: "checkout-8-abcde" });
    const note = async (...evidence: string[]) =>
      (await run({ script: [read, cites(...evidence)] })).final.model.note.split("\n").slice(1);
    expect(await note("r1", "r1")).toEqual([
      "• Hypothesis (r1 read_object Pod checkout-8-abcde): A setting is missing",
    ]);
    expect(await note("r2", "__proto__")).toEqual(["• Hypothesis, without evidence: A setting is missing"]);
    const nothing = [calls("read_object", { kind: "Pod", name: "gone" }), cites("r1")];
    expect((await run({ script: nothing })).final.model.note).toContain("Hypothesis, without evidence");
  });

  it("is told of a call that it has made before, and nothing is read again", async () => {
    const log = calls("read_pod_logs", { pod: "checkout-8-abcde", container: "web" }, 2);
    const logs = { "checkout-8-abcde/web": ["panic: no DB_HOST"] };
    const { results, cluster } = await run({ logs, script: [log, log, says("{}")] });
    expect(results()).toEqual(["as before: r1", "as before: r1"]);
    expect(cluster.reads.filter((read) => read.startsWith("log "))).toHaveLength(1);
  });

  it("is given what kinds of lines the logs hold, not the logs", async () => {
    const lines = Array.from({ length: 60 }, (_, at) => `GET /items/${at} took ${at} ms`);
    const objects = [...aWorkload(), aContainerPod({}, { restartCount: 0, state: { running: {} } })];
    const { asked } = await run({ objects, logs: { "checkout-8-abcde/web": [...lines, "panic: no DB_HOST"] } });
    const digest = JSON.parse(asked[0]?.messages[0]?.content as string) as { logs: object[] };
    expect(digest.logs).toEqual([
      {
        evidence: "r1",
        pod: "checkout-8-abcde",
        container: "web",
        previous: false,
        lines: 61,
        templates: [
          "60 times, lines 1 to 60: GET /items/<n> took <n> ms | latest: GET /items/59 took 59 ms",
          "line 61: panic: no DB_HOST",
        ],
      },
    ]);
  });

  it("reads objects with their events, names, and logs", async () => {
    expect((await run({ script: [calls("list_objects", { kind: "Pod" }), says("{}")] })).results()).toEqual([
      "r1:\ncheckout-8-abcde",
    ]);
    expect(
      (
        await run({ script: [calls("read_object", { kind: "Deployment", name: "checkout" }), says("{}")] })
      ).results()[0],
    ).toContain('"kind":"Deployment"');
    const log = calls("read_pod_logs", { pod: "checkout-8-abcde", container: "web" });
    const logs = { "checkout-8-abcde/web": ["panic: no DB_HOST"] };
    expect((await run({ logs, script: [log, says("{}")] })).results()).toEqual(["r1:\npanic: no DB_HOST"]);
  });
});

describe("what a tool gives back", () => {
  const log = calls("read_pod_logs", { pod: "checkout-8-abcde", container: "web" });
  const read = async (...lines: string[]) =>
    (await run({ logs: { "checkout-8-abcde/web": lines }, script: [log, says("{}")] })).results()[0]!;

  it("holds no secret", async () => {
    const canary = `ghp_${"x".repeat(36)}`;
    const text = await read("starting", `token ${canary}`);
    expect(text).toContain("[redacted:");
    expect(text).not.toContain(canary);
  });

  it("is cut where it is long; of a log the end stays", async () => {
    const text = await read("x y ".repeat(50_000), "panic: at last");
    expect(text.length).toBeLessThanOrEqual(12_010);
    expect(text).toMatch(/panic: at last$/);
  });
});

describe("a model that is wrong or hostile", () => {
  const stands = (note: string, used: boolean) => ({ stage: "final", model: { used, note } });

  it.each<[string, unknown, string]>([
    ["exec", {}, "no tool exec"],
    ["__proto__", {}, "no tool __proto__"],
    ["list_objects", { kind: "Secret" }, "input refused"],
    ["list_objects", "all", "input refused"],
    ["read_object", { kind: "Pod", name: "../../secrets/db" }, "no Pod ../../secrets/db"],
    ["read_object", { kind: "Pod", name: "x", namespace: "kube-system" }, "input refused"],
    ["read_pod_logs", { pod: "x", container: "web", lines: 1e9 }, "input refused"],
    ["read_pod_logs", { pod: "gone", container: "web" }, "cannot be read: no such container"],
  ])("that calls %s with %j is told so, and goes on", async (name, input, result) => {
    const { results, cluster, final } = await run({ script: [calls(name, input), says(conclusion)] });
    expect(results()[0]).toContain(result);
    expect(final.model.used).toBe(true);
    expect(cluster.reads.every((read) => read.includes("shop") || read.endsWith("(cluster)"))).toBe(true);
  });

  it("that calls tools for ever is stopped at its number of calls", async () => {
    const { asked, final } = await run({ script: [calls("list_objects", { kind: "Pod" })] });
    expect(asked).toHaveLength(4);
    expect(final).toMatchObject(
      stands("The model used up its calls without an answer; the rules' answer stands.", true),
    );
  });

  it("that calls many tools at once gets eight answers", async () => {
    const { results } = await run({ script: [calls("list_objects", { kind: "Pod" }, 50), says(conclusion)] });
    expect(results()).toHaveLength(50);
    expect(results().filter((text) => text === "too many calls in one turn")).toHaveLength(42);
  });

  it.each([
    "",
    "I am sure it is DNS.",
    "{",
    '{"explanation":7}',
    '{"explanation":"x","hypotheses":[{"summary":"y"}]}',
    `{"explanation":"${"x".repeat(3_000)}","hypotheses":[]}`,
    "[]".repeat(1_000),
  ])("that answers %.30j leaves the rules' answer as it is", async (text) => {
    const { final, answer } = await run({ script: [says(text)] });
    expect(final).toMatchObject(stands("The model's answer could not be read; the rules' answer stands.", true));
    expect(final.answer).toEqual(answer);
  });

  it.each<[string, Error]>([
    ["its budget is spent", new KubeClawError("forbidden", "this run has spent its money")],
    ["it does not answer", new KubeClawError("unavailable", "timed out", { retryable: true })],
  ])("or absent, because %s, leaves the rules' answer as it is", async (_what, error) => {
    const { final, answer } = await run({ script: [error] });
    expect(final).toMatchObject(
      stands(`The model did not answer (${error.message}); the rules' answer stands.`, false),
    );
    expect(final.answer).toEqual(answer);
  });

  it("whose client fails in a way that nobody expected leaves the rules' answer as it is", async () => {
    const { final } = await run({ script: [new TypeError("undefined is not a function")] });
    expect(final.stage).toBe("final");
  });

  it("does not get a secret to say", async () => {
    const canary = `ghp_${"x".repeat(36)}`;
    const text = JSON.stringify({ explanation: `use ${canary}`, hypotheses: [] });
    expect(JSON.stringify((await run({ script: [says(text)] })).final)).not.toContain(canary);
  });

  it("that floods its note with what must be redacted leaves the rules' answer as it is", async () => {
    const flood = "token=abc ".repeat(190);
    const hypotheses = Array.from({ length: 3 }, () => ({ summary: "token=abc ".repeat(49), evidence: ["e1"] }));
    const { final } = await run({ script: [says(JSON.stringify({ explanation: flood, hypotheses }))] });
    expect(final.stage).toBe("final");
  });
});

describe("a model is needed", () => {
  const open = aVerdict({ confidence: "inconclusive" });
  const likely = aVerdict({ confidence: "likely" });

  it.each<[string, Parameters<typeof needsModel>[0], boolean]>([
    ["one confirmed cause", anAnswer(), false],
    ["nothing fails", healthyAnswer, false],
    ["one confirmed cause and an open symptom", anAnswer({ verdicts: [aVerdict(), open] }), false],
    ["a likely cause", anAnswer({ verdicts: [likely] }), true],
    ["an open symptom", anAnswer({ status: "inconclusive", verdicts: [open] }), true],
    ["two confirmed causes", anAnswer({ verdicts: [aVerdict(), aVerdict()] }), true],
    ["too little could be read", anAnswer({ status: "inconclusive", verdicts: [] }), true],
  ])("%s: %s → %s", (_what, answer, needed) => {
    expect(needsModel(answer)).toBe(needed);
  });
});

it("uses the metrics that the gateway has, and goes without where it fails", async () => {
  const series = [{ name: "container_memory_working_set_bytes", labels: { pod: "checkout-8" }, points: [] }];
  const briefing = {
    input: { kind: "investigation" as const, request: aRequest(), deadlineSeconds: 300 },
    model: null,
  };
  const look = async (metrics: () => Promise<MetricsAnswer>) => {
    const gateway = { ...createRunGateway(briefing), metrics };
    const cluster = createReadCluster({ objects: [aPod()] });
    const openModel = () => Promise.reject(new Error("no model"));
    const answer = await investigate({ gateway, cluster, redact: createRedactor(), now: () => noon, openModel });
    return answer.warnings.find((warning) => warning.startsWith("Not checked"));
  };
  expect(await look(() => Promise.resolve({ state: "full", series }))).not.toContain("metrics");
  expect(await look(() => Promise.reject(new Error("503")))).toContain("metrics");
});

it("is no use for an execution", async () => {
  const gateway = createRunGateway({
    input: { kind: "execution", request: anExecutionRequest(), deadlineSeconds: 600 },
    model: null,
  });
  const deps = { gateway, cluster: createReadCluster({}), redact: createRedactor(), now: () => noon };
  await expect(investigate({ ...deps, openModel: () => Promise.reject(new Error("no")) })).rejects.toThrow(
    "not an investigation",
  );
  expect(gateway.log).toEqual([]);
});
