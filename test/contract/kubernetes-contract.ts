import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ContractCluster } from "./contract-cluster.js";
import { describeAccess } from "./access-contract.js";
import { describeCustomResources } from "./custom-resource-contract.js";
import { describeReads } from "./read-contract.js";
import { describeWrites } from "./write-contract.js";

/**
 * What KubeClaw relies on in a Kubernetes API. The same cases run on a real API server and on the replay cluster, so
 * that the second cannot drift from the first.
 */
export function describeKubernetesContract(
  name: string,
  connect: () => Promise<{ cluster: ContractCluster; close: () => Promise<void> }>,
): void {
  describe(`Kubernetes API: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof connect>>;
    beforeAll(async () => {
      opened = await connect();
      await opened.cluster.open();
    }, 60_000);
    afterAll(async () => {
      await opened.cluster.close();
      await opened.close();
    }, 60_000);
    const cluster = () => opened.cluster;

    it("says its version", async () => {
      const { status, body } = await cluster().call("GET", "/version");
      expect(status).toBe(200);
      expect(body.gitVersion).toMatch(/^v1\.\d+\./);
    });

    describeReads(cluster);
    describeWrites(cluster);
    describeCustomResources(cluster);
    describeAccess(cluster);
  });
}
