const stages = [
  "intake",
  "queue",
  "worker",
  "gateway",
  "agent",
  "diagnosis",
  "findings",
  "planning",
  "approval",
  "executor",
  "controller",
  "audit",
  "config",
  "doctor",
];
const vendors = "^(@slack/(bolt|web-api)|@kubernetes/|@anthropic-ai/|bullmq|ioredis|undici|fastify|pino|prom-client)";

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: { path: "^src" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "vendor-sdks-in-platform-and-main-only",
      comment: "A stage says what it needs in its ports; platform/ fits the vendor to it.",
      severity: "error",
      from: { path: "^src", pathNot: "^src/(platform|main|playground)/" },
      to: { path: `node_modules/${vendors.slice(1)}`, dependencyTypesNot: ["type-only"] },
    },
    ...stages.map((stage) => ({
      name: `front-door-of-${stage}`,
      comment: "Outside a stage, its index.ts is the only way in.",
      severity: "error",
      from: { path: "^src", pathNot: `^src/${stage}/` },
      to: { path: `^src/${stage}/`, pathNot: `^src/${stage}/index\\.ts$` },
    })),
    {
      name: "agent-never-reaches-the-executor",
      severity: "error",
      from: { path: "^src/(agent/|main/agent\\.ts)" },
      to: {
        path: "^src/(executor/|platform/kubernetes/execution-cluster|platform/http/execution-gateway)",
        reachable: true,
      },
    },
    {
      name: "executor-never-reaches-a-model",
      severity: "error",
      from: { path: "^src/(executor/|main/executor\\.ts)" },
      to: { path: "^src/(agent/|platform/anthropic/)|node_modules/@anthropic-ai/", reachable: true },
    },
    {
      name: "domain-knows-no-stage",
      severity: "error",
      from: { path: "^src/domain/" },
      to: { path: "^src/", pathNot: "^src/domain/" },
    },
    {
      name: "diagnosis-is-pure",
      severity: "error",
      from: { path: "^src/diagnosis/" },
      to: { pathNot: ["^src/(diagnosis|domain)/", "^node_modules/(zod|canonicalize)/"] },
    },
    {
      name: "pure-files-touch-nothing",
      comment:
        "decide-, build-, parse-, classify-, render- and rule- files take facts, time and randomness as arguments.",
      severity: "error",
      from: { path: "^src/(?!playground/).*/(decide|build|parse|classify|render|rule)-[^/]+\\.ts$" },
      to: {
        path: "^(node:)?(fs|http|https|net|child_process|timers)|^src/platform/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "no-playground-in-production",
      severity: "error",
      from: { path: "^src", pathNot: "^src/playground/" },
      to: { path: "^src/playground/" },
    },
    {
      name: "platform-is-fitted-in-main",
      severity: "error",
      from: { path: "^src", pathNot: "^src/(platform|main|playground)/" },
      to: { path: "^src/(platform|main)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
