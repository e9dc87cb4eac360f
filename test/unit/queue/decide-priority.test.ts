import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { decidePriority, type Shares } from "../../../src/queue/index.js";
import { noon } from "../../builders/kubernetes.js";

const at = (seconds: number) => new Date(noon.getTime() + seconds * 1_000);

it("serves what an incident asks for in the order in which it came", () => {
  const shares: Shares = new Map();
  expect(Array.from({ length: 10 }, () => decidePriority(shares, "sre", noon))).toEqual(Array(10).fill(0));
});

it("puts a flood behind whoever asks for less, and forgets it after a minute", () => {
  const shares: Shares = new Map();
  const flood = Array.from({ length: 1_000 }, () => decidePriority(shares, "noisy", noon));
  expect(flood.slice(10)).toEqual(Array.from({ length: 990 }, (_, index) => index + 11));
  expect(decidePriority(shares, "victim", at(1))).toBe(0);
  expect(decidePriority(shares, "noisy", at(61))).toBe(0);
});

it("never gives the k-th request of one asker a better place than the k-th of another", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 200 }), (askers) => {
      const shares: Shares = new Map();
      const given = new Map<string, number[]>();
      for (const asker of askers) given.set(asker, [...(given.get(asker) ?? []), decidePriority(shares, asker, noon)]);
      const lists = [...given.values()];
      for (const one of lists)
        for (const other of lists)
          for (const [k, place] of one.entries()) if (k < other.length) expect(other[k]).toBe(place);
    }),
  );
});

it("stays within what BullMQ takes", () => {
  const shares: Shares = new Map([["noisy", { since: noon.getTime(), count: 5_000_000 }]]);
  expect(decidePriority(shares, "noisy", noon)).toBe(2_097_151);
});
