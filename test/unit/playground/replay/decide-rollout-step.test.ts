import { describe, expect, it } from "@jest/globals";
import {
  decideBounds,
  decideRolloutStep,
  type RolloutFacts,
} from "../../../../src/playground/replay/controllers/decide-rollout-step.js";

const set = (replicas: number, available = replicas) => ({ replicas, available });
function decide(over: Partial<RolloutFacts>) {
  return decideRolloutStep({
    wanted: 4,
    strategy: "RollingUpdate",
    maxSurge: "25%",
    maxUnavailable: "25%",
    current: set(0),
    old: [set(4)],
    oldPods: 4,
    ...over,
  });
}

describe("decideBounds", () => {
  it.each([
    [4, "25%", "25%", 1, 1],
    [2, "25%", "25%", 1, 0],
    [1, "25%", "25%", 1, 0],
    [10, 3, 2, 3, 2],
    [3, 0, "25%", 0, 1],
  ])("of %p wanted, surge %p and unavailable %p", (wanted, maxSurge, maxUnavailable, surge, unavailable) => {
    expect(decideBounds({ wanted, maxSurge, maxUnavailable })).toEqual({ surge, unavailable });
  });
});

describe("decideRolloutStep", () => {
  it("starts with as many new pods as the surge allows", () => {
    expect(decide({})).toEqual({ current: 1, old: [4] });
  });

  it("then lets as many old ones go as may be missing", () => {
    expect(decide({ current: set(1, 0) })).toEqual({ current: 1, old: [3] });
  });

  it("stands still while the new ones do not serve", () => {
    expect(decide({ current: set(2, 0), old: [set(3)] })).toEqual({ current: 2, old: [3] });
  });

  it("goes on as new ones serve", () => {
    expect(decide({ current: set(2), old: [set(3)] })).toEqual({ current: 2, old: [1] });
    expect(decide({ current: set(2), old: [set(1)] })).toEqual({ current: 4, old: [1] });
    expect(decide({ current: set(4), old: [set(1)] })).toEqual({ current: 4, old: [0] });
  });

  it("lets old pods that do not serve go first, those of the oldest template before", () => {
    expect(decide({ current: set(1, 0), old: [set(1, 0), set(3)] })).toEqual({ current: 1, old: [0, 3] });
  });

  it("goes back the same way", () => {
    expect(decide({ current: set(3), old: [set(2, 0)] })).toEqual({ current: 3, old: [0] });
    expect(decide({ current: set(3), old: [set(0)] })).toEqual({ current: 4, old: [0] });
  });

  it("makes no new pod before the last old one is gone where it recreates", () => {
    expect(decide({ strategy: "Recreate" })).toEqual({ current: 0, old: [0] });
    expect(decide({ strategy: "Recreate", old: [set(0)], oldPods: 1 })).toEqual({ current: 0, old: [0] });
    expect(decide({ strategy: "Recreate", old: [set(0)], oldPods: 0 })).toEqual({ current: 4, old: [0] });
  });

  it("scales down at once", () => {
    expect(decide({ wanted: 2, current: set(4), old: [] })).toEqual({ current: 2, old: [] });
  });
});
