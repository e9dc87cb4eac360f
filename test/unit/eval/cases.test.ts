import { expect, it } from "@jest/globals";
import { rules } from "../../../src/diagnosis/index.js";
import { loadCases } from "../../eval/case.js";
import { evaluate } from "../../eval/evaluate.js";
import { floors } from "../../eval/floors.js";
import type { Judgement } from "../../eval/judge.js";
import { openMisses } from "../../eval/open-misses.js";

const cases = loadCases();
const results = cases.map((entry) => evaluate(entry, false));
const open = new Set(openMisses);
const told = (...judgements: readonly Judgement[]): string[] =>
  results
    .filter((result) => judgements.includes(result.judgement) && !open.has(result.case.name))
    .map((result) => `${result.judgement}: ${result.case.name}: ${result.said}`);

it("no case gets a wrong cause", () => {
  expect(told("wrong")).toEqual([]);
});

it("no healthy case raises an alarm", () => {
  expect(told("false alarm")).toEqual([]);
});

it("nearly all cases are right", () => {
  const missed = told("symptom only", "silent", "wrong", "false alarm");
  expect({ enough: missed.length <= cases.length * (1 - floors.right), missed }).toEqual({ enough: true, missed });
});

it("what is listed as missed is missed still", () => {
  const right = results.filter(({ judgement }) => judgement === "right").map((result) => result.case.name);
  expect([...open].filter((name) => right.includes(name) || !cases.some((entry) => entry.name === name))).toEqual([]);
});

it("a cause that a case forbids is one that a rule could give", () => {
  const known = new Set(rules.map(({ id }) => id));
  const forbidden = cases.flatMap(({ expect: truth }) => (truth.status === "healthy" ? [] : truth.never));
  expect(forbidden.filter((id) => !known.has(id))).toEqual([]);
});
