import { describe, expect, it } from "@jest/globals";
import { createFreezeVerbs } from "../../../../src/intake/commands/freeze.js";
import { parseCommand } from "../../../../src/intake/parse-command.js";
import { noon } from "../../../builders/kubernetes.js";
import { anInstallation } from "../../../builders/request.js";
import { createFreezes } from "../../../fakes/freezes.js";
import { createPeople } from "../../../fakes/people.js";
import { createRecorder } from "../../../fakes/recorder.js";

const asker = (user: string) => ({ id: "t1", team: "T0SHOP", channel: "C0SRE", user, threadTs: null });

const base = anInstallation();
const installation = { ...base, roles: { ...base.roles, admin: ["U0LI"] } };

function aWorld(...frozen: string[]) {
  const freezes = createFreezes(...frozen);
  const said = createRecorder();
  const people = createPeople();
  const verbs = createFreezeVerbs({
    freezes,
    people,
    audit: said.audit,
    installation,
    now: () => noon,
  });
  return { freezes, said, people, verbs };
}

describe("the words", () => {
  it.each([
    ["freeze", { kind: "freeze", namespace: null }],
    ["freeze shop", { kind: "freeze", namespace: "shop" }],
    ["freeze -n shop", { kind: "freeze", namespace: "shop" }],
    ["unfreeze", { kind: "unfreeze", namespace: null }],
    ["UNFREEZE shop", { kind: "unfreeze", namespace: "shop" }],
  ])("%s", (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });

  it.each([["freeze shop pay"], ["freeze -n"], ["freeze Shop_1"], ["unfreeze --all"]])(
    "a mistake, with an example: %s",
    (text) => {
      const command = parseCommand(text);
      expect(command.kind).toBe("mistake");
      expect(command.kind === "mistake" && command.problem).toContain("/kubeclaw");
    },
  );
});

it("an admin freezes one namespace, or everything; it is on record", async () => {
  const { freezes, said, verbs } = aWorld();
  expect(await verbs.freeze(asker("U0LI"), "shop")).toContain("frozen");
  expect(await freezes.find("shop")).toMatchObject({ by: "U0LI" });
  expect(await freezes.find("pay")).toBeNull();
  await verbs.freeze(asker("U0LI"), null);
  expect(await freezes.find("pay")).toMatchObject({ namespace: "*" });
  expect(said.events).toMatchObject([
    { kind: "policy.changed", subject: "shop", detail: { frozen: true } },
    { kind: "policy.changed", detail: { frozen: true, namespace: "*" } },
  ]);
});

it("freezes even where it cannot be recorded, and says that something failed", async () => {
  const { freezes, people } = aWorld();
  const audit = () => Promise.reject(new Error("away"));
  const verbs = createFreezeVerbs({ freezes, people, audit, installation, now: () => noon });
  await expect(verbs.freeze(asker("U0LI"), "shop")).rejects.toThrow("away");
  expect(await freezes.find("shop")).not.toBeNull();
  await expect(verbs.unfreeze(asker("U0LI"), "shop")).rejects.toThrow("away");
  expect(await freezes.find("shop")).not.toBeNull();
});

it.each([["U0ANA"], ["U0JO"], ["U0MAX"]])("nobody else may: %s", async (user) => {
  const { freezes, said, verbs } = aWorld("shop");
  expect(await verbs.freeze(asker(user), "pay")).toContain("Admins");
  expect(await verbs.unfreeze(asker(user), "shop")).toContain("Admins");
  expect(await freezes.find("pay")).toBeNull();
  expect(await freezes.find("shop")).not.toBeNull();
  expect(said.events).toEqual([]);
});

it("reads the admins fresh", async () => {
  const { people, verbs } = aWorld();
  await verbs.freeze(asker("U0LI"), "shop");
  expect(people.freshReads.length).toBeGreaterThan(0);
});

describe("unfreeze", () => {
  it("lifts the freeze that is named, and that one only", async () => {
    const { freezes, verbs } = aWorld("shop", "*");
    expect(await verbs.unfreeze(asker("U0LI"), "shop")).toContain("approved again");
    expect(await freezes.find("shop")).toMatchObject({ namespace: "*" });
  });

  it("names what is frozen where that is something else", async () => {
    const { verbs } = aWorld("*");
    expect(await verbs.unfreeze(asker("U0LI"), "shop")).toContain("frozen: everything");
    expect(await aWorld().verbs.unfreeze(asker("U0LI"), null)).toBe("Nothing is frozen.");
  });
});

it("status says what is frozen, and by whom", async () => {
  expect(await aWorld("shop").verbs.line()).toBe("Changes are frozen: `shop` by <@U0LI>.");
  expect(await aWorld().verbs.line()).toBeNull();
});
