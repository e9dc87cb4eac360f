import { expect, it } from "@jest/globals";
import { z } from "zod";
import { parseInput } from "../../../src/domain/parse-input.js";

const Shape = z.strictObject({ name: z.string(), list: z.array(z.strictObject({ port: z.int() })) });

it.each([
  [{ name: 1, list: [] }, "thing: name: Invalid input: expected string, received number"],
  [
    { name: "x", list: [{ port: 1 }, { port: "80" }] },
    "thing: list.1.port: Invalid input: expected int, received string",
  ],
  [{ name: "x", list: [], extra: 1 }, "thing: extra: unknown key"],
  [{ name: "x", list: [{ port: 1, prot: 2 }] }, "thing: list.0.prot: unknown key"],
  [null, "thing: Invalid input: expected object, received null"],
])("%j: %s", (value, message) => {
  let said = "";
  try {
    parseInput(Shape, value, "thing");
  } catch (error) {
    expect(error).toMatchObject({ code: "bad-input" });
    said = (error as Error).message;
  }
  expect(said.replace("expected number", "expected int")).toBe(message);
});

it("gives back what fits", () => {
  const value = { name: "x", list: [{ port: 80 }] };
  expect(parseInput(Shape, value, "thing")).toEqual(value);
});
