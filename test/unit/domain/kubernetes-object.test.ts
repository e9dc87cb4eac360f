import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isFinished } from "../../../src/domain/agent-run.js";
import { at, KubernetesObject, listAt, numberAt, textAt } from "../../../src/domain/kubernetes-object.js";
import { aPod } from "../../builders/kubernetes.js";

describe("reading untyped JSON", () => {
  const pod = aPod();

  it("finds what is there", () => {
    expect(textAt(pod, "status", "containerStatuses", 0, "name")).toBe("web");
    expect(numberAt(pod, "status", "containerStatuses", 0, "restartCount")).toBe(0);
    expect(listAt(pod, "spec", "containers")).toHaveLength(1);
    expect(at(pod)).toBe(pod);
  });

  it("gives nothing for what is not there, or is something else", () => {
    expect(textAt(pod, "status", "containerStatuses", 7, "name")).toBeUndefined();
    expect(textAt(pod, "status", "containerStatuses")).toBeUndefined();
    expect(numberAt(pod, "status", "phase")).toBeUndefined();
    expect(listAt(pod, "status", "phase")).toEqual([]);
    expect(at(null, "x")).toBeUndefined();
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.oneof(fc.string(), fc.nat(3)), { maxLength: 5 }), (value, path) => {
        expect(() => [
          at(value, ...path),
          textAt(value, ...path),
          numberAt(value, ...path),
          listAt(value, ...path),
        ]).not.toThrow();
      }),
    );
  });
});

it("an object keeps the fields that nobody knows", () => {
  const object = { ...aPod(), extra: { a: 1 } };
  expect(KubernetesObject.parse(object)).toEqual(object);
});

it.each([
  [undefined, false],
  ["Pending", false],
  ["Running", false],
  ["Succeeded", true],
  ["Failed", true],
  ["Cancelled", true],
] as const)("a run that is %s has ended: %s", (phase, ended) => {
  expect(isFinished(phase)).toBe(ended);
});
