import { gzipSync } from "node:zlib";
import { canonicalJson, sha256 } from "../domain/canonical-json.js";
import type { DiagnosisAnswer } from "../domain/diagnosis.js";
import { KubeClawError } from "../domain/errors.js";
import type { ModelUse } from "../domain/fact.js";
import type { MetricsAnswer } from "../domain/gateway-api.js";
import type { Redact } from "../domain/redaction.js";
import type { Snapshot } from "../domain/snapshot.js";
import { buildAlert } from "./collect/build-alert.js";
import { collectSnapshot } from "./collect/collect-snapshot.js";
import type { ReadCluster, ReasoningModel, RunGateway } from "./ports.js";
import { needsModel } from "./reason/needs-model.js";

const noMetrics: MetricsAnswer = { state: "absent", series: [] };
const largestSnapshot = 2 * 1024 * 1024;

function rulesOnly(note: string): ModelUse {
  return { used: false, model: null, note, usd: 0 };
}

/** Why no model was asked, in the card's words. */
function withoutModel(answer: DiagnosisAnswer, model: boolean): ModelUse {
  if (!model) return rulesOnly("Rules only; this installation has no model.");
  return rulesOnly(
    answer.status === "healthy" ? "Rules only; nothing was left open." : "Rules only; no model was asked.",
  );
}

async function keep(gateway: RunGateway, snapshot: Snapshot, cluster: ReadCluster): Promise<void> {
  const text = JSON.stringify(snapshot);
  const spent = cluster.spent();
  await gateway.reads({
    apiCalls: spent.calls,
    bytes: spent.bytes,
    objects: snapshot.objects.length,
    events: snapshot.events.length,
    logLines: snapshot.logs.reduce((sum, log) => sum + log.lines.length, 0),
    snapshotDigest: sha256(canonicalJson(snapshot)),
  });
  const gzipped = gzipSync(text);
  // For questions later on: an answer that was given does not fail for it.
  if (gzipped.byteLength <= largestSnapshot) await gateway.snapshot(gzipped).catch(() => undefined);
}

/**
 * One investigation, inside its Job: collect, diagnose, tell at once, then let the model work on what is open.
 * @returns the final answer, as it was reported.
 */
export async function investigate(deps: {
  gateway: RunGateway;
  cluster: ReadCluster;
  /** Loaded only when a model is there and needed. */
  openModel: () => Promise<{ model: ReasoningModel; system: string }>;
  redact: Redact;
  now: () => Date;
}): Promise<DiagnosisAnswer> {
  const { gateway, cluster, openModel, redact, now } = deps;
  const started = performance.now();
  const { input, model } = await gateway.briefing();
  if (input.kind !== "investigation") throw new KubeClawError("bad-input", "this run is not an investigation");
  const { scope, cluster: clusterName } = input.request;

  // A sign of life, no more: whoever cannot be told this is told of the findings, or the run ends with the reason.
  const announced = gateway
    .progress({ step: "context", text: "reading objects, events and logs" })
    .catch(() => undefined);
  const collecting = collectSnapshot({
    cluster,
    clusterName,
    scope,
    redact,
    now,
    alert: buildAlert(input.request),
  });
  // The rules are loaded while the API server works: its first question leaves that much earlier.
  const [collected, { diagnose }, { state, series }] = await Promise.all([
    collecting,
    import("../diagnosis/index.js"),
    gateway.metrics().catch(() => noMetrics),
  ]);
  const sources = { ...collected.meta.sources, metrics: state };
  const snapshot: Snapshot = {
    ...collected,
    meta: { ...collected.meta, sources },
    ...(state === "absent" ? {} : { metrics: series }),
  };
  const spent = cluster.spent();
  const answer = diagnose(snapshot, scope, now(), {
    apiCalls: spent.calls,
    bytes: spent.bytes,
    milliseconds: Math.round(performance.now() - started),
  });
  const useModel = model !== null && model.maxCalls > 0 && needsModel(answer);
  await gateway.findings({
    stage: useModel ? "first" : "final",
    answer,
    model: useModel
      ? rulesOnly("Rules only so far; the model is looking at what they leave open.")
      : withoutModel(answer, model !== null),
  });
  const top = answer.verdicts[0];
  const action = top?.actions[0];
  if (top && action) await gateway.propose({ causeId: top.causeId, proposal: action });
  await announced;
  await keep(gateway, snapshot, cluster);

  if (useModel) {
    const [opened, { reason }] = await Promise.all([openModel().catch(() => null), import("./reason/reason.js")]);
    const use =
      opened === null
        ? rulesOnly("The model could not be reached; the rules' answer stands.")
        : await reason({
            model: opened.model,
            name: model.name,
            maxCalls: model.maxCalls,
            maxTokens: model.maxTokens,
            system: opened.system,
            answer,
            context: { cluster, namespace: scope.namespace, snapshot, redact },
          });
    await gateway.findings({ stage: "final", answer, model: use });
  }
  return answer;
}
