import { expect, it } from "@jest/globals";
import { decideTier } from "../../../src/planning/decide-tier.js";

it.each(["production", "staging", "sandbox"] as const)("a rollout undo in %s needs an approval: T2", (environment) => {
  expect(decideTier("rollout-undo", environment)).toBe("T2");
});
