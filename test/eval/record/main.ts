import { errorMessage } from "../../../src/domain/errors.js";
import { built } from "./built/index.js";
import { writeBuilt } from "./built/write-built.js";
import { record } from "./record.js";
import type { Scenario } from "./scenario.js";
import { scenarios } from "./scenarios/index.js";
import { casesDirectory } from "./write-case.js";

/** Each waits most of its time; one node has room for some hundred pods. */
const sideBySide = Number(process.env["KUBECLAW_EVAL_PARALLEL"] ?? 12);

const kubeconfig = process.env["KUBECONFIG"];
const wanted = process.argv.slice(2);
const isWanted = ({ name }: { name: string }) =>
  wanted.length === 0 || wanted.includes(name) || wanted.includes(name.slice(0, name.indexOf("/")));
const chosen = scenarios.filter(isWanted);
const toBuild = built.filter(isWanted);
if (chosen.length + toBuild.length === 0) {
  console.error(`no scenario ${wanted.join(", ")}; name a family, or FAMILY/NAME`);
  process.exit(2);
}
for (const entry of toBuild) writeBuilt(casesDirectory, entry);
if (toBuild.length > 0) console.log(`built ${toBuild.length}`);
if (kubeconfig === undefined && chosen.length > 0) {
  console.error("what is recorded needs a cluster: set KUBECONFIG");
  process.exit(2);
}

const failed: string[] = [];
async function play(queue: Scenario[]): Promise<void> {
  for (let next = queue.shift(); next; next = queue.shift()) {
    try {
      await record(next, kubeconfig ?? "");
      console.log(`recorded ${next.name}`);
    } catch (error) {
      failed.push(next.name);
      console.log(`FAILED   ${next.name}: ${errorMessage(error)}`);
    }
  }
}

const together = chosen.filter(({ alone }) => alone !== true);
await Promise.all(Array.from({ length: sideBySide }, () => play(together)));
await play(chosen.filter(({ alone }) => alone === true));
if (failed.length > 0) console.error(`not recorded: ${failed.join(", ")}`);
process.exit(failed.length > 0 ? 1 : 0);
