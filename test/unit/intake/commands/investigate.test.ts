import { expect, it } from "@jest/globals";
import { createInvestigate } from "../../../../src/intake/commands/investigate.js";
import { noon } from "../../../builders/kubernetes.js";
import { anInstallation } from "../../../builders/request.js";
import { createInvestigationQueue, createRunIndex } from "../../../fakes/intake.js";

const asker = { id: "t1", team: "T0SHOP", channel: "C0SRE", user: "U0ANA", threadTs: null };
const away = () => Promise.reject(new Error("away"));

function aWorld(state: { away?: Error } = {}) {
  const queue = createInvestigationQueue(state);
  const late: Promise<unknown>[] = [];
  const errors: string[] = [];
  const investigate = createInvestigate({
    queue,
    runs: createRunIndex(),
    tell: away,
    audit: away,
    installation: anInstallation(),
    now: () => noon,
    later: (work) => late.push(work()),
    onError: (event) => errors.push(event),
  });
  return { queue, late, errors, ask: () => investigate(asker, { namespace: "shop", object: null }) };
}

it("what the queue has is taken, though the record and the telling fail: the worker says both again", async () => {
  const { queue, late, errors, ask } = aWorld();
  expect(await ask()).toBeNull();
  expect(queue.requests).toHaveLength(1);
  expect((await Promise.allSettled(late)).map(({ status }) => status)).toEqual(["rejected"]);
  expect(errors).toEqual(["request_untold"]);
});

it("what the queue has not is refused", async () => {
  const { queue, ask } = aWorld({ away: new Error("down") });
  await expect(ask()).rejects.toThrow("down");
  expect(queue.requests).toEqual([]);
});
