import { expect, it } from "@jest/globals";
import { isNearName } from "../../../src/diagnosis/near-name.js";

it.each([
  ["cart", "crat"],
  ["cart", "carts"],
  ["checkout", "chekout"],
  ["db", "db-v2"],
  ["settings", "setings2"],
])("%s and %s are near", (left, right) => {
  expect([isNearName(left, right), isNearName(right, left)]).toEqual([true, true]);
});

it.each([
  ["cart", "cart"],
  ["cart", "user"],
  ["", "a"],
  ["web", "api"],
  ["checkout", "payments"],
])("%s and %s are not", (left, right) => {
  expect(isNearName(left, right)).toBe(false);
});
