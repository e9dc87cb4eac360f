import { readFileSync } from "node:fs";
import { reason } from "../../src/agent/reason/reason.js";
import { diagnose } from "../../src/diagnosis/index.js";
import { createRedactor } from "../../src/domain/redaction.js";
import { modelCost } from "../../src/gateway/model-price.js";
import { installationYaml } from "../e2e/installation.js";
import { parseInstallation } from "../../src/config/index.js";
import { aLargeNamespace } from "./diagnosis.js";
import type { Row } from "./row.js";

const name = "claude-haiku-5-5";
/** A token is about four bytes of English or JSON; three is on the safe side. */
const bytesEachToken = 3;
const answerTokens = 400;
const maxTokens = 4_096;

/** What one investigation costs when the model looks at `looks` things, two at a time, before it concludes. */
async function cost(looks: number): Promise<{ usd: number; calls: number; inputTokens: number }> {
  const snapshot = aLargeNamespace();
  const answer = diagnose(snapshot, { namespace: "shop" }, new Date(snapshot.meta.now));
  const spent = { usd: 0, calls: 0, inputTokens: 0 };
  const unused = () => Promise.reject(new Error("not asked here"));
  let asked = 0;
  await reason({
    name,
    maxCalls: 12,
    maxTokens,
    system: readFileSync("prompts/investigate.md", "utf8"),
    answer,
    context: {
      cluster: { list: unused, logs: unused, version: unused, spent: () => ({ calls: 0, bytes: 0 }) },
      namespace: "shop",
      snapshot,
      redact: createRedactor(),
    },
    model: {
      turn(request) {
        const inputTokens = Math.ceil(JSON.stringify(request).length / bytesEachToken);
        spent.calls += 1;
        spent.inputTokens += inputTokens;
        spent.usd += modelCost(name, {
          inputTokens,
          outputTokens: answerTokens,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
        });
        if (asked >= looks)
          return Promise.resolve({ text: '{"explanation":"done","hypotheses":[]}', toolCalls: [], content: [] });
        const toolCalls = [0, 1].map((offset) => {
          const pod = `app-${(asked + offset) % 100}-5f6d-0`;
          return { id: `t${asked + offset}`, name: "read_object", input: { kind: "Pod", name: pod } };
        });
        asked += 2;
        const content = toolCalls.map((call) => ({ type: "tool_use", ...call }));
        return Promise.resolve({ text: "", toolCalls, content });
      },
    },
  });
  return spent;
}

/** Money of one investigation: our own prompt and tool results, priced; the model is scripted. */
export async function investigationCost(): Promise<Row[]> {
  const typical = await cost(6);
  const most = await cost(1_000);
  const cap = parseInstallation(installationYaml("bench")).budgets.run.usd;
  return [
    {
      figure: "cost of one investigation with six looks into the cluster",
      unit: "$",
      anchor: { what: "the least that peers publish for one", value: 0.16 },
      ours: typical.usd,
      target: { what: "≤ $0.05", met: typical.usd <= 0.05 },
      how: `rules first, then a scripted model that reads six pods of the namespace of 1,000 and concludes: ${typical.calls} calls, ${typical.inputTokens} input tokens at a token for ${bytesEachToken} bytes, ${answerTokens} output tokens a call, no cache, prices of ${name}. Not a bill: no real model was asked`,
      samples: { ours: [typical.usd] },
    },
    {
      figure: "cost of one investigation whose model never ends",
      unit: "$",
      anchor: { what: "the cap of the installation", value: cap },
      ours: most.usd,
      target: { what: "≤ $0.25", met: most.usd <= 0.25 },
      how: `the same model, asking for two things in each of its ${most.calls} calls; the gateway's cap of $${cap} is a second bound, shown by the hostile-model tests`,
      samples: { ours: [most.usd] },
    },
  ];
}
