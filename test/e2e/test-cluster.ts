import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The cluster under test: its kubeconfig, the project's own image in it, and this machine's address for its pods. */
export function findTestCluster(): { kubeconfig: string; image: string; host: string } {
  const cluster = (...args: string[]) =>
    JSON.parse(
      execFileSync("bash", [join(repository, "test/cluster/scripts/cluster.sh"), ...args], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      })
        .trim()
        .split("\n")
        .at(-1) ?? "{}",
    ) as Record<string, string>;
  return {
    kubeconfig: process.env["KUBECLAW_TEST_KUBECONFIG"] ?? "",
    image: process.env["KUBECLAW_TEST_IMAGE"] ?? cluster("image", repository)["image"] ?? "",
    host: process.env["KUBECLAW_TEST_HOST"] ?? cluster("status")["hostAddress"] ?? "",
  };
}
