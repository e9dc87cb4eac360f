import { Command } from "commander";
import type { z } from "zod";
import {
  AllSettings,
  BotSettings,
  ControllerSettings,
  describeSettings,
  DoctorSettings,
  type Environment,
  ExecutorSettings,
  GatewaySettings,
  JobSettings,
  readSettings,
  WorkerSettings,
} from "../config/index.js";
import { errorMessage, KubeClawError } from "../domain/errors.js";
import { createRedactor } from "../domain/redaction.js";
import { createLogger } from "../platform/log/logger.js";
import { addDiagnosisCommands } from "./diagnosis-commands.js";
import { exitCodeOf } from "./exit-code.js";
import { type Running, runUntilStopped } from "./process.js";

interface Row {
  name: string;
  does: string;
  settings: z.ZodObject;
  /** A process that runs until it is stopped, or a job that ends with an exit code. */
  start?: () => Promise<(environment: Environment) => Promise<Running>>;
  run?: () => Promise<(environment: Environment) => Promise<number>>;
}

/** What one process does not need, it does not load: each is imported when it is asked for. */
const rows: readonly Row[] = [
  {
    name: "bot",
    does: "Slack in and out",
    settings: BotSettings,
    start: async () => (await import("./bot.js")).startBot,
  },
  {
    name: "gateway",
    does: "the only door for Job pods; holds the model's key",
    settings: GatewaySettings,
    start: async () => (await import("./gateway.js")).startGateway,
  },
  {
    name: "worker",
    does: "launches one Job for each request, and follows it",
    settings: WorkerSettings,
    start: async () => (await import("./worker.js")).startWorker,
  },
  {
    name: "controller",
    does: "plans, authorises, seals the audit chain",
    settings: ControllerSettings,
    start: async () => (await import("./controller.js")).startController,
  },
  {
    name: "all",
    does: "bot, gateway, worker and controller in one process; this unites all their rights in one account, so use it on a laptop only",
    settings: AllSettings,
    start: async () => (await import("./all.js")).startAll,
  },
  {
    name: "agent",
    does: "one investigation, inside its Job",
    settings: JobSettings,
    run: async () => (await import("./agent.js")).runAgent,
  },
  {
    name: "executor",
    does: "one approved plan, inside its Job",
    settings: ExecutorSettings,
    run: async () => (await import("./executor.js")).runExecutor,
  },
];

const program = new Command("kubeclaw")
  .description("Investigates Kubernetes incidents from Slack, and acts when it is told to.")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

for (const { name, does, settings, start, run } of rows) {
  program
    .command(name)
    .description(does)
    .addHelpText(
      "after",
      () =>
        `\nSettings, from the environment (NAME_FILE may hold a path for any of them):\n${describeSettings(settings)}`,
    )
    .action(async () => {
      if (run) process.exit(await (await run())(process.env));
      const open = await start?.();
      const { LOG_LEVEL } = readSettings(settings, process.env) as { LOG_LEVEL: string };
      if (open) await runUntilStopped(createLogger(name, LOG_LEVEL, createRedactor()), () => open(process.env));
    });
}

program
  .command("doctor")
  .description("examines an installation, with a fix for whatever is not well; exit 1 where a check failed")
  .option("--output <format>", "text or json", "text")
  .addHelpText("after", () => `\nWhat is set is looked at:\n${describeSettings(DoctorSettings)}`)
  .action(async ({ output }: { output: string }) => {
    if (output !== "text" && output !== "json")
      throw new KubeClawError("bad-input", `--output: expected text or json, not ${output}`);
    process.exit(await (await import("./doctor.js")).runDoctor(process.env, output));
  });

program
  .command("init <dir>")
  .description("writes a new installation: an overlay with fresh keys and Redis users, and places for Slack's tokens")
  .requiredOption("--image <ref>", "the image that runs everywhere, by digest")
  .option("--cluster <name>", "what the cluster is called on cards", "my-cluster")
  .option("--overlay <name>", "local or production", "local")
  .action(async (dir: string, options: { image: string; cluster: string; overlay: string }) => {
    (await import("./init-command.js")).initInstallation(dir, options, process.env);
  });

addDiagnosisCommands(program);

const queue = program.command("queue").description("what waits, and what was given up");
queue
  .command("ls")
  .description("jobs of each queue; with --failed, those that were given up, and why")
  .option("--failed", "only the failed sets")
  .action(async (options: { failed?: boolean }) =>
    (await import("./queue-commands.js")).listQueues(process.env, options.failed === true),
  );
queue
  .command("retry <queue> <id>")
  .description("puts a failed job back on its queue")
  .action(async (name: string, id: string) => (await import("./queue-commands.js")).retryJob(process.env, name, id));
queue
  .command("drop <queue> <id>")
  .description("removes a failed job")
  .action(async (name: string, id: string) => (await import("./queue-commands.js")).dropJob(process.env, name, id));

const audit = program.command("audit").description("the tamper-evident record of every step");
audit
  .command("export")
  .description("prints the sealed chain as JSON Lines, from KUBECLAW_AUDIT_DIR")
  .option("--since <time>", "only records from then on (ISO 8601)")
  .option("--run <id>", "only records of one run")
  .action(async (options: { since?: string; run?: string }) => {
    (await import("./audit-commands.js")).exportAudit(process.env, options);
  });
audit
  .command("verify <file>")
  .description("recomputes the chain of an export and names the first record that does not fit")
  .action(async (file: string) => {
    (await import("./audit-commands.js")).verifyAudit(file);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(errorMessage(error));
  process.exit(exitCodeOf(error));
}
