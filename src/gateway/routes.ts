import type { z } from "zod";
import type { AuditKind } from "../domain/audit-event.js";
import { requester } from "../domain/investigation-request.js";
import {
  FindingsReport,
  type MetricsAnswer,
  OutcomeReport,
  ProgressReport,
  ProposalReport,
  ReadsReport,
  type RunBriefing,
  StepReport,
} from "../domain/gateway-api.js";
import { describeIssue } from "../domain/parse-input.js";
import { type Redact, redactDeep } from "../domain/redaction.js";
import type { RunInput } from "../domain/run-input.js";
import type { Freezes } from "../domain/freeze.js";
import { type Answer, accepted, refused } from "./answer.js";
import type { Caller } from "./decide-caller.js";
import type { ModelLimits } from "./model-proxy.js";
import type { Audit, GatewayStore, MetricsSource, Tell, TellController } from "./ports.js";
import { readMetrics } from "./read-metrics.js";

export interface RouteDeps {
  store: GatewayStore;
  freezes: Freezes;
  tell: Tell;
  tellController: TellController;
  audit: Audit;
  redact: Redact;
  /** What the model cost this run so far, in US dollars. */
  spentUsd: (run: string) => Promise<number>;
  /** Null: rules only. */
  limits: ModelLimits | null;
  /** Null: no metrics. */
  metrics: MetricsSource | null;
  now: () => Date;
}

type Handler = (caller: Caller, input: RunInput, body: unknown) => Promise<Answer>;

const stepKinds = {
  started: "execution.started",
  "dry-run": "execution.dry-run",
  applied: "execution.applied",
  "rolled-back": "execution.rolled-back",
} as const satisfies Record<string, AuditKind>;

const outcomeKinds = {
  verified: "execution.verified",
  "no-effect": "execution.verified",
  "rolled-back": "execution.rolled-back",
  failed: "execution.failed",
  unknown: "execution.unknown",
} as const satisfies Record<string, AuditKind>;

const stepTexts = {
  started: "Checking the plan once more",
  "dry-run": "The dry-run still matches what was approved",
  applied: "Applied; watching it come up",
  "rolled-back": "It did not help; going back",
} as const;

/** Parses a body, redacts it, and hands it to a handler for one kind of run. */
function on<T>(
  kind: Caller["kind"],
  schema: z.ZodType<T>,
  redact: Redact,
  handle: (caller: Caller, input: RunInput, body: T) => Promise<Answer>,
): Handler {
  return async (caller, input, body) => {
    if (caller.kind !== kind) return refused(403, "wrong-kind", `this route is for an ${kind}`);
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      const { field, message } = describeIssue(parsed.error);
      return refused(422, "invalid-body", `${field}: ${message}`);
    }
    const clean = schema.safeParse(redactDeep(parsed.data, redact));
    if (!clean.success) return refused(422, "invalid-body", "a text is too long once its secrets are taken out");
    return handle(caller, input, clean.data);
  };
}

/** Points are numbers: only the labels are text. */
function redactLabels(series: MetricsAnswer["series"], redact: Redact): MetricsAnswer["series"] {
  return series.map((one) => ({ ...one, labels: redactDeep(one.labels, redact) }));
}

/** What a Job pod may ask of the gateway, by method and path. The run is the caller's own, always. */
export function createRoutes(deps: RouteDeps): Record<string, Handler> {
  const { store, freezes, tell, tellController, audit, redact, spentUsd, limits, metrics, now } = deps;
  const at = () => now().toISOString();
  const record = (caller: Caller, kind: AuditKind, detail: Record<string, z.core.util.JSONType>, decision?: string) =>
    audit({
      at: at(),
      kind,
      actor: { kind: "agent", id: caller.pod },
      run: caller.run,
      detail,
      ...(decision ? { decision } : {}),
    });

  return {
    "GET /v1/run": (caller, input) => {
      const model =
        caller.kind === "investigation" && limits
          ? { name: limits.model, maxCalls: limits.runCalls, maxTokens: limits.maxTokens }
          : null;
      return Promise.resolve({ status: 200, body: { input, model } satisfies RunBriefing });
    },
    "GET /v1/metrics": async (_caller, input) => {
      if (input.kind !== "investigation") return refused(403, "wrong-kind", "this route is for an investigation");
      const { series, state } = await readMetrics(metrics, input.request.scope.namespace, now());
      return { status: 200, body: { state, series: redactLabels(series, redact) } satisfies MetricsAnswer };
    },
    "POST /v1/progress": on("investigation", ProgressReport, redact, async (caller, _input, report) => {
      await tell({ kind: "progress", run: caller.run, at: at(), ...report }, `${caller.run}-progress-${report.step}`);
      return accepted;
    }),
    "POST /v1/findings": on("investigation", FindingsReport, redact, async (caller, _input, report) => {
      const { verdicts, status } = report.answer;
      await record(caller, "run.finding", {
        stage: report.stage,
        status,
        causes: verdicts.map((verdict) => verdict.causeId),
      });
      await store.noteVerdicts(caller.run, verdicts.length);
      // The cost is what the gateway counted, whatever the run says of it.
      const model = { ...report.model, usd: await spentUsd(caller.run) };
      await tell(
        { kind: "finding", run: caller.run, at: at(), ...report, model },
        `${caller.run}-finding-${report.stage}`,
      );
      return accepted;
    }),
    "POST /v1/proposals": on("investigation", ProposalReport, redact, async (caller, input, report) => {
      if (input.kind !== "investigation") return refused(403, "wrong-kind", "this route is for an investigation");
      // Nothing that a run says can name a target outside the scope that it was queued with.
      if (report.proposal.object.namespace !== input.request.scope.namespace) {
        return refused(403, "out-of-scope", `proposal.object.namespace: expected ${input.request.scope.namespace}`);
      }
      const requestedBy = requester(input.request);
      await tellController(
        { kind: "propose", run: caller.run, at: at(), requestedBy, ...report },
        `${caller.run}-propose`, // one for each run, whatever it says: a card offers one plan
      );
      return accepted;
    }),
    "POST /v1/reads": on("investigation", ReadsReport, redact, async (caller, _input, report) => {
      await record(caller, "read", { ...report });
      return accepted;
    }),
    "POST /v1/steps": on("execution", StepReport, redact, async (caller, input, report) => {
      if (input.kind !== "execution") return refused(403, "wrong-kind", "this route is for an execution");
      // What is written already is still recorded and verified, and undone where it got worse.
      const beforeWrite = report.step === "started" || report.step === "dry-run";
      if (beforeWrite && (await store.isCancelled(caller.run)))
        return refused(409, "stopped", "stopped by a person before this step");
      if (report.step === "dry-run" && (await freezes.find(input.request.namespace)))
        return refused(409, "frozen", "changes in this namespace are frozen");
      const { decision, investigation } = input.request;
      await record(caller, stepKinds[report.step], report.detail, decision);
      await tell(
        { kind: "executing", run: investigation, at: at(), decision, text: stepTexts[report.step] },
        `${caller.run}-step-${report.step}`,
      );
      return accepted;
    }),
    "POST /v1/outcome": on("execution", OutcomeReport, redact, async (caller, input, report) => {
      if (input.kind !== "execution" || report.decision !== input.request.decision || report.run !== caller.run) {
        return refused(403, "out-of-scope", "the outcome names another run or decision");
      }
      const { investigation: run, approval } = input.request;
      await record(
        caller,
        outcomeKinds[report.state],
        { state: report.state, summary: report.summary },
        report.decision,
      );
      const requestedBy = approval.statement.approvedBy;
      await tellController(
        { kind: "outcome", run, at: at(), requestedBy, outcome: report },
        `${report.decision}-outcome`,
      );
      return accepted;
    }),
  };
}
