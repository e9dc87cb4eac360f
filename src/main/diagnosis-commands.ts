import type { Command } from "commander";

/** Adds the commands of the deterministic diagnosis; what each needs is loaded when it is asked for. */
export function addDiagnosisCommands(program: Command): void {
  const load = () => import("./run-diagnosis.js");
  program
    .command("diagnose")
    .description("the deterministic diagnosis of a snapshot, or of the cluster of the kubeconfig: read only, no model")
    .option("--snapshot <dir>", "a recorded snapshot, a directory or .tar.gz")
    .option("--batch <file>", "one JSON request a line ({id, snapshot, namespace?, object?}); - for standard input")
    .option("--context <name>", "another context of the kubeconfig")
    .option("--namespace <name>", "what is looked at; the namespace of the context by default")
    .option("--object <kind/name>", "one object in it")
    .option("--hygiene", "also what fails nothing now and may hurt one day")
    .option("--output <format>", "text or json", "text")
    .action(async (options: Record<string, string | boolean | undefined>) => (await load()).runDiagnose(options));
  program
    .command("snapshot")
    .description("records a namespace for a later diagnosis, redacted; Secrets keep their names and keys alone")
    .requiredOption("--namespace <name>", "what is recorded")
    .requiredOption("--out <dir>", "a new directory")
    .option("--context <name>", "another context of the kubeconfig")
    .action(async (options: { namespace: string; out: string; context?: string }) =>
      (await load()).runSnapshot(options),
    );
  program
    .command("rules")
    .description("every rule of the diagnosis")
    .option("--output <format>", "text or json", "text")
    .action(async (options: { output: string }) => {
      (await load()).runRules(options.output);
    });
  program
    .command("replay <dir>")
    .description("what the thread of an investigation would say of a snapshot, by the rules alone: no model is asked")
    .option("--namespace <name>", "what is looked at; that of the snapshot by default")
    .option("--object <kind/name>", "one object in it")
    .action(async (snapshot: string, options: { namespace?: string; object?: string }) => {
      (await load()).runReplay({ snapshot, ...options });
    });
}
