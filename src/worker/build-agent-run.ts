import type { AgentRun } from "../domain/agent-run.js";
import type { RunInput } from "../domain/run-input.js";
import { requester } from "../domain/investigation-request.js";
import { runLabels } from "../domain/labels.js";

export interface RunNamespaces {
  agents: string;
  executors: string;
}

/** The AgentRun of a run: the record that outlives its Job and keeps its name from being used again. */
export function buildAgentRun(input: RunInput, namespaces: RunNamespaces): AgentRun {
  const { request } = input;
  const metadata = {
    name: request.run,
    namespace: input.kind === "investigation" ? namespaces.agents : namespaces.executors,
    labels: runLabels(request.run, input.kind, request.tenant),
  };
  const common = { tenant: request.tenant, deadlineSeconds: input.deadlineSeconds };
  if (input.kind === "investigation") {
    const { namespace, object } = input.request.scope;
    const by = requester(input.request);
    return {
      apiVersion: "kubeclaw.dev/v1alpha1",
      kind: "AgentRun",
      metadata,
      spec: {
        kind: "investigation",
        ...common,
        subject: object ? `${namespace}/${object.kind.toLowerCase()}/${object.name}` : namespace,
        ...(by === null ? {} : { requestedBy: by }),
      },
    };
  }
  const { decision, approval, investigation } = input.request;
  return {
    apiVersion: "kubeclaw.dev/v1alpha1",
    kind: "AgentRun",
    metadata,
    spec: {
      kind: "execution",
      ...common,
      subject: decision,
      requestedBy: approval.statement.approvedBy,
      investigation,
      decision,
      approval,
    },
  };
}
