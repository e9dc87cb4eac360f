import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import {
  channelAllows,
  channelOf,
  environmentOf,
  holdersOf,
  loadInstallation,
  namespaceApprovers,
  parseInstallation,
} from "../../../src/config/index.js";

const base = "version: 1\ncluster: prod-eu\n";
/** The message with which a YAML is refused. */
function refusal(yaml: string): string {
  try {
    parseInstallation(base + yaml);
  } catch (error) {
    expect(error).toMatchObject({ code: "bad-settings" });
    return (error as Error).message;
  }
  throw new Error("it was taken");
}

it("fills in what is left out", () => {
  expect(parseInstallation(base)).toEqual({
    version: 1,
    cluster: "prod-eu",
    channels: [],
    roles: { viewer: [], operator: [], approver: [], admin: [] },
    namespaces: {},
    routes: [],
    dedupe: { window: 600_000 },
    approval: { expiresAfter: 1_800_000, fourEyes: ["T3"] },
    budgets: { run: { usd: 0.25, modelCalls: 12, seconds: 300 }, day: { usd: 20 } },
  });
});

it("reads the page's own example", () => {
  const yaml = `
channels:
  - {id: C0ALERTS, watch: true, namespaces: [shop, pay]}
  - {id: C0SRE, namespaces: ["*"]}
roles: {viewer: ["*"], operator: [U0ANA, S0SRE], approver: [S0SRE], admin: [U0LI]}
namespaces: {shop: {environment: production, approvers: [S0SRE]}}
routes: [{match: {namespace: shop}, channel: C0SRE}, {match: {}, channel: C0ALERTS}]
dedupe: {window: 10m}
approval: {expiresAfter: 30m, fourEyes: [T3]}
budgets: {run: {usd: 0.25, modelCalls: 12, seconds: 300}, day: {usd: 20}}`;
  expect(parseInstallation(base + yaml).channels).toHaveLength(2);
});

describe("is refused with the path of the key", () => {
  it.each([
    ["an unknown key", "rolls: {}", "KUBECLAW_CONFIG: rolls: unknown key"],
    ["an unknown key further down", "budgets: {day: {eur: 20}}", "KUBECLAW_CONFIG: budgets.day.eur: unknown key"],
    [
      "an unknown time unit",
      "dedupe: {window: 10w}",
      "KUBECLAW_CONFIG: dedupe.window: expected a whole number and a unit",
    ],
    ["a time without a unit", "approval: {expiresAfter: 30}", "KUBECLAW_CONFIG: approval.expiresAfter: "],
    ["a broken number", "approval: {expiresAfter: 1.5h}", "approval.expiresAfter: expected a whole number"],
    [
      "a plan that waits for longer than a day",
      "approval: {expiresAfter: 999999d}",
      "KUBECLAW_CONFIG: approval.expiresAfter: expected a time between 1s and 24h",
    ],
    [
      "a plan that nobody could answer in time",
      "approval: {expiresAfter: 0m}",
      "KUBECLAW_CONFIG: approval.expiresAfter: expected a time between 1s and 24h",
    ],
    [
      "repeats that are told apart at once",
      "dedupe: {window: 0s}",
      "KUBECLAW_CONFIG: dedupe.window: expected a time between 1s and 7d",
    ],
    ["repeats that are never told apart", "dedupe: {window: 8d}", "dedupe.window: expected a time between 1s and 7d"],
    [
      "an approver by name",
      "roles: {approver: [U0LI, ana]}",
      "KUBECLAW_CONFIG: roles.approver.1: expected a user id (U…) or a user group id (S…)",
    ],
    ["everybody as approver", 'roles: {approver: ["*"]}', "roles.approver.0: expected a user id"],
    ["a viewer by name", "roles: {viewer: [ana]}", "KUBECLAW_CONFIG: roles.viewer.0: expected "],
    ["a namespace's approver by name", "namespaces: {shop: {approvers: [ana]}}", "namespaces.shop.approvers.0: "],
    ["a channel by name", 'channels: [{id: "#sre", namespaces: []}]', "channels.0.id: expected a channel id (C…)"],
    ["an environment that is none", "namespaces: {shop: {environment: prod}}", "namespaces.shop.environment: "],
    ["a tier that is none", "approval: {fourEyes: [T4]}", "approval.fourEyes.0: "],
    [
      "a route to a channel that is not listed",
      "channels: [{id: C0SRE, namespaces: []}]\nroutes: [{match: {}, channel: C0SRE}, {match: {}, channel: C0ELSE}]",
      "routes.1.channel: C0ELSE is not in channels",
    ],
    [
      "a route with too many labels",
      `channels: [{id: C0SRE, namespaces: []}]\nroutes: [{match: {${Array.from({ length: 21 }, (_, at) => `l${at}: x`).join(", ")}}, channel: C0SRE}]`,
      "routes.0.match: expected at most 20 labels",
    ],
  ])("%s", (_what, yaml, message) => {
    expect(refusal(yaml)).toContain(message);
  });

  it("a viewer by name, with all that would be right", () => {
    expect(refusal("roles: {viewer: [ana]}")).toContain('expected "*", a user id (U…) or a user group id (S…)');
  });

  it("another version, and what is no YAML", () => {
    expect(() => parseInstallation("version: 2\ncluster: x\n")).toThrow("KUBECLAW_CONFIG: version");
    expect(() => parseInstallation("version: [")).toThrow("KUBECLAW_CONFIG: not YAML");
    expect(() => parseInstallation("")).toThrow("KUBECLAW_CONFIG");
  });
});

describe("durations", () => {
  it.each([
    ["45s", 45_000],
    ["10m", 600_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
  ])("%s is %i ms", (text, milliseconds) => {
    expect(parseInstallation(`${base}dedupe: {window: ${text}}`).dedupe.window).toBe(milliseconds);
  });
});

it.each([
  ["1m", 60_000],
  ["24h", 86_400_000],
])("lets a plan wait for %s", (text, milliseconds) => {
  expect(parseInstallation(`${base}approval: {expiresAfter: ${text}}`).approval.expiresAfter).toBe(milliseconds);
});

describe("loadInstallation", () => {
  it("takes a path, or the YAML itself where it has more than one line", () => {
    const folder = mkdtempSync(join(tmpdir(), "kubeclaw-"));
    try {
      const path = join(folder, "config.yaml");
      writeFileSync(path, base);
      expect(loadInstallation(path)).toEqual(loadInstallation(base));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("names the path that cannot be read", () => {
    expect(() => loadInstallation("/nowhere/config.yaml")).toThrow(
      "KUBECLAW_CONFIG: /nowhere/config.yaml cannot be read (ENOENT)",
    );
  });
});

describe("roles", () => {
  const installation = parseInstallation(`${base}
channels: [{id: C0SHOP, namespaces: [shop]}, {id: C0SRE, namespaces: ["*"]}]
roles: {viewer: ["*"], operator: [U0ANA], approver: [S0SRE], admin: [U0LI]}
namespaces: {shop: {approvers: []}, dev: {environment: sandbox}, "*": {environment: staging, approvers: [U0JO]}}`);

  it("hold the rights of those before them", () => {
    expect(holdersOf(installation, "viewer")).toEqual(["*", "U0ANA", "S0SRE", "U0LI"]);
    expect(holdersOf(installation, "approver")).toEqual(["S0SRE", "U0LI"]);
    expect(holdersOf(installation, "admin")).toEqual(["U0LI"]);
  });

  it("are narrowed by the namespace, by that of all namespaces else", () => {
    expect(namespaceApprovers(installation, "shop")).toEqual([]);
    expect(namespaceApprovers(installation, "dev")).toBeUndefined();
    expect(namespaceApprovers(installation, "pay")).toEqual(["U0JO"]);
  });

  it("a namespace that says nothing is production", () => {
    expect(environmentOf(parseInstallation(base), "shop")).toBe("production");
    expect([environmentOf(installation, "dev"), environmentOf(installation, "pay")]).toEqual(["sandbox", "staging"]);
  });

  it("a channel asks about its namespaces alone", () => {
    const [shop, sre] = [channelOf(installation, "C0SHOP")!, channelOf(installation, "C0SRE")!];
    expect([channelAllows(shop, "shop"), channelAllows(shop, "pay"), channelAllows(sre, "pay")]).toEqual([
      true,
      false,
      true,
    ]);
    expect(channelOf(installation, "C0OTHER")).toBeUndefined();
  });
});
