import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Plan } from "../../src/domain/plan.js";
import { installationYaml } from "../e2e/installation.js";
import { aPlan } from "../builders/plan.js";
import { type FaultWorld, type Offered, startFaultWorld } from "./fault-world.js";
import { control, eventually } from "./playground-slack/local-slack.js";

const seconds = 1_000;
let world: FaultWorld;
/** Two replicas, and one of an installation where nobody may approve in shop. */
let ports: [one: number, other: number, nobody: number];

beforeAll(async () => {
  world = await startFaultWorld();
  const http = { KUBECLAW_SLACK_MODE: "http" };
  const nobody = installationYaml("test").replace("approvers: [S0SRE]", "approvers: []");
  ports = [await world.start(http), await world.start(http), await world.start({ ...http, KUBECLAW_CONFIG: nobody })];
}, 60 * seconds);
afterAll(async () => {
  await world.close();
}, 30 * seconds);

/** A card of its own with a plan that waits on it. */
async function aWaitingPlan(name: string, over: Partial<Plan> = {}, expiresInMs?: number): Promise<Offered> {
  await world.deliveries.command(ports[0], `investigate deploy/${name} -n shop`);
  const card = await eventually(
    async () => (await world.cards("sre")).find(({ text }) => text.includes(`deploy/${name} `)),
    10 * seconds,
  );
  return world.offer(card, { target: { ...aPlan().target, name, uid: `uid-${name}` }, ...over }, expiresInMs);
}

/** One plan for all that must leave it as it is. */
let standing: Promise<Offered> | undefined;
const aStandingPlan = () => (standing ??= aWaitingPlan("standing"));

const pressOn = (
  plan: Offered,
  user: string,
  over: Partial<{ action: string; value: string; ts: string; channel: string; port: number; userTeam: string }> = {},
) => {
  const { port = ports[0], action = "approve", ...rest } = over;
  return world.deliveries.press(port, { user, channel: plan.channel, ts: plan.ts, value: plan.value, action, ...rest });
};
const submitOn = (plan: Offered, user: string, callbackId = "review-plan") =>
  world.deliveries.submit(ports[1], {
    callbackId,
    metadata: `${plan.value} ${plan.channel} ${plan.ts}`,
    user,
    reason: "because",
  });
/** What the next presses are answered with, through their answer address. */
async function toldBy(work: () => Promise<unknown>, count = 1): Promise<string[]> {
  const before = world.deliveries.told.length;
  await work();
  await eventually(() => (world.deliveries.told.length >= before + count ? true : undefined), 10 * seconds);
  return world.deliveries.told.slice(before).map(({ text }) => text);
}
const executions = async () => world.count("executions");
const lastRefusal = async () => (await world.refusals()).at(-1);
const stateOf = async (plan: Offered) =>
  (await world.cards("sre")).find(({ metadata }) => metadata?.event_payload.run === plan.run)?.metadata?.event_payload
    .state;

describe("one decision", () => {
  it("the same click, delivered four times over two replicas, is one execution", async () => {
    const plan = await aWaitingPlan("four");
    const before = await executions();
    const told = await toldBy(
      () => Promise.all([ports[0], ports[1], ports[0], ports[1]].map((port) => pressOn(plan, "U0LI", { port }))),
      3,
    );
    expect(told.every((text) => /^Already approved by <@U0LI> at/.test(text))).toBe(true);
    expect(await executions()).toBe(before + 1);
    expect(await toldBy(() => pressOn(plan, "U0LI"))).toEqual([expect.stringMatching(/^Already approved/)]);
  });

  it("approve and deny in the same moment, on two replicas: one of them stands, and the card says which", async () => {
    const plan = await aWaitingPlan("race");
    const before = await executions();
    const [, denial] = await Promise.all([pressOn(plan, "U0LI"), submitOn(plan, "U0JO", "deny-reason")]);
    const denied = Object.keys(denial.body).length === 0;
    await eventually(
      async () => ((await stateOf(plan)) === (denied ? "denied" : "executing") ? true : undefined),
      10 * seconds,
    );
    expect(await executions()).toBe(before + (denied ? 0 : 1));
    expect(await lastRefusal()).toBe("already-decided");
  });
});

describe("whoever may not", () => {
  let strict: Promise<Offered> | undefined;

  it.each<[string, string, string, Parameters<typeof pressOn>[2]]>([
    ["a viewer", "not-an-approver", "U0MAX", {}],
    ["an operator", "not-an-approver", "U0ANA", {}],
    ["a guest of another company", "other-workspace", "U0GIL", { userTeam: "T0ACME" }],
    ["a guest who says to be of ours", "other-workspace", "U0GIL", {}],
    ["our own bot", "bot", "U0KUBECLAW", {}],
    ["somebody whom Slack does not know", "other-workspace", "U0NOBODY", {}],
  ])("%s is refused, with a line for them alone, and it is on record", async (_who, reason, user, over) => {
    const plan = await aStandingPlan();
    const before = await executions();
    const [line] = await toldBy(() => pressOn(plan, user, over));
    expect(line).toMatch(/^(You may not approve changes in shop|Guests, bots and people of other workspaces)/);
    expect(await lastRefusal()).toBe(reason);
    expect([await executions(), await stateOf(plan)]).toEqual([before, "awaiting-approval"]);
  });

  it("a delivery of another workspace or another app gets nothing at all", async () => {
    const plan = await aStandingPlan();
    const before = await executions();
    const click = { user: "U0LI", channel: plan.channel, ts: plan.ts, action: "approve", value: plan.value };
    for (const over of [{ team: { id: "T0OTHER" } }, { api_app_id: "A0OTHER" }])
      expect(await world.deliveries.press(ports[0], click, over)).toMatchObject({ status: 200, body: {} });
    expect([await executions(), await stateOf(plan)]).toEqual([before, "awaiting-approval"]);
  });

  it("an empty list means nobody", async () => {
    const plan = await aStandingPlan();
    const before = await executions();
    expect(await toldBy(() => pressOn(plan, "U0LI", { port: ports[2] }))).toEqual([
      "You may not approve changes in shop; nobody may.",
    ]);
    expect(await executions()).toBe(before);
  });

  it("who asked is refused at T3, and so is who was taken out of the group a moment ago", async () => {
    const plan = await aWaitingPlan("strict", { tier: "T3", requestedBy: "U0LI" });
    const before = await executions();
    expect((await submitOn(plan, "U0LI")).body).toMatchObject({
      errors: { reason: expect.stringContaining("needs a second person") },
    });
    await control(world.slack, "POST", "groups", { group: "sre", members: ["li"] });
    expect((await submitOn(plan, "U0JO")).body).toMatchObject({
      errors: { reason: expect.stringContaining("You may not approve") },
    });
    expect(await executions()).toBe(before);
    await control(world.slack, "POST", "groups", { group: "sre", members: ["li", "jo"] });
    expect((await submitOn(plan, "U0JO")).body).toEqual({});
    expect(await executions()).toBe(before + 1);
  });

  it.each<[string, object]>([
    ["answers 500", { status: 500 }],
    ["answers 429", { status: 429, retry_after: 30 }],
    ["hangs", { delay_ms: 5_000 }],
  ])("where Slack's list of the group %s, nobody is in it, and the answer is in time", async (_what, fault) => {
    strict ??= aWaitingPlan("groups", { tier: "T3" });
    const plan = await strict;
    const before = await executions();
    await control(world.slack, "POST", "faults", { method: "usergroups.users.list", times: 1, ...fault });
    const answer = await submitOn(plan, "U0JO");
    expect(answer.body).toMatchObject({ errors: { reason: expect.stringContaining("You may not approve") } });
    expect(await executions()).toBe(before);
  });
});

describe("a button that is not the one of the card", () => {
  const newest = "Use the buttons of the newest";
  it.each<[string, (plan: Offered) => Parameters<typeof pressOn>[2], string, string]>([
    ["another decision", () => ({ value: `v1:kc-dec-${"0".repeat(20)}:${"0".repeat(16)}` }), "stale", newest],
    ["a wrong digest", ({ decision }) => ({ value: `v1:${decision}:${"0".repeat(16)}` }), "digest-mismatch", newest],
    ["a short digest", ({ decision, digest }) => ({ value: `v1:${decision}:${digest.slice(0, 8)}` }), "stale", newest],
    ["another version", ({ value }) => ({ value: value.replace("v1", "v2") }), "stale", newest],
    ["another message", () => ({ ts: "1700000000.000999" }), "wrong-message", newest],
    ["another channel", () => ({ channel: "C0SHOP" }), "wrong-message", newest],
    ["no channel of ours", () => ({ channel: "C0OTHER" }), "wrong-message", "not set up for this channel"],
    ["a megabyte", () => ({ value: "v1:".repeat(300_000) }), "stale", newest],
  ])("%s is refused and starts nothing", async (_what, forge, reason, line) => {
    const plan = await aStandingPlan();
    const before = await executions();
    expect((await toldBy(() => pressOn(plan, "U0LI", forge(plan))))[0]).toContain(line);
    expect([await executions(), await stateOf(plan)]).toEqual([before, "awaiting-approval"]);
    expect(await lastRefusal()).toBe(reason);
  });
});

describe("a plan whose time is over", () => {
  it("is refused a second after it expired, and the card says so", async () => {
    const plan = await aWaitingPlan("late", {}, 2 * seconds);
    const before = await executions();
    await eventually(async () => ((await stateOf(plan)) === "expired" ? true : undefined), 10 * seconds);
    expect((await toldBy(() => pressOn(plan, "U0LI")))[0]).toMatch(/^This plan expired at .*Make a new plan/);
    expect([await lastRefusal(), await executions()]).toEqual(["expired", before]);
  });

  it("is refused when a newer one took its place, and the newer one is not", async () => {
    const old = await aWaitingPlan("same");
    const before = await executions();
    const newer = await world.offer((await world.cards("sre")).find(({ ts }) => ts === old.ts)!, {
      target: { ...aPlan().target, name: "same", uid: "uid-same" },
      summary: "Roll back same to revision 6",
    });
    expect((await toldBy(() => pressOn(old, "U0LI")))[0]).toBe(
      "A newer plan for the same object took this one's place.",
    );
    expect([await lastRefusal(), await executions()]).toEqual(["superseded", before]);
    await pressOn(newer, "U0JO");
    await eventually(async () => ((await executions()) === before + 1 ? true : undefined));
  });
});

it("a click on a card that was deleted is taken, and the card stands in the thread again", async () => {
  const plan = await aWaitingPlan("deleted");
  await fetch(`${world.slack.apiUrl}chat.delete`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${world.slack.credentials.botToken}` },
    body: JSON.stringify({ channel: plan.channel, ts: plan.ts }),
  });
  expect(await stateOf(plan)).toBeUndefined();
  await pressOn(plan, "U0LI");
  await eventually(async () => ((await stateOf(plan)) === "executing" ? true : undefined), 10 * seconds);
  // The old message's buttons are void from then on.
  expect((await toldBy(() => pressOn(plan, "U0JO")))[0]).toContain("Use the buttons of the newest card");
});
