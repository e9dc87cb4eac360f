import { expect, it } from "@jest/globals";
import type { Tier } from "../../../src/domain/action.js";
import type { PlannedAction } from "../../../src/domain/plan.js";
import { decideTier } from "../../../src/planning/decide-tier.js";
import { aDeployment } from "../../builders/kubernetes.js";

const undo: PlannedAction = { type: "rollout-undo", toRevision: 7 };
const restart: PlannedAction = { type: "rollout-restart" };
const scale = (replicas: number): PlannedAction => ({ type: "scale", replicas });
const keepsData = { ...aDeployment(), kind: "StatefulSet" };

it.each<[string, PlannedAction, Tier, Tier]>([
  ["a rollout undo", undo, "T2", "T2"],
  ["a restart", restart, "T2", "T1"],
  ["one replica more", scale(5), "T2", "T1"],
  ["twice the replicas", scale(8), "T2", "T1"],
  ["more than twice the replicas", scale(9), "T2", "T2"],
  ["fewer replicas", scale(3), "T2", "T2"],
  ["no replicas", scale(0), "T3", "T3"],
])("%s of four replicas: %o is %s in production, %s in staging", (_what, action, production, staging) => {
  expect(decideTier(action, aDeployment(), "production")).toBe(production);
  expect(decideTier(action, aDeployment(), "staging")).toBe(staging);
  expect(decideTier(action, aDeployment(), "sandbox")).toBe(staging);
});

it("waking up what is scaled to zero is never a small step", () => {
  expect(decideTier(scale(1), aDeployment({ spec: { replicas: 0 } }), "staging")).toBe("T2");
});

it.each<[string, PlannedAction, Tier]>([
  ["a restart", restart, "T2"],
  ["one replica more", scale(5), "T2"],
  ["fewer replicas", scale(3), "T3"],
  ["no replicas", scale(0), "T3"],
])("is one higher for pods that keep data: %s", (_what, action, tier) => {
  expect(decideTier(action, keepsData, "staging")).toBe(tier);
});
