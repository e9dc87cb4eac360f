import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { cutText } from "../../../src/domain/cut-text.js";

it.each([
  ["short", 10, "short"],
  ["exactly", 7, "exactly"],
  ["too long", 3, "too"],
  ["ab😀", 4, "ab😀"],
  ["ab😀", 3, "ab"],
  ["😀", 0, ""],
])("%j cut at %i is %j", (text, length, cut) => {
  expect(cutText(text, length)).toBe(cut);
});

it("is never longer than asked, never torn, and begins as the text does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), (text, length) => {
      const cut = cutText(text, length);
      expect(cut.length).toBeLessThanOrEqual(length);
      expect(cut.isWellFormed()).toBe(true);
      expect(text.startsWith(cut)).toBe(true);
    }),
  );
});
