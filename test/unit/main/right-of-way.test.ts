import { expect, it } from "@jest/globals";
import { createRightOfWay } from "../../../src/main/right-of-way.js";

/** Did it resolve by the time that everything which is due at once has run? */
async function isOpen(turn: Promise<void>): Promise<boolean> {
  return Promise.race([turn.then(() => true), new Promise<false>((no) => setImmediate(no, false))]);
}
const answered = () => Promise.resolve("answered");

function aWay() {
  const clock = { time: 1_000 };
  return { clock, way: createRightOfWay(() => clock.time) };
}

it("without deliveries a turn comes at once", async () => {
  expect(await isOpen(aWay().way.turn())).toBe(true);
});

it("a turn waits for a moment without deliveries: another may follow at once", async () => {
  const { clock, way } = aWay();
  expect(await way.during(answered)).toBe("answered");
  const turn = way.turn();
  clock.time += 19;
  expect(await isOpen(turn)).toBe(false);
  clock.time += 1;
  await turn;
});

it("counts from the answer, also of a delivery that fails; one that hangs holds nothing up", async () => {
  const { clock, way } = aWay();
  let fail = (_error: Error) => {};
  const delivery = way.during(() => new Promise<void>((_resolve, reject) => (fail = reject)));
  clock.time += 20;
  expect(await isOpen(way.turn())).toBe(true);
  fail(new Error("no"));
  await expect(delivery).rejects.toThrow("no");
  expect(await isOpen(way.turn())).toBe(false);
});

it("deliveries without end leave one turn every quarter of a second", async () => {
  const { clock, way } = aWay();
  await way.during(answered);
  const [first, second] = [way.turn(), way.turn()];
  const rush = async (ms: number) => {
    for (const end = clock.time + ms; clock.time < end; clock.time += 10) await way.during(answered);
  };
  await isOpen(first);
  await rush(240);
  expect(await isOpen(first)).toBe(false);
  await rush(10);
  await first;
  expect(await isOpen(second)).toBe(false);
  await rush(250);
  await second;
});
