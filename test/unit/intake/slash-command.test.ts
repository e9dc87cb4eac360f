import { describe, expect, it } from "@jest/globals";
import { KubeClawError } from "../../../src/domain/errors.js";
import { investigationId } from "../../../src/domain/ids.js";
import {
  cannotTake,
  type CommandDelivery,
  createSlashCommand,
  notListed,
  type RunSummary,
} from "../../../src/intake/index.js";
import { noon } from "../../builders/kubernetes.js";
import { anInstallation, aRunId } from "../../builders/request.js";
import { aRunSummary, createInvestigationQueue, createMutes, createRunIndex } from "../../fakes/intake.js";
import { createFreezes } from "../../fakes/freezes.js";
import { createPeople } from "../../fakes/people.js";
import { createRecorder } from "../../fakes/recorder.js";

function aWorld(...known: RunSummary[]) {
  const queue = createInvestigationQueue();
  const runs = createRunIndex(...known);
  const mutes = createMutes();
  const said = createRecorder();
  const errors: string[] = [];
  const command = createSlashCommand({
    queue,
    runs,
    mutes,
    freezes: createFreezes(),
    people: createPeople(),
    ...said,
    installation: anInstallation(),
    now: () => noon,
    onError: (event) => errors.push(event),
  });
  let delivery = 0;
  const type = (text: string, over: Partial<CommandDelivery> = {}) =>
    said.afterwards(
      command({
        id: `trigger-${(delivery += 1)}`,
        team: "T0SHOP",
        channel: "C0SRE",
        user: "U0ANA",
        threadTs: null,
        text,
        ...over,
      }),
    );
  return { queue, runs, mutes, said, errors, type };
}
const aSummary = aRunSummary;

describe("investigate", () => {
  it("is enqueued, then recorded and told; the card is the answer", async () => {
    const { queue, said, type } = aWorld();
    expect(await type("investigate deploy/checkout -n shop", { id: "trigger-9" })).toBeNull();
    expect(queue.requests).toMatchObject([
      {
        run: investigationId("default", "trigger-9"),
        scope: { namespace: "shop", object: { kind: "Deployment", name: "checkout" } },
        trigger: { kind: "command", user: "U0ANA" },
        slack: { channel: "C0SRE", threadTs: null },
      },
    ]);
    expect([...said.log].sort()).toEqual(["audit delivery.accepted", "tell requested"]);
  });

  it("delivered again changes nothing", async () => {
    const { queue, said, type } = aWorld();
    await type("investigate -n shop", { id: "same" });
    expect(await type("investigate -n shop", { id: "same" })).toBeNull();
    expect([queue.requests.length, said.facts.size]).toEqual([1, 1]);
    expect(said.events.map(({ kind }) => kind)).toEqual(["delivery.accepted", "delivery.duplicate"]);
  });

  it("of what is being looked at joins that run", async () => {
    const { queue, said, type } = aWorld();
    await type("investigate -n shop");
    const answer = await type("investigate -n shop", { user: "U0LI" });
    expect(answer).toBe(`That is already being looked at: \`${queue.requests[0]!.run}\``);
    expect(said.facts.size).toBe(1);
  });

  it("takes the namespace of a channel that has only one", async () => {
    const { queue, type } = aWorld();
    expect(await type("investigate deploy/checkout", { channel: "C0SHOP" })).toBeNull();
    expect(queue.requests[0]?.scope.namespace).toBe("shop");
  });

  it.each([
    ["no namespace", "investigate deploy/checkout", "C0SRE", "Which namespace?"],
    ["a namespace of others", "investigate -n pay", "C0SHOP", "This channel may not ask about pay; it may about shop."],
    ["a mistake", "investigate", "C0SRE", "Which namespace?"],
    ["a hostile mistake", "investigate <!channel>", "C0SRE", "&lt;!channel&gt;"],
    ["a channel that is not listed", "investigate -n shop", "C0OTHER", notListed],
    ["a direct message", "help", "D0ANA", notListed],
  ])("starts nothing with %s", async (_what, text, channel, answer) => {
    const { queue, said, type } = aWorld();
    expect(await type(text, { channel })).toContain(answer);
    expect([queue.requests.length, said.log.length]).toEqual([0, 0]);
  });

  it("says at once that nothing was started while Redis is down", async () => {
    const { queue, said, errors, type } = aWorld();
    queue.state.away = new KubeClawError("unavailable", "redis", { retryable: true });
    expect(await type("investigate -n shop")).toBe(cannotTake);
    expect([said.log, errors]).toEqual([[], ["command_failed"]]);
  });
});

describe("cancel", () => {
  it.each([
    ["the person who asked", "U0MAX", "U0MAX"],
    ["an operator", "U0MAX", "U0ANA"],
    ["an approver, who is more than an operator", "U0MAX", "U0LI"],
  ])("is for %s", async (_who, requestedBy, user) => {
    const { runs, type } = aWorld(aSummary({ requestedBy }));
    expect(await type(`cancel ${aRunId}`, { user })).toContain("is being stopped");
    expect(runs.cancelled).toEqual([[aRunId, user]]);
  });

  it("is not for anybody else, and not for a run that is not there", async () => {
    const { runs, type } = aWorld(aSummary());
    expect(await type(`cancel ${aRunId}`, { user: "U0MAX" })).toContain("Only the person who asked");
    expect(await type("cancel kc-inv-ffffffffffffffffffff")).toContain("There is no run");
    expect(runs.cancelled).toEqual([]);
  });
});

describe("status", () => {
  it("lists what ran, escaped, with a link to each card", async () => {
    const { type } = aWorld(
      aSummary({ subject: "shop/<!channel>" }),
      aSummary({ run: "kc-inv-ffffffffffffffffffff", link: null }),
    );
    expect(await type("status")).toBe(
      `\`${aRunId}\` shop/&lt;!channel&gt; · finding · <https://slack/p1|card>\n\`kc-inv-ffffffffffffffffffff\` deploy/checkout in shop · finding`,
    );
  });

  it("says so where nothing is known", async () => {
    expect(await aWorld().type("status")).toBe("Nothing has run yet.");
    expect(await aWorld().type(`status ${aRunId}`)).toContain("There is no run");
  });
});

it("help shows every command", async () => {
  const text = await aWorld().type("");
  for (const verb of ["investigate", "status", "cancel"]) expect(text).toContain(`/kubeclaw ${verb}`);
});
