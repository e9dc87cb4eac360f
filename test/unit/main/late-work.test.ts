import { expect, it } from "@jest/globals";
import { createLateWork } from "../../../src/main/late-work.js";

it("begins after what is under way, and is waited for to its end", async () => {
  const log: string[] = [];
  const late = createLateWork(() => undefined);
  late.later(async () => {
    log.push("begun");
    await new Promise((resolve) => setImmediate(resolve));
    late.later(() => Promise.resolve(log.push("begun by the first")));
    log.push("ended");
  });
  await Promise.resolve().then(() => log.push("answered"));
  await late.settled();
  expect(log).toEqual(["answered", "begun", "ended", "begun by the first"]);
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
