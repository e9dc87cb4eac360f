import { describe, expect, it } from "@jest/globals";
import { buildTarget } from "../../../../src/intake/alerts/build-alert.js";
import { type CommandDelivery, createSlashCommand, notViewer } from "../../../../src/intake/index.js";
import { after, noon } from "../../../builders/kubernetes.js";
import { anInstallation, aRunId } from "../../../builders/request.js";
import { aRunSummary, createInvestigationQueue, createMutes, createRunIndex } from "../../../fakes/intake.js";
import { createFreezes } from "../../../fakes/freezes.js";
import { createPeople } from "../../../fakes/people.js";
import { createRecorder } from "../../../fakes/recorder.js";

function aWorld(viewers?: string) {
  const mutes = createMutes();
  const said = createRecorder();
  const base = anInstallation();
  const runs = createRunIndex(
    aRunSummary(),
    aRunSummary({ run: "kc-inv-ffffffffffffffffffff", namespace: "pay", subject: "deploy/till in pay" }),
  );
  const command = createSlashCommand({
    queue: createInvestigationQueue(),
    runs,
    mutes,
    freezes: createFreezes(),
    people: createPeople(),
    ...said,
    installation: viewers ? { ...base, roles: { ...base.roles, viewer: [viewers] } } : base,
    now: () => noon,
    onError: () => undefined,
  });
  let id = 0;
  const type = (text: string, over: Partial<CommandDelivery> = {}) =>
    command({ id: `t${(id += 1)}`, team: "T0SHOP", channel: "C0SRE", user: "U0ANA", threadTs: null, text, ...over });
  return { mutes, runs, said, type };
}

describe("mute", () => {
  it.each([
    ["a workload, for two hours", "mute deploy/checkout -n shop", "checkout", "deploy/checkout", 7_200],
    ["a pod's workload", "mute pod/checkout-7d9f8c6b5-x4k2p -n shop", "checkout", "deploy/checkout", 7_200],
    ["for a time", "mute deploy/checkout --for 30m -n shop", "checkout", "deploy/checkout", 1_800],
    ["a namespace", "mute -n shop --for=1d", null, null, 86_400],
  ])("%s", async (_what, text, workload, object, seconds) => {
    const { mutes, said, type } = aWorld();
    expect(await type(text)).toContain("start nothing until");
    expect(await mutes.list()).toEqual([
      {
        target: buildTarget("prod-eu", "shop", workload),
        namespace: "shop",
        object,
        until: after(seconds),
        by: "U0ANA",
      },
    ]);
    expect(said.events).toMatchObject([{ kind: "policy.changed", actor: { id: "U0ANA" }, detail: { muted: true } }]);
  });

  it("alone lists what is muted in this channel's namespaces, and how to end it", async () => {
    const { type } = aWorld();
    expect(await type("mute")).toContain("Nothing is muted");
    await type("mute deploy/checkout -n shop");
    await type("mute deploy/till -n pay --for 2d");
    expect(await type("mute")).toBe(
      "`deploy/checkout` in `shop` until 14:00 UTC by <@U0ANA> · `/kubeclaw unmute deploy/checkout -n shop`\n" +
        "`deploy/till` in `pay` until 2026-04-04 12:00 UTC by <@U0ANA> · `/kubeclaw unmute deploy/till -n pay`",
    );
    expect(await type("mute", { channel: "C0SHOP" })).not.toContain("till");
  });

  it("ends by unmute", async () => {
    const { mutes, said, type } = aWorld();
    await type("mute deploy/checkout -n shop");
    expect(await type("unmute deploy/checkout -n shop")).toContain("investigated again");
    expect(await type("unmute deploy/checkout -n shop")).toContain("is not muted");
    expect(await mutes.list()).toEqual([]);
    expect(said.events.map(({ detail }) => detail["muted"])).toEqual([true, false]);
  });

  it.each([
    ["a viewer", "mute deploy/checkout -n shop", { user: "U0MAX" }, "Operators can mute"],
    ["a viewer who lists", "mute", { user: "U0MAX" }, "Operators can mute"],
    ["a viewer who ends it", "unmute -n shop", { user: "U0MAX" }, "Operators can mute"],
    ["a namespace of others", "mute -n pay", { channel: "C0SHOP" }, "may not ask about pay"],
    ["a time without a unit", "mute -n shop --for 2", {}, "needs a whole number and a unit"],
    ["a time that is too long", "mute -n shop --for 8d", {}, "one minute to seven days"],
    ["a time that is too short", "mute -n shop --for 30s", {}, "one minute to seven days"],
    ["two times", "mute -n shop --for 1h --for 2h", {}, "given twice"],
    ["a time for unmute", "unmute -n shop --for 1h", {}, "unknown option --for"],
  ])("not for %s", async (_what, text, over, answer) => {
    const { mutes, said, type } = aWorld();
    expect(await type(text, over)).toContain(answer);
    expect([await mutes.list(), said.log]).toEqual([[], []]);
  });
});

describe("help", () => {
  it("shows a viewer what a viewer may do, and an operator more", async () => {
    const { type } = aWorld();
    const [viewer, operator] = [await type("help", { user: "U0MAX" }), await type("help")];
    expect(viewer).toContain("stops a run that you asked for");
    expect(viewer).not.toContain("mute");
    expect(operator).toContain("stops any run");
    expect(operator).not.toContain("that you asked for");
    expect(operator).toContain("/kubeclaw unmute");
  });

  it("says what the channel may ask about", async () => {
    const { type } = aWorld();
    expect(await type("help")).toContain("every namespace");
    expect(await type("help", { channel: "C0ALERTS" })).toContain("shop, pay");
    expect(await type("help", { channel: "C0ALERTS" })).toContain("without asking");
    expect(await type("help")).not.toContain("without asking");
  });

  it("says so to somebody who is not even a viewer", async () => {
    const { type } = aWorld("U0ANA");
    for (const text of ["help", "status", "investigate -n shop"])
      expect(await type(text, { user: "U0MAX" })).toBe(notViewer);
  });

  it.each([
    ["investigte -n shop", "investigate"],
    ["stauts", "status"],
    ["unmut", "unmute"],
  ])("%s: did you mean %s?", async (text, verb) => {
    expect(await aWorld().type(text)).toContain(`Did you mean \`${verb}\`?`);
  });

  it("does not guess far", async () => {
    expect(await aWorld().type("frobnicate")).not.toContain("Did you mean");
  });
});

describe("runs of namespaces of other channels", () => {
  const other = "kc-inv-ffffffffffffffffffff";

  it("do not exist here", async () => {
    const { runs, type } = aWorld();
    const here = { channel: "C0SHOP" };
    expect(await type("status", here)).not.toContain("pay");
    expect(await type(`status ${other}`, here)).toBe(`There is no run \`${other}\`.`);
    expect(await type(`cancel ${other}`, here)).toBe(`There is no run \`${other}\`.`);
    expect(runs.cancelled).toEqual([]);
    expect(await type(`status ${aRunId}`, here)).toContain(aRunId);
  });
});
