import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  parseScenario,
  readManifests,
  type ReplayCluster,
  startReplayCluster,
  type Timing,
} from "../../../src/playground/replay/index.js";
import { ContractCluster } from "../../contract/contract-cluster.js";

export const image = "registry.local/kubeclaw@sha256:1";
const quick: Partial<Timing> = { pullMs: 20, startMs: 20, readyMs: 20, stopMs: 20, configRetryMs: 200, backOffMs: 100 };

export interface Replay {
  cluster: ContractCluster;
  replay: ReplayCluster;
  folder: string;
  close(): Promise<void>;
}

/** A replay cluster with short steps, whose Jobs run `program` (the text of a module) with their arguments. */
export async function startReplay(scenario: string, program = ""): Promise<Replay> {
  const folder = await mkdtemp(join(tmpdir(), "kubeclaw-replay-"));
  const file = join(folder, "program.mjs");
  await writeFile(file, program);
  const replay = await startReplayCluster({
    scenario: parseScenario(scenario),
    manifests: readManifests("manifests/crds"),
    runJobs: { image, command: [process.execPath, file] },
    timing: quick,
  });
  const cluster = ContractCluster.of(replay.kubeconfig("admin"));
  await cluster.open();
  return {
    cluster,
    replay,
    folder,
    async close() {
      await cluster.close();
      await replay.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
