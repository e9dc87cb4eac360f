import { expect, it } from "@jest/globals";
import { createInvestigate } from "../../../../src/intake/commands/investigate.js";
import { noon } from "../../../builders/kubernetes.js";
import { anInstallation } from "../../../builders/request.js";
import { createInvestigationQueue, createRunIndex } from "../../../fakes/intake.js";

const asker = { id: "t1", team: "T0SHOP", channel: "C0SRE", user: "U0ANA", threadTs: null };
const away = () => Promise.reject(new Error("away"));

function aWorld(state: { away?: Error } = {}) {
  const queue = createInvestigationQueue(state);
  const errors: string[] = [];
  const investigate = createInvestigate({
    queue,
    runs: createRunIndex(),
    tell: away,
    audit: away,
    installation: anInstallation(),
    now: () => noon,
    onError: (event) => errors.push(event),
  });
  return { queue, errors, ask: () => investigate(asker, { namespace: "shop", object: null }) };
}

it("what the queue has is taken, though the record and the telling fail: the worker says both again", async () => {
  const { queue, errors, ask } = aWorld();
  expect(await ask()).toBeNull();
  expect(queue.requests).toHaveLength(1);
  expect(errors).toEqual(["late_record_failed", "late_record_failed"]);
});

it("what the queue has not is refused", async () => {
  const { queue, ask } = aWorld({ away: new Error("down") });
  await expect(ask()).rejects.toThrow("down");
  expect(queue.requests).toEqual([]);
});
