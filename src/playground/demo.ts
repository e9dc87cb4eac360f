import { Cleanup } from "./demo/cleanup.js";
import { openPage } from "./demo/open-page.js";
import { parseDemoOptions } from "./demo/options.js";
import { startDemo } from "./demo/start-demo.js";

const options = parseDemoOptions(process.argv.slice(2));
const tell = (text: string) => {
  process.stderr.write(`${text}\n`);
};
const errorText = (error: unknown) => (error instanceof Error ? error.message : String(error));

const cleanup = new Cleanup((what, error) => {
  tell(`${what} could not be stopped: ${errorText(error)}`);
});
const state = { stopping: false };

const starting = startDemo(options, cleanup, tell);

async function leave(code: number): Promise<never> {
  state.stopping = true;
  await cleanup.run();
  // A start that was under way may have started one thing more.
  await starting.catch(() => undefined);
  await cleanup.run();
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (!state.stopping) void leave(0);
  });
}

try {
  const demo = await starting;
  const { page, slack, kubernetes, pids, logs, kubeconfig, endings } = demo;
  if (options.json) process.stdout.write(`${JSON.stringify({ page, slack, kubernetes, pids })}\n`);
  else {
    process.stdout.write(
      [
        `KubeClaw is up: ${page}`,
        "Try in #sre:    /kubeclaw investigate deploy/checkout -n shop",
        ...(kubeconfig === null
          ? []
          : [`Kubeconfig:     ${kubeconfig} (not for kubectl, which sends no token over plain HTTP)`]),
        `Logs:           ${logs}`,
        "Ctrl-C stops everything and leaves nothing behind.\n",
      ].join("\n"),
    );
  }
  if (options.open && !options.json && process.stdout.isTTY) openPage(page);
  for (const ending of endings) {
    void ending.then((how) => {
      if (!state.stopping) tell(`${how}; nothing is started again`);
    });
  }
} catch (error) {
  // A signal during the start makes some step of it fail: that is no fault.
  if (!state.stopping) {
    tell(`The demo cannot start: ${errorText(error)}`);
    await leave(1);
  }
}
