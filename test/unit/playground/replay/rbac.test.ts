import { describe, expect, it } from "@jest/globals";
import { allows } from "../../../../src/playground/replay/access/authorize.js";
import { missingRules } from "../../../../src/playground/replay/access/check-escalation.js";

const attempt = { verb: "get", group: "apps", resource: "deployments", name: "checkout" };
const rule = { verbs: ["get"], apiGroups: ["apps"], resources: ["deployments"] };

describe("a rule", () => {
  it.each([
    ["what it names", rule],
    ["every verb", { ...rule, verbs: ["*"] }],
    ["every group", { ...rule, apiGroups: ["*"] }],
    ["every resource", { ...rule, resources: ["*"] }],
    ["the name that it names", { ...rule, resourceNames: ["checkout"] }],
  ])("allows %s", (_, given) => {
    expect(allows(given, attempt)).toBe(true);
  });

  it.each([
    ["verb", { verb: "patch" }],
    ["group", { group: "" }],
    ["resource", { resource: "replicasets" }],
    ["subresource", { resource: "deployments/scale" }],
  ])("allows no other %s", (_, over) => {
    expect(allows(rule, { ...attempt, ...over })).toBe(false);
  });

  it("with names allows no other name, and no list", () => {
    const named = { ...rule, verbs: ["get", "list"], resourceNames: ["checkout"] };
    expect(allows(named, { ...attempt, name: "cart" })).toBe(false);
    expect(allows(named, { ...attempt, verb: "list", name: "" })).toBe(false);
  });

  it("names subresources of everything", () => {
    expect(allows({ ...rule, resources: ["*/scale"] }, { ...attempt, resource: "deployments/scale" })).toBe(true);
    expect(allows({ ...rule, resources: ["*/scale"] }, attempt)).toBe(false);
  });
});

describe("missingRules", () => {
  const patchAll = { verbs: ["get", "patch"], apiGroups: ["apps"], resources: ["deployments"] };
  const patchOne = { ...patchAll, resourceNames: ["checkout"] };

  it("has none where every part is held, by whatever rule", () => {
    expect(missingRules([patchAll], [patchOne])).toEqual([]);
    expect(
      missingRules(
        [
          { ...patchAll, verbs: ["get"] },
          { ...patchAll, verbs: ["patch"] },
        ],
        [patchAll],
      ),
    ).toEqual([]);
    expect(missingRules([{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }], [patchAll])).toEqual([]);
  });

  it("names each part that nobody holds", () => {
    expect(missingRules([{ ...patchAll, verbs: ["get"] }], [patchOne])).toEqual([
      { verbs: ["patch"], apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["checkout"] },
    ]);
  });

  it("takes a right to one name for no right to all", () => {
    expect(missingRules([patchOne], [{ ...patchAll, verbs: ["patch"] }])).toEqual([
      { verbs: ["patch"], apiGroups: ["apps"], resources: ["deployments"] },
    ]);
  });

  it("takes everything for no part of it", () => {
    expect(missingRules([patchAll], [{ verbs: ["*"], apiGroups: ["apps"], resources: ["deployments"] }])).toHaveLength(
      1,
    );
    expect(missingRules([patchAll], [{ verbs: ["get"], nonResourceURLs: ["/metrics"] }])).toHaveLength(1);
  });
});
