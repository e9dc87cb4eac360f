import { describe, expect, it } from "@jest/globals";
import { Expectation, type Failure } from "../../eval/case.js";
import { changeByNoise, hiddenGap, newCertainty } from "../../eval/check-mutations.js";
import { removals, unreadWithPartialRights, withNoise, withPartialRights } from "../../eval/mutate.js";
import { diagnose } from "../../../src/diagnosis/index.js";
import { anAnswer, aVerdict, healthyAnswer } from "../../builders/diagnosis.js";
import { aClusterObject, aConfigMap, anEvent, aPod, noon } from "../../builders/kubernetes.js";
import { aSnapshot, aWaitingWorkload } from "../../builders/snapshot.js";

const broken = aWaitingWorkload("ImagePullBackOff", "registry.local/checkout:1.9.1: not found");
const snapshot = {
  ...aSnapshot([
    ...broken,
    anEvent(broken.at(-1)!, "not found"),
    aConfigMap("settings"),
    aClusterObject("v1", "Node", "node-1", {}),
  ]),
  logs: [{ namespace: "shop", pod: "checkout-8-abcde", container: "web", previous: false, lines: ["up"] }],
};
const expected = Expectation.parse({
  status: "failing",
  causes: [{ causeId: "image-not-found", object: "Deployment/checkout" }],
  confirmed: true,
}) as Failure;
const other = aVerdict({ causeId: "registry-unreachable" });

describe("what is taken away", () => {
  it("events, logs and messages are gone, and what was not read says so", () => {
    const without = (name: string) => removals[name]!(snapshot);
    expect(without("without events")).toMatchObject({ events: [], meta: { sources: { events: "absent" } } });
    expect(without("without logs")).toMatchObject({ logs: [], meta: { sources: { logs: "absent" } } });
    const { objects } = without("without status messages");
    expect(JSON.stringify(objects)).not.toContain("message");
    expect(JSON.stringify(objects)).toContain("ImagePullBackOff");
  });

  it("partial rights leave kinds out and name them", () => {
    const { objects, events, meta } = withPartialRights(snapshot);
    expect([...new Set(objects.map(({ kind }) => kind))]).toEqual(["Deployment", "Pod"]);
    expect(events).toEqual([]);
    expect(meta).toMatchObject({
      sources: { objects: "partial", events: "absent" },
      kinds: { Node: "absent", ReplicaSet: "absent", ConfigMap: "absent" },
    });
  });

  it("noise is fifty healthy workloads and five hundred warnings", () => {
    const noisy = withNoise(aSnapshot([]));
    expect([noisy.objects.length, noisy.events.length]).toEqual([150, 500]);
    expect(diagnose(noisy, { namespace: "shop" }, noon)).toMatchObject({ status: "healthy", verdicts: [] });
  });
});

describe("what is asked of the answers", () => {
  it("less evidence confirms no other cause", () => {
    expect(newCertainty(expected, anAnswer(), healthyAnswer)).toBeUndefined();
    expect(
      newCertainty(expected, anAnswer(), anAnswer({ verdicts: [{ ...other, confidence: "likely" }] })),
    ).toBeUndefined();
    expect(newCertainty(expected, anAnswer(), anAnswer({ verdicts: [other] }))).toContain("registry-unreachable");
    const symptom = aVerdict({ causeId: "progress-deadline-exceeded" });
    expect(newCertainty(expected, anAnswer(), anAnswer({ verdicts: [symptom] }))).toBeUndefined();
    expect(
      newCertainty(expected, anAnswer({ verdicts: [aVerdict(), other] }), anAnswer({ verdicts: [other] })),
    ).toBeUndefined();
  });

  it("noise changes nothing", () => {
    expect(changeByNoise(anAnswer(), anAnswer())).toBeUndefined();
    expect(changeByNoise(anAnswer(), anAnswer({ verdicts: [aVerdict({ confidence: "likely" })] }))).toContain("became");
  });

  it("nothing is healthy in silence about what was not read", () => {
    expect(hiddenGap(anAnswer())).toBeUndefined();
    expect(hiddenGap(healthyAnswer)).toContain("Node");
    const warnings = [`Not checked: ${unreadWithPartialRights.join(", ")}`];
    expect(hiddenGap({ ...healthyAnswer, warnings })).toBeUndefined();
    expect(diagnose(withPartialRights(aSnapshot([aPod()])), {}, noon)).toMatchObject({ status: "healthy" });
  });
});
