import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Command, parseCommand } from "../../../src/intake/parse-command.js";
import { aRunId } from "../../builders/request.js";

const investigate = (kind: string | null, name: string | null, namespace: string | null): Command => ({
  kind: "investigate",
  target: kind === null || name === null ? null : { kind, name },
  namespace,
});
const checkout = investigate("Deployment", "checkout", "shop");

describe("what people type", () => {
  it.each<[string, Command]>([
    ["", { kind: "help" }],
    ["  help ", { kind: "help" }],
    ["HELP", { kind: "help" }],
    ["investigate deploy/checkout -n shop", checkout],
    ["investigate -n shop deploy/checkout", checkout],
    ["Investigate Deployment/Checkout --namespace shop", checkout],
    ["investigate deployments/checkout -n=shop", checkout],
    ["investigate deploy/checkout --namespace=shop", checkout],
    ["investigate deploy/checkout", investigate("Deployment", "checkout", null)],
    ["investigate -n shop", investigate(null, null, "shop")],
    ["investigate", investigate(null, null, null)],
    ["investigate sts/db -n pay", investigate("StatefulSet", "db", "pay")],
    ["investigate ds/agent", investigate("DaemonSet", "agent", null)],
    ["investigate po/web-1.2", investigate("Pod", "web-1.2", null)],
    ["investigate cj/report", investigate("CronJob", "report", null)],
    ["investigate job/report-1", investigate("Job", "report-1", null)],
    ["status", { kind: "status", run: null }],
    [`status ${aRunId}`, { kind: "status", run: aRunId }],
    [`cancel ${aRunId}`, { kind: "cancel", run: aRunId }],
  ])("%j", (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });
});

describe("what clients make of it", () => {
  it.each([
    ["a long dash for two hyphens", "investigate deploy/checkout \u2014namespace shop"],
    ["an en dash", "investigate deploy/checkout \u2013n shop"],
    ["a minus sign", "investigate deploy/checkout \u2212n shop"],
    ["typographic quotes", "investigate \u201cdeploy/checkout\u201d -n \u2018shop\u2019"],
    ["plain quotes and code", 'investigate `deploy/checkout` -n "shop"'],
    ["zero-width characters", "investigate deploy/\u200bcheck\u200dout -n\u2060 shop\ufeff"],
    ["direction marks", "investigate \u202adeploy/checkout\u202c -n shop"],
    ["hard spaces and line breaks", "investigate\u00a0deploy/checkout\n-n\tshop"],
  ])("%s", (_what, text) => {
    expect(parseCommand(text)).toEqual(checkout);
  });
});

describe("a mistake", () => {
  it.each([
    ["investgate deploy/checkout", "there is no `investgate`"],
    ["investigate checkout", "checkout: expected KIND/NAME"],
    ["investigate a/b/c", "a/b/c: expected KIND/NAME"],
    ["investigate secret/db", "secret: not a kind that is investigated"],
    ["investigate deploy/", "not a name that Kubernetes allows"],
    ["investigate deploy/-x", "-x: not a name that Kubernetes allows"],
    ["investigate deploy/<b>", "not a name that Kubernetes allows"],
    ["investigate deploy/checkout -n", "-n needs a namespace"],
    ["investigate deploy/checkout -n=", "-n= needs a namespace"],
    ["investigate -n Shop_1", "Shop_1 is not a namespace name"],
    ["investigate -n shop -n pay", "the namespace is given twice"],
    ["investigate deploy/a deploy/b", "one object at a time; deploy/b is too much"],
    ["investigate --all", "unknown option --all"],
    ["status x", "x is not a run's id"],
    [`status ${aRunId} ${aRunId}`, "`status` takes one run"],
    ["cancel", "`cancel` needs a run's id"],
    ["x".repeat(1_001), "that is too long"],
  ])("%.40s: says what is wrong and how it is right", (text, problem) => {
    const command = parseCommand(text);
    expect(command).toMatchObject({ kind: "mistake" });
    expect((command as { problem: string }).problem).toContain(problem);
    expect((command as { problem: string }).problem).toContain("`/kubeclaw ");
  });

  it.each(["constructor", "__proto__"])("%s is no kind", (word) => {
    const command = parseCommand(`investigate ${word}/checkout`);
    expect((command as { problem: string }).problem).toContain("not a kind that is investigated");
  });
});

describe("any text", () => {
  const word = fc.oneof(
    fc.constantFrom(
      "investigate",
      "status",
      "cancel",
      "help",
      "-n",
      "--namespace",
      "deploy/checkout",
      "sts/db",
      "shop",
      "—n",
      "“",
      "/",
      "=",
      "-n=",
      aRunId,
      "constructor/x",
    ),
    fc.string({ unit: "grapheme" }),
  );
  const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(" "));

  it("is understood or is a mistake with an example; never an error", () => {
    fc.assert(
      fc.property(text, (typed) => {
        const command = parseCommand(typed);
        if (command.kind === "mistake") expect(command.problem).toContain("/kubeclaw ");
        if (command.kind === "investigate" && command.target)
          expect(command.target.name).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
      }),
      { numRuns: 1_000 },
    );
  });

  it("that is long and hostile is read in no time", () => {
    const started = performance.now();
    for (const part of ["-", "/", " ", "&lt;", "\u200b", "a/", "-n "])
      parseCommand(`investigate ${part.repeat(20_000)}`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
