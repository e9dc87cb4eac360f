import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { stringify } from "yaml";
import { parseWorld, WorldError } from "../../../../src/playground/slack/parse-world.js";

const base = () => ({
  team: { id: "T0SHOP", name: "Shop", domain: "shop" },
  users: [{ id: "U0ANA", name: "ana", realName: "Ana" }],
  groups: [{ id: "S0SRE", handle: "sre", name: "SRE", members: ["ana"] }],
  channels: [{ id: "C0SRE", name: "sre", members: ["ana"] }],
  apps: [
    { id: "A0K", name: "kubeclaw", botUser: "U0K", botId: "B0K", scopes: [], events: [], commands: [], shortcuts: [] },
  ],
});

describe("parseWorld", () => {
  it("reads a small world, with what is left out filled in", () => {
    expect(parseWorld(stringify(base()))).toMatchObject({
      users: [{ name: "ana", guest: false, deactivated: false }],
      channels: [{ name: "sre", private: false, watch: false, topic: "" }],
      samples: [],
    });
  });

  it("reads the world that ships", async () => {
    const yaml = await readFile(new URL("../../../../src/playground/worlds/shop.yaml", import.meta.url), "utf8");
    const world = parseWorld(yaml);
    expect(world.channels.map(({ name, watch }) => [name, watch])).toEqual([
      ["sre", false],
      ["alerts", true],
      ["shop", false],
    ]);
    expect(world.users.find(({ name }) => name === "gil")).toMatchObject({ guest: true, team: "T0ACME" });
    expect(world.groups).toMatchObject([{ id: "S0SRE", members: ["li", "jo"] }]);
  });

  it.each([
    ["users[0].id", { users: [{ id: "ana", name: "ana", realName: "Ana" }] }],
    ["channels[0].private", { channels: [{ id: "C0SRE", name: "sre", private: "yes" }] }],
    ["chanels", { chanels: [] }],
    ["apps", { apps: [] }],
    ['channels[0].members[1]: no user "bob"', { channels: [{ id: "C0SRE", name: "sre", members: ["ana", "bob"] }] }],
    [
      'groups[0].members[0]: no user "bob"',
      { groups: [{ id: "S0SRE", handle: "sre", name: "SRE", members: ["bob"] }] },
    ],
    ['samples[0].channel: no channel "ops"', { samples: [{ name: "x", channel: "ops" }] }],
    [
      'users[1]: "ana" is used twice',
      {
        users: [
          { id: "U0ANA", name: "ana", realName: "Ana" },
          { id: "U0B", name: "ana", realName: "B" },
        ],
      },
    ],
  ])("names the field: %s", (field, over) => {
    const parse = () => parseWorld(stringify({ ...base(), ...over }));
    expect(parse).toThrow(WorldError);
    expect(parse).toThrow(field);
  });

  it("says in one line that a text is not YAML", () => {
    expect(() => parseWorld("team: [")).toThrow(/^world: not YAML: [^\n]+$/);
  });
});
