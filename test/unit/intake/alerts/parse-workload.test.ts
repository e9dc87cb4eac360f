import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isReplicaSetPod, parseWorkload } from "../../../../src/intake/alerts/parse-workload.js";

describe("the workload behind a name", () => {
  it.each([
    ["a Deployment's pod", "Pod", "checkout-7d9f8c6b5-x4k2p", "Deployment", "checkout"],
    ["a Deployment's pod, with dashes in its name", "Pod", "my-shop-web-5f6b7c8d9f-zzz2m", "Deployment", "my-shop-web"],
    ["a CronJob's pod", "Pod", "report-29012345-k8x2v", "CronJob", "report"],
    ["a CronJob's Job", "Job", "report-29012345", "CronJob", "report"],
    ["a ReplicaSet of a Deployment", "ReplicaSet", "checkout-7d9f8c6b5", "Deployment", "checkout"],
  ])("%s", (_what, kind, name, owner, workload) => {
    expect(parseWorkload({ kind, name })).toEqual({ workload, object: { kind: owner, name: workload } });
  });

  it.each([
    ["of a DaemonSet or a Job: five letters say which pod, not which kind", "Pod", "fluent-bit-x7k2p", "fluent-bit"],
    ["of a StatefulSet, whose pods keep their names", "Pod", "postgres-0", "postgres"],
    ["of a StatefulSet's tenth pod", "Pod", "kafka-broker-10", "kafka-broker"],
    ["of a DaemonSet whose name ends in few letters: no ReplicaSet's hash is so short", "Pod", "my-v2-x4k2p", "my-v2"],
    ["of a bare pod", "Pod", "debug", "debug"],
    ["of a pod whose hash is no real one", "Pod", "checkout-7d9f-abcde", "checkout"],
    ["of a pod whose letters are no real ones", "Pod", "agent-x1a2e", "agent"],
    ["of a bare pod that ends in a word", "Pod", "shop-admin", "shop-admin"],
    ["of a bare pod that ends in two words", "Pod", "shop-cache-admin", "shop-cache-admin"],
    ["of a Deployment that ends like a pod", "Deployment", "worker-0", "worker-0"],
    ["of a Job that somebody made", "Job", "migrate-42", "migrate-42"],
    ["of a ReplicaSet that somebody made", "ReplicaSet", "checkout-blue", "checkout-blue"],
  ])("%s", (_what, kind, name, workload) => {
    expect(parseWorkload({ kind, name })).toEqual({ workload, object: { kind, name } });
  });

  const letters = fc.constantFrom(...Array.from("bcdfghjklmnpqrstvwxz2456789"));
  const made = (length: number) =>
    fc.array(letters, { minLength: length, maxLength: length }).map((all) => all.join(""));

  it("is the same for every pod of one Deployment", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]([a-z-]{0,20}[a-z])?$/),
        made(9),
        made(5),
        made(5),
        (name, hash, one, two) => {
          const workloads = [one, two].map(
            (pod) => parseWorkload({ kind: "Pod", name: `${name}-${hash}-${pod}` }).workload,
          );
          expect(workloads).toEqual([name, name]);
        },
      ),
    );
  });

  it("takes any text, and never gives back none", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
        fc.constantFrom("Pod", "Job"),
        (name, kind) => {
          expect(parseWorkload({ kind, name }).workload).not.toBe("");
        },
      ),
    );
  });
});

it("only a hash and five letters make a bare word a pod", () => {
  expect(["checkout-7d9f8c6b5-x4k2p", "checkout", "redis-0", "warning", "api-eu-west-1"].map(isReplicaSetPod)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
