import { describe, expect, it } from "@jest/globals";
import { KubeClawError } from "../../../src/domain/errors.js";
import {
  createSlashCommand,
  createThreadRequest,
  type MentionDelivery,
  notListed,
  notViewer,
  type RunSummary,
  type ShortcutDelivery,
} from "../../../src/intake/index.js";
import { noon } from "../../builders/kubernetes.js";
import { anInstallation, aRunId } from "../../builders/request.js";
import {
  aRunSummary,
  createAlertIndex,
  createInvestigationQueue,
  createMutes,
  createRunIndex,
} from "../../fakes/intake.js";
import { createFreezes } from "../../fakes/freezes.js";
import { createPeople } from "../../fakes/people.js";
import { createRecorder } from "../../fakes/recorder.js";

const root = "1700000000.000100";
const alert = { text: "", bot_id: "B0", attachments: [{ title: "[FIRING:1] X shop", text: "deployment: checkout" }] };
const checkout = { namespace: "shop", object: { kind: "Deployment", name: "checkout" } };

function aWorld(input: { root?: unknown; runs?: RunSummary[]; viewers?: string; find?: (run: string) => void } = {}) {
  const queue = createInvestigationQueue();
  const alerts = createAlertIndex();
  const runs = createRunIndex(...(input.runs ?? []));
  const said = createRecorder();
  const base = anInstallation();
  const installation = input.viewers ? { ...base, roles: { ...base.roles, viewer: [input.viewers] } } : base;
  const deps = {
    queue,
    runs: {
      ...runs,
      find(run: string) {
        input.find?.(run);
        return runs.find(run);
      },
    },
    people: createPeople(),
    ...said,
    installation,
    now: () => noon,
    onError: () => undefined,
  };
  const requests = createThreadRequest({
    ...deps,
    alerts,
    bot: () => "U0KUBECLAW",
    onCommand: createSlashCommand({ ...deps, mutes: createMutes(), freezes: createFreezes() }),
    readMessage: () => Promise.resolve(input.root ?? null),
  });
  const mention = (text: string, over: Partial<MentionDelivery> = {}) =>
    said.afterwards(
      requests.onMention({
        team: "T0SHOP",
        channel: "C0ALERTS",
        direct: false,
        user: "U0MAX",
        ts: "1700000000.000500",
        threadTs: root,
        message: { text: `<@U0KUBECLAW> ${text}` },
        ...over,
      }),
    );
  const shortcut = (message: unknown, over: Partial<ShortcutDelivery> = {}) =>
    said.afterwards(
      requests.onShortcut({
        id: "trigger-1",
        team: "T0SHOP",
        channel: "C0ALERTS",
        user: "U0MAX",
        ts: root,
        threadTs: root,
        message,
        ...over,
      }),
    );
  return { queue, alerts, said, mention, shortcut };
}

it("metadata that is no run's id is not looked up: any app may write it", async () => {
  const asked: string[] = [];
  const { mention } = aWorld({
    root: { metadata: { event_payload: { run: "../approvals:x" } } },
    find: (run) => asked.push(run),
  });
  expect(await mention("what is wrong here?")).toContain("There is nothing here that names a workload");
  expect(asked).toEqual([]);
});

describe("a mention in a thread", () => {
  it.each([
    ["of an alert", alert, [], ""],
    ["of a card of ours", { metadata: { event_payload: { run: aRunId } } }, [aRunSummary()], ""],
    ["of a person who names it", { text: "is deploy/checkout in shop broken?" }, [], "what is wrong here?"],
  ])("%s asks what it is about, and the card goes there", async (_what, message, runs, words) => {
    const { queue, mention } = aWorld({ root: message, runs });
    expect(await mention(words)).toBeNull();
    expect(queue.requests).toMatchObject([
      { scope: checkout, trigger: { kind: "command", user: "U0MAX" }, slack: { channel: "C0ALERTS", threadTs: root } },
    ]);
  });

  it("of an alert that is being looked at gets a link to it", async () => {
    const { queue, alerts, mention } = aWorld({ root: { text: "x" }, runs: [aRunSummary({ active: true })] });
    await alerts.join(aRunId, ["f"], { channel: "C0ALERTS", ts: root });
    queue.holder = () => Promise.resolve(aRunId);
    expect(await mention("")).toBe("That is already being looked at: <https://slack/p1|card>");
    expect(queue.requests).toEqual([]);
  });

  it("with a command does what the command says", async () => {
    const { queue, mention } = aWorld({ root: alert });
    await mention("investigate sts/db -n pay");
    expect(queue.requests).toMatchObject([
      { scope: { namespace: "pay", object: { kind: "StatefulSet", name: "db" } } },
    ]);
    expect(await mention("investigat -n pay", { threadTs: null })).toContain("Did you mean `investigate`?");
  });

  it("of nothing that has a name says so, to the person alone", async () => {
    const { queue, mention } = aWorld({ root: { text: "hello" } });
    expect(await mention("")).toContain("nothing here that names a workload");
    expect(queue.requests).toEqual([]);
  });

  it("delivered again, or as a message and as a mention, is one request", async () => {
    const { queue, mention } = aWorld({ root: alert });
    await mention("");
    await mention("");
    expect(queue.requests).toHaveLength(1);
  });

  it("in code is none", async () => {
    const { queue, mention } = aWorld({ root: alert });
    expect(await mention("", { message: { text: "`<@U0KUBECLAW> investigate`" } })).toBeNull();
    expect(queue.requests).toEqual([]);
  });

  it("by somebody who is not even a viewer is refused", async () => {
    const { queue, mention } = aWorld({ root: alert, viewers: "U0ANA" });
    expect(await mention("")).toBe(notViewer);
    expect(await mention("status")).toBe(notViewer);
    expect(queue.requests).toEqual([]);
  });

  it("is delivered again where Redis did not take it", async () => {
    const { queue, mention } = aWorld({ root: alert });
    queue.state.away = new KubeClawError("unavailable", "redis", { retryable: true });
    await expect(mention("")).rejects.toMatchObject({ code: "unavailable" });
    await expect(mention("investigate -n shop")).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("where KubeClaw is not set up", () => {
  it.each([
    ["a channel that is not listed", { channel: "C0OTHER" }],
    ["a direct message", { channel: "D0MAX", direct: true, threadTs: null, message: { text: "hello" } }],
  ])("%s gets one sentence, once in a while, and nothing more", async (_what, over) => {
    const { queue, said, mention } = aWorld({ root: alert });
    for (let times = 0; times < 3; times += 1)
      expect(await mention("investigate -n shop", { ts: `1.${times}`, ...over })).toBeNull();
    expect([...said.facts.values()]).toMatchObject([{ kind: "note", place: { threadTs: null }, text: notListed }]);
    expect(queue.requests).toEqual([]);
    expect(said.refusals()).toEqual(Array(3).fill("channel-not-listed"));
  });
});

describe('"Investigate this"', () => {
  it("asks about the message, in its thread", async () => {
    const { queue, shortcut } = aWorld();
    expect(await shortcut(alert)).toBeNull();
    expect(queue.requests).toMatchObject([{ scope: checkout, slack: { threadTs: root } }]);
  });

  it("on a reply that says nothing asks about the root", async () => {
    const { queue, shortcut } = aWorld({ root: alert });
    expect(await shortcut({ text: "hm" }, { ts: "1700000000.000900" })).toBeNull();
    expect(queue.requests).toMatchObject([{ scope: checkout }]);
  });

  it.each([
    ["a namespace of others", { attachments: [{ title: "[FIRING:1] X secret", text: "namespace: secret" }] }],
    ["nothing at all", null],
  ])("on %s starts nothing", async (_what, message) => {
    const { queue, shortcut } = aWorld();
    expect(await shortcut(message)).toContain("nothing here that names a workload");
    expect(queue.requests).toEqual([]);
  });

  it("in a channel that is not listed is answered for the person alone", async () => {
    expect(await aWorld().shortcut(alert, { channel: "C0OTHER" })).toBe(notListed);
  });

  it("says at once that nothing was started while Redis is away", async () => {
    const { queue, shortcut } = aWorld();
    queue.state.away = new KubeClawError("unavailable", "redis", { retryable: true });
    expect(await shortcut(alert)).toContain("nothing was started");
  });
});
