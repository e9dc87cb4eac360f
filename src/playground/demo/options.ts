import { Command, InvalidArgumentError, Option } from "commander";

export interface DemoOptions {
  port: number;
  scenario: string;
  open: boolean;
  json: boolean;
  context?: string;
  namespace: string[];
  host?: string;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError("expected a port, 0 to 65535");
  return port;
}

/** The demo's command line. Leaves with 2 and one sentence where it cannot be understood. */
export function parseDemoOptions(argv: readonly string[]): DemoOptions {
  return new Command("npm run demo --")
    .description("Runs the whole loop on this machine: a local Slack, a replay cluster, and KubeClaw's four processes.")
    .addOption(new Option("--port <port>", "of the page; 0 takes a free one").default(4390).argParser(parsePort))
    .addOption(new Option("--scenario <name>", "a world of src/playground/scenarios, or a path to one").default("shop"))
    .option("--no-open", "do not open a browser")
    .option("--json", "print one line when it is ready, and nothing else", false)
    .option(
      "--context <name>",
      "use a context of the kubeconfig instead of the replay cluster (needs KUBECLAW_AGENT_IMAGE)",
    )
    .option("--namespace <name...>", "with --context: what may be looked at, and acted in after an approval", ["shop"])
    .option("--host <address>", "with --context: this machine's address, as the cluster's pods reach it")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv, { from: "user" })
    .opts<DemoOptions>();
}
