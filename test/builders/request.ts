import { parseInstallation, type Installation } from "../../src/config/index.js";
import type { AgentRun } from "../../src/domain/agent-run.js";
import type { ExecutionRequest } from "../../src/domain/execution-request.js";
import { executionId, investigationId } from "../../src/domain/ids.js";
import type { InvestigationRequest } from "../../src/domain/investigation-request.js";
import { after, noon } from "./kubernetes.js";
import { aDecisionId } from "./plan.js";
import { aSignedApproval } from "./signature.js";

export const aRunId = investigationId("default", "delivery-1");
export const anExecutionId = executionId(aDecisionId);

/** Ana asks about `shop/deployment/checkout` in C0SRE. */
export function aRequest(over: Partial<InvestigationRequest> = {}): InvestigationRequest {
  return {
    run: aRunId,
    tenant: "default",
    cluster: "prod-eu",
    scope: { namespace: "shop", object: { kind: "Deployment", name: "checkout" } },
    trigger: { kind: "command", user: "U0ANA" },
    slack: { team: "T0SHOP", channel: "C0SRE", threadTs: null },
    dedupeKey: "command-1",
    requestedAt: noon.toISOString(),
    ...over,
  };
}

/** The same for an alert, in its own thread. */
export function anAlertRequest(over: Partial<InvestigationRequest> = {}): InvestigationRequest {
  return aRequest({
    trigger: { kind: "alert", alert: { name: "HighErrorRate", fingerprint: "f".repeat(32) } },
    slack: { team: "T0SHOP", channel: "C0ALERTS", threadTs: "1700000000.000100" },
    dedupeKey: "alert-1",
    ...over,
  });
}

export function anExecutionRequest(over: Partial<ExecutionRequest> = {}): ExecutionRequest {
  return {
    run: anExecutionId,
    investigation: aRunId,
    tenant: "default",
    decision: aDecisionId,
    namespace: "shop",
    approval: aSignedApproval(),
    requestedAt: noon.toISOString(),
    ...over,
  };
}

type RunChanges = {
  spec?: Partial<AgentRun["spec"]>;
  status?: AgentRun["status"];
  metadata?: Partial<AgentRun["metadata"]>;
};

/** The AgentRun of an investigation that nothing has happened to. */
export function anInvestigationRun(over: RunChanges = {}): AgentRun {
  return {
    apiVersion: "kubeclaw.dev/v1alpha1",
    kind: "AgentRun",
    metadata: {
      name: aRunId,
      namespace: "kubeclaw-agents",
      uid: "uid-run",
      creationTimestamp: noon.toISOString(),
      ...over.metadata,
    },
    spec: {
      kind: "investigation",
      tenant: "default",
      subject: "shop/deployment/checkout",
      requestedBy: "U0ANA",
      deadlineSeconds: 300,
      ...over.spec,
    },
    ...(over.status ? { status: over.status } : {}),
  };
}

/** The AgentRun of an approved plan's execution. */
export function anExecutionRun(over: RunChanges = {}): AgentRun {
  return anInvestigationRun({
    ...over,
    metadata: { name: anExecutionId, namespace: "kubeclaw-executors", ...over.metadata },
    spec: {
      kind: "execution",
      subject: aDecisionId,
      requestedBy: "U0LI",
      investigation: aRunId,
      decision: aDecisionId,
      approval: aSignedApproval(),
      ...over.spec,
    },
  });
}

/** Channels C0SRE (all), C0ALERTS (watched, shop) and C0SHOP (shop); ana operates, the group S0SRE approves. */
export function anInstallation(yaml = ""): Installation {
  return parseInstallation(
    [
      "version: 1",
      "cluster: prod-eu",
      "channels:",
      '  - {id: C0SRE, namespaces: ["*"]}',
      "  - {id: C0ALERTS, watch: true, namespaces: [shop, pay]}",
      "  - {id: C0SHOP, namespaces: [shop]}",
      'roles: {viewer: ["*"], operator: [U0ANA], approver: [S0SRE], admin: [U0ADM]}',
      yaml,
    ].join("\n"),
  );
}

export { after, noon };
