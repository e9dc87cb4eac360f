import { stringify } from "yaml";
import * as z from "zod";
import { Installation } from "../../src/config/index.js";
import { ApprovalStatement } from "../../src/domain/approval.js";
import { AuditRecord } from "../../src/domain/audit-event.js";
import { DiagnosisAnswer } from "../../src/domain/diagnosis.js";
import { Plan } from "../../src/domain/plan.js";
import { SnapshotMeta } from "../../src/domain/snapshot.js";
import { modelPage } from "./model-page.js";
import { rulesPage } from "./rules-page.js";
import { customResourceDefinition, resources, schemaDigest } from "./custom-resources.js";

const contracts: Readonly<Record<string, z.ZodType>> = {
  "approval-statement": ApprovalStatement,
  "audit-record": AuditRecord,
  "diagnosis-answer": DiagnosisAnswer,
  installation: Installation,
  plan: Plan,
  "snapshot-meta": SnapshotMeta,
};

/** Every generated file: its path from the top of the repository, and its text. */
export function generate(): Map<string, string> {
  const files = new Map<string, string>();
  for (const resource of resources) {
    const head = "# Generated from src/domain by `npm run generate`; do not edit.\n";
    files.set(
      `manifests/crds/${resource.plural}.yaml`,
      head + stringify(customResourceDefinition(resource), { lineWidth: 0 }),
    );
  }
  const digests = resources.map((resource) => `  "${resource.plural}.kubeclaw.dev": "${schemaDigest(resource)}",\n`);
  files.set(
    "src/doctor/installed-schemas.ts",
    `// Generated from src/domain by \`npm run generate\`; do not edit.
/** The digest of each resource's schema in this version, as its annotation kubeclaw.dev/schema says it. */
export const installedSchemas: Readonly<Record<string, string>> = {
${digests.join("")}};
`,
  );
  const list = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: resources.map(({ plural }) => `${plural}.yaml`),
  };
  files.set("manifests/crds/kustomization.yaml", stringify(list));
  for (const [name, schema] of Object.entries(contracts)) {
    files.set(`docs/spec/${name}.schema.json`, `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`);
  }
  files.set("docs/spec/rules.md", rulesPage());
  files.set("docs/spec/model.md", modelPage());
  return files;
}
