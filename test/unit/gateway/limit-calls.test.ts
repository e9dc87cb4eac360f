import { expect, it } from "@jest/globals";
import { createCallLimit, createStrangerLimit } from "../../../src/gateway/limit-calls.js";

it("counts each pod for itself, and says once when it is too much", () => {
  const limit = createCallLimit();
  const answers = Array.from({ length: 303 }, () => limit("pod-a"));
  expect(answers.slice(299)).toEqual(["ok", "first", "more", "more"]);
  expect(limit("pod-b")).toBe("ok");
});

it("forgets pods that are long gone, and none that still calls", () => {
  const limit = createCallLimit();
  for (let turn = 0; turn < 301; turn += 1) limit("busy");
  for (let pod = 0; pod < 12_000; pod += 1) {
    limit(`pod-${pod}`);
    if (pod % 1_000 === 0) limit("busy");
  }
  expect(limit("busy")).toBe("more");
  expect(limit("pod-0")).toBe("ok");
});

it("records as many strangers in a minute as one can read, and counts on in the next", () => {
  let time = 0;
  const isRecorded = createStrangerLimit(() => new Date(time));
  expect(Array.from({ length: 62 }, isRecorded).slice(58)).toEqual([true, true, false, false]);
  time += 59_999;
  expect(isRecorded()).toBe(false);
  time += 1;
  expect(isRecorded()).toBe(true);
});
