import { expect, it } from "@jest/globals";
import { diagnose } from "../../../../src/diagnosis/index.js";
import type { KubernetesObject } from "../../../../src/domain/kubernetes-object.js";
import { aDeployment, anObject, aPod, aReplicaSet, badImage } from "../../../builders/kubernetes.js";
import { noon } from "../../../builders/kubernetes.js";
import { aSnapshot } from "../../../builders/snapshot.js";

const service = (name: string, port: number) =>
  anObject("v1", "Service", { name }, { spec: { selector: { app: name }, ports: [{ port }] } });
const cartPod = (ready: string) =>
  anObject(
    "v1",
    "Pod",
    { name: "cart-1", labels: { app: "cart" } },
    { status: { phase: "Running", conditions: [{ type: "Ready", status: ready }] } },
  );

/** A ready workload behind a Service, whose log ends with these lines. */
function look(lines: readonly string[], more: readonly KubernetesObject[]) {
  const snapshot = aSnapshot([
    aDeployment({ status: { updatedReplicas: 4, availableReplicas: 4 } }),
    aReplicaSet(8, badImage, { spec: { replicas: 4 }, status: { replicas: 4, readyReplicas: 4 } }),
    aPod(),
    service("checkout", 80),
    ...more,
  ]);
  const log = { namespace: "shop", pod: "checkout-8-abcde", container: "web", previous: false, lines };
  return diagnose({ ...snapshot, logs: [log] }, { namespace: "shop" }, noon);
}
const refused = Array.from({ length: 6 }, (_, at) => `GET /cart/${at}: dial tcp cart:8080: connection refused`);

it("a ready program that goes on telling what the cluster shows to be so is a failure of its Service", () => {
  const answer = look(refused, [service("cart", 80), cartPod("True")]);
  expect(answer.verdicts).toMatchObject([
    { causeId: "dependency-wrong-port", severity: "warning", object: { name: "checkout" } },
  ]);
  expect(answer.verdicts[0]?.effects).toMatchObject([{ object: { kind: "Service", name: "checkout" } }]);
  expect(answer.status).toBe("failing");
});

it("where the cluster shows nothing, it is a warning and the rest is well", () => {
  const answer = look(
    refused.map((line) => line.replace("8080", "80")),
    [service("cart", 80), cartPod("True")],
  );
  expect(answer.verdicts).toMatchObject([{ severity: "warning", confidence: "likely", effects: [] }]);
  expect(answer.status).toBe("healthy");
});

it.each([
  ["was overcome", [...refused, ...Array.from({ length: 8 }, (_, at) => `GET /cart/${at} 200`)]],
  ["came once", ["GET /cart/1 200", refused[0] ?? "", "GET /cart/2 200"]],
  ["is told as a detail", refused.map((line) => `DEBUG ${line}`)],
])("trouble that %s is none", (_what, lines) => {
  expect(look(lines, [service("cart", 80), cartPod("True")]).verdicts).toEqual([]);
});
