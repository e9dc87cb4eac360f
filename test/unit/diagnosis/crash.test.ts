import { describe, expect, it } from "@jest/globals";
import { diagnose } from "../../../src/diagnosis/index.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import type { LogTail } from "../../../src/domain/snapshot.js";
import {
  aContainerPod,
  aCondition,
  aCrash,
  aDeployment,
  after,
  anEvent,
  anObject,
  aPod,
  noon,
} from "../../builders/kubernetes.js";
import { aSnapshot, aWorkload } from "../../builders/snapshot.js";

const log = (line: string, previous: boolean, pod = "checkout-8-abcde"): LogTail => ({
  namespace: "shop",
  pod,
  container: "web",
  previous,
  lines: [line],
});
const look = (objects: readonly KubernetesObject[], logs: readonly LogTail[] = []) =>
  diagnose({ ...aSnapshot(objects), logs }, { namespace: "shop" }, noon);
const causes = (answer: ReturnType<typeof look>) =>
  answer.verdicts.map(({ causeId, confidence }) => `${causeId} ${confidence}`);

describe("the log of a crash", () => {
  const crash = [...aWorkload(), aContainerPod({}, aCrash(1))];
  const gone = "unable to retrieve container logs for containerd://0123456789abcdef";

  it("is that of the run which ended last", () => {
    const logs = [log("password authentication failed", true), log("listen: address already in use", false)];
    expect(causes(look(crash, logs))).toEqual(["port-already-in-use likely"]);
    const [web] = [aContainerPod({}, { ...aCrash(1), state: { running: { startedAt: after(-5) } } })];
    expect(causes(look([...aWorkload(), web], logs))).toEqual(["dependency-auth-failed likely"]);
  });

  it("is not what the kubelet says in its place", () => {
    expect(causes(look(crash, [log(gone, true), log("listen: address already in use", false)]))).toEqual([
      "port-already-in-use likely",
    ]);
    expect(causes(look(crash, [log(gone, true)]))).toEqual(["container-crash inconclusive"]);
  });

  it("says more than the signal that a runtime ends with", () => {
    const aborted = [...aWorkload(), aContainerPod({}, aCrash(134))];
    expect(causes(look(aborted, [log("Unhandled exception. System.Exception: no queue", true)]))).toEqual([
      "application-error likely",
    ]);
    const faulted = [...aWorkload(), aContainerPod({}, aCrash(139))];
    expect(causes(look(faulted, [log("ERROR cannot draw", true)]))).toEqual(["process-segfault confirmed"]);
    expect(causes(look(faulted))).toEqual(["process-segfault likely"]);
  });
});

describe("a name that cannot be resolved", () => {
  const client = [...aWorkload(), aContainerPod({}, aCrash(1))];
  const cart = anObject("v1", "Service", { name: "cart" }, { spec: { clusterIP: "10.96.0.9", ports: [{ port: 80 }] } });
  const dns = (availableReplicas: number) =>
    anObject(
      "apps/v1",
      "Deployment",
      { name: "coredns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
      { spec: { replicas: 2 }, status: { availableReplicas } },
    );

  it("is no wrong name where the name server does not answer", () => {
    expect(causes(look([...client, cart], [log("getaddrinfo EAI_AGAIN cart", true)]))).toEqual([
      "cluster-dns-failure likely",
    ]);
  });

  it("is an effect of a cluster DNS that is down, whatever the client says of it", () => {
    const answer = look([...client, cart, dns(0)], [log("getaddrinfo ENOTFOUND cart", true)]);
    expect(answer.verdicts).toMatchObject([{ causeId: "cluster-dns-failure", object: { name: "coredns" } }]);
    expect(answer.verdicts[0]?.effects).toContainEqual(
      expect.objectContaining({ object: expect.objectContaining({ name: "checkout" }) }),
    );
  });

  it("is a wrong name where cluster DNS is well and there is no such Service", () => {
    expect(causes(look([...client, cart, dns(2)], [log("getaddrinfo ENOTFOUND carts", true)]))).toEqual([
      "host-not-resolved confirmed",
    ]);
  });
});

describe("pods that are evicted one after the other", () => {
  const evicted = (name: string, seconds: number) =>
    aPod({
      name,
      status: {
        phase: "Failed",
        reason: "Evicted",
        message: "Pod ephemeral local storage usage exceeds the total limit of containers 40Mi.",
        conditions: [{ ...aCondition("Ready", "False"), lastTransitionTime: after(-seconds) }],
      },
    });
  const whole = aDeployment({ status: { updatedReplicas: 4, availableReplicas: 4 } });
  const rest = [...aWorkload().slice(1), aPod({ name: "checkout-8-lives" })];

  it("are a failure although the newest one serves", () => {
    const answer = look([whole, ...rest, evicted("a", 30), evicted("b", 90), evicted("c", 150)]);
    expect(causes(answer)).toEqual(["pod-evicted confirmed"]);
    expect(answer.status).toBe("failing");
  });

  it("are history once it is long ago, or was one only", () => {
    expect(causes(look([whole, ...rest, evicted("a", 3_000), evicted("b", 3_060), evicted("c", 3_120)]))).toEqual([]);
    expect(causes(look([whole, ...rest, evicted("a", 30)]))).toEqual([]);
  });
});

describe("a readiness probe within the rollout's first two minutes", () => {
  const rolling = aDeployment({ status: { conditions: [aCondition("Progressing", "True", "ReplicaSetUpdated")] } });
  const fresh = aPod({ ready: false, metadata: { creationTimestamp: after(-90) } });
  const says = (text: string, count: number) =>
    look([
      rolling,
      ...aWorkload().slice(1),
      fresh,
      anEvent(fresh, `Readiness probe failed: ${text}`, { reason: "Unhealthy", count }),
    ]);

  it("may still be refused a few times", () => {
    expect(causes(says("dial tcp 10.1.0.4:8080: connect: connection refused", 6))).toEqual([]);
  });

  it("is wrong where more time would not help, or it has tried long enough", () => {
    expect(causes(says("HTTP probe failed with statuscode: 404", 6))).toEqual(["readiness-wrong-path confirmed"]);
    expect(causes(says("HTTP probe failed with statuscode: 503", 25))).toEqual(["readiness-app-not-ready confirmed"]);
  });
});
