import { expect, it } from "@jest/globals";
import { createSettleApproval } from "../../../src/approval/settle-approval.js";
import { noon } from "../../builders/kubernetes.js";
import { aDecisionId, anApproval } from "../../builders/plan.js";
import { aRunId } from "../../builders/request.js";
import { aSignedApproval } from "../../builders/signature.js";
import { createRecorder } from "../../fakes/recorder.js";

function settled(over: Parameters<typeof anApproval>[0]) {
  const said = createRecorder();
  const settle = createSettleApproval({ ...said });
  return { said, done: settle(anApproval({ decidedAt: noon.toISOString(), ...over })) };
}

it.each(["denied", "expired", "superseded"] as const)("executes nothing of a plan that is %s", async (state) => {
  const { said, done } = settled({ state, approval: aSignedApproval() });
  await done;
  expect(said.log).toEqual([`audit approval.${state}`, "tell verdict", "tell-controller settled"]);
});

it("executes nothing of an approved record without a signature", async () => {
  const { said, done } = settled({ state: "approved", decidedBy: "U0LI" });
  await done;
  expect(said.executions.size).toBe(0);
});

it("does nothing for a plan that still waits", async () => {
  const { said, done } = settled({ state: "pending" });
  await done;
  expect(said.log).toEqual([]);
});

it("hands the signed approval on, with the investigation whose card tells the outcome", async () => {
  const approval = aSignedApproval();
  const { said, done } = settled({ state: "approved", decidedBy: "U0LI", approval });
  await done;
  expect([...said.executions.values()]).toMatchObject([{ investigation: aRunId, decision: aDecisionId, approval }]);
});

it("names the system as the actor where nobody decided", async () => {
  const { said, done } = settled({ state: "expired" });
  await done;
  expect(said.events).toMatchObject([{ actor: { kind: "system", id: "bot" } }]);
});

it("does not go on where the audit record cannot be made", async () => {
  const said = createRecorder();
  const settle = createSettleApproval({ ...said, audit: () => Promise.reject(new Error("redis is away")) });
  const record = anApproval({ state: "approved", decidedAt: noon.toISOString(), approval: aSignedApproval() });
  await expect(settle(record)).rejects.toThrow("redis is away");
  expect(said.log).toEqual([]);
});
