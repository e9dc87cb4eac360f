import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { KubeConfig } from "@kubernetes/client-node";

/** The built command line, as a person runs it with a kubeconfig. */
export async function kubeclaw(
  kubeconfig: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env["PATH"], HOME: "/nowhere", KUBECONFIG: kubeconfig };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["dist/main/cli.js", ...args], {
      env,
      maxBuffer: 64 * 1024 * 1024,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** A kubeconfig for the cluster of another one, with a token in place of its credentials; or for another server. */
export function writeKubeconfig(from: string, over: { token: string; server?: string }): string {
  const config = new KubeConfig();
  config.loadFromFile(from);
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error(`no cluster in ${from}`);
  const fresh = new KubeConfig();
  fresh.loadFromClusterAndUser(
    { ...cluster, ...(over.server === undefined ? {} : { server: over.server }) },
    { name: "account", token: over.token },
  );
  const path = join(mkdtempSync(join(tmpdir(), "kubeclaw-kubeconfig-")), "config");
  writeFileSync(path, fresh.exportConfig(), { mode: 0o600 });
  return path;
}
