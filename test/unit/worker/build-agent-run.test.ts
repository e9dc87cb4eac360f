import { expect, it } from "@jest/globals";
import { AgentRun } from "../../../src/domain/agent-run.js";
import { buildAgentRun } from "../../../src/worker/index.js";
import { aDecisionId } from "../../builders/plan.js";
import { anAlertRequest, anExecutionId, anExecutionRequest, aRequest, aRunId } from "../../builders/request.js";

const namespaces = { agents: "kubeclaw-agents", executors: "kubeclaw-executors" };

it("an investigation names its object and who asked", () => {
  const run = buildAgentRun({ kind: "investigation", request: aRequest(), deadlineSeconds: 300 }, namespaces);
  expect(AgentRun.parse(run)).toEqual(run);
  expect(run).toMatchObject({
    metadata: { name: aRunId, namespace: "kubeclaw-agents" },
    spec: { kind: "investigation", subject: "shop/deployment/checkout", requestedBy: "U0ANA" },
  });
});

it("an alert's investigation was asked for by nobody; a namespace is its own subject", () => {
  const request = anAlertRequest({ scope: { namespace: "shop", object: null } });
  const run = buildAgentRun({ kind: "investigation", request, deadlineSeconds: 300 }, namespaces);
  expect(run.spec).toEqual({ kind: "investigation", tenant: "default", subject: "shop", deadlineSeconds: 300 });
});

it("an execution carries its signed approval, in the executors' namespace", () => {
  const request = anExecutionRequest();
  const run = buildAgentRun({ kind: "execution", request, deadlineSeconds: 600 }, namespaces);
  expect(AgentRun.parse(run)).toEqual(run);
  expect(run).toMatchObject({
    metadata: { name: anExecutionId, namespace: "kubeclaw-executors" },
    spec: { decision: aDecisionId, investigation: aRunId, approval: request.approval, requestedBy: "U0LI" },
  });
});
