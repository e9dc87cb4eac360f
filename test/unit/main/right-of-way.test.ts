import { expect, it } from "@jest/globals";
import { createRightOfWay } from "../../../src/main/right-of-way.js";

/** Did it resolve by the time that everything which is due at once has run? */
async function isOpen(turn: Promise<void>): Promise<boolean> {
  return Promise.race([turn.then(() => true), new Promise<false>((no) => setImmediate(no, false))]);
}

it("without deliveries a turn comes at once", async () => {
  expect(await isOpen(createRightOfWay().turn())).toBe(true);
});

it("a turn waits for the deliveries under way, and for a moment without any", async () => {
  let time = 0;
  const way = createRightOfWay(() => time);
  let answer = () => {};
  const delivery = way.during(() => new Promise<void>((resolve) => (answer = resolve)));
  const turn = way.turn();
  expect(await isOpen(turn)).toBe(false);
  answer();
  await delivery;
  expect(await isOpen(way.turn())).toBe(false); // another may follow at once
  time += 20;
  await turn;
  expect(await isOpen(way.turn())).toBe(true);
});

it("a delivery that fails is under way no longer", async () => {
  let time = 0;
  const way = createRightOfWay(() => time);
  await expect(way.during(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  time += 20;
  expect(await isOpen(way.turn())).toBe(true);
});

it("deliveries without end hold it back for a second at the most", async () => {
  let time = 0;
  const way = createRightOfWay(() => time);
  void way.during(() => new Promise(() => undefined));
  const turn = way.turn();
  time += 999;
  expect(await isOpen(turn)).toBe(false);
  time += 1;
  await turn;
});
