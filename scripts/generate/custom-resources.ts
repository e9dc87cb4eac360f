import type { z } from "zod";
import { canonicalJson, sha256 } from "../../src/domain/canonical-json.js";
import { AgentRunSpec, AgentRunStatus } from "../../src/domain/agent-run.js";
import { DecisionSpec, DecisionStatus } from "../../src/domain/decision.js";
import { structuralSchema } from "./structural-schema.js";

interface Resource {
  kind: string;
  plural: string;
  shortName: string;
  description: string;
  spec: z.ZodType;
  status: z.ZodType;
  columns: { name: string; type: "string" | "date" | "integer"; jsonPath: string; priority?: number }[];
}

export const resources: readonly Resource[] = [
  {
    kind: "AgentRun",
    plural: "agentruns",
    shortName: "krun",
    description: "One investigation or execution; it owns its Job and outlives it, so that its name is used once.",
    spec: AgentRunSpec,
    status: AgentRunStatus,
    columns: [
      { name: "Kind", type: "string", jsonPath: ".spec.kind" },
      { name: "Subject", type: "string", jsonPath: ".spec.subject" },
      { name: "Phase", type: "string", jsonPath: ".status.phase" },
      { name: "Verdicts", type: "integer", jsonPath: ".status.verdicts" },
      { name: "Cost", type: "string", jsonPath: ".status.costUsd", priority: 1 },
      { name: "Error", type: "string", jsonPath: ".status.error", priority: 1 },
      { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
    ],
  },
  {
    kind: "Decision",
    plural: "decisions",
    shortName: "kdec",
    description: "One plan for one object: what would be changed, who decided, and what came of it.",
    spec: DecisionSpec,
    status: DecisionStatus,
    columns: [
      { name: "Action", type: "string", jsonPath: ".spec.action" },
      { name: "Target", type: "string", jsonPath: ".spec.target" },
      { name: "Tier", type: "string", jsonPath: ".spec.tier" },
      { name: "Phase", type: "string", jsonPath: ".status.phase" },
      { name: "Decided by", type: "string", jsonPath: ".status.decidedBy" },
      { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
    ],
  },
];

/** The digest of a resource's schema, short: `kubeclaw doctor` compares it with what is installed. */
export function schemaDigest(resource: Resource): string {
  return sha256(canonicalJson(schemaOf(resource))).slice(0, 12);
}

function schemaOf({ kind, description, spec, status }: Resource): Record<string, unknown> {
  return {
    type: "object",
    description,
    required: ["spec"],
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
      spec: {
        ...structuralSchema(spec, `${kind}.spec`),
        "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "spec is immutable" }],
      },
      status: structuralSchema(status, `${kind}.status`),
    },
  };
}

/** The CustomResourceDefinition of a resource: structural, with status, immutable in its spec. */
export function customResourceDefinition(resource: Resource): Record<string, unknown> {
  const { kind, plural, shortName, columns } = resource;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.kubeclaw.dev`,
      labels: { "app.kubernetes.io/part-of": "kubeclaw" },
      annotations: { "kubeclaw.dev/schema": schemaDigest(resource) },
    },
    spec: {
      group: "kubeclaw.dev",
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase(), shortNames: [shortName], categories: ["kubeclaw"] },
      versions: [
        {
          name: "v1alpha1",
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: schemaOf(resource) },
        },
      ],
    },
  };
}
