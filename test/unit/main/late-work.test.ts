import { expect, it } from "@jest/globals";
import { createLateWork } from "../../../src/main/late-work.js";

const moment = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("begins after the answer, in the order in which it came", async () => {
  const log: string[] = [];
  const late = createLateWork(() => undefined);
  late.later(() => Promise.resolve(log.push("one")));
  late.later(() => Promise.resolve(log.push("two")));
  log.push("answered");
  while (!log.includes("two")) await moment(5);
  expect(log).toEqual(["answered", "one", "two"]);
});

it("is waited for to its end, and what it begins itself, too", async () => {
  const log: string[] = [];
  const late = createLateWork(() => undefined);
  late.later(async () => {
    late.later(() => Promise.resolve(log.push("begun by the first")));
    await moment(5);
    log.push("ended");
  });
  await late.settled();
  expect(log.toSorted()).toEqual(["begun by the first", "ended"]);
  await late.settled();
});

it("says what failed, and goes on", async () => {
  const errors: unknown[] = [];
  const late = createLateWork((error) => errors.push(error));
  late.later(() => Promise.reject(new Error("first")));
  late.later(() => {
    throw new Error("second");
  });
  await late.settled();
  expect(errors.map(String).sort()).toEqual(["Error: first", "Error: second"]);
});
