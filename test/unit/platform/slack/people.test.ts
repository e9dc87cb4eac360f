import { describe, expect, it } from "@jest/globals";
import type { WebClient } from "@slack/web-api";
import { createPeople } from "../../../../src/platform/slack/people.js";
import { noon } from "../../../builders/kubernetes.js";

function aWorld() {
  const state = { members: ["U0LI", "U0JO"], fails: false, reads: 0, seconds: 0 };
  const client = {
    usergroups: {
      users: {
        list: () => {
          state.reads += 1;
          return state.fails ? Promise.reject(new Error("no")) : Promise.resolve({ users: [...state.members] });
        },
      },
    },
    users: {
      info: ({ user }: { user: string }) =>
        state.fails ? Promise.reject(new Error("no")) : Promise.resolve({ user: { id: user, team_id: "T0SHOP" } }),
    },
  } as unknown as WebClient;
  const people = createPeople(client, () => new Date(noon.getTime() + state.seconds * 1_000));
  const isApprover = (user: string, fresh = false) => people.isOneOf(user, ["S0SRE"], fresh);
  return { state, people, isApprover };
}

describe("somebody who was taken out of a group", () => {
  it("is refused within a minute, and one read serves many clicks until then", async () => {
    const { state, isApprover } = aWorld();
    expect(await isApprover("U0JO")).toBe(true);
    expect(await isApprover("U0LI")).toBe(true);
    expect(state.reads).toBe(1);
    state.members = ["U0LI"];
    state.seconds = 59;
    expect(await isApprover("U0JO")).toBe(false);
  });

  it("is refused at once where the group is read fresh, or where Slack told us of the change", async () => {
    const { state, people, isApprover } = aWorld();
    await isApprover("U0JO");
    state.members = ["U0LI"];
    expect(await isApprover("U0JO", true)).toBe(false);
    state.members = ["U0LI", "U0JO"];
    people.forgetGroups();
    expect(await isApprover("U0JO")).toBe(true);
  });
});

describe("a group that cannot be read", () => {
  it("is empty, also for whom an older answer named", async () => {
    const { state, isApprover } = aWorld();
    await isApprover("U0LI");
    state.fails = true;
    expect(await isApprover("U0LI", true)).toBe(false);
    expect(await isApprover("U0LI")).toBe(false);
  });
});

it("a person whom Slack does not tell us of is nobody of ours", async () => {
  const { state, people } = aWorld();
  expect(await people.find("U0LI")).toMatchObject({ team: "T0SHOP", guest: false, deactivated: false });
  state.fails = true;
  expect(await people.find("U0LI")).toMatchObject({ team: "", guest: true, stranger: true, deactivated: true });
});

it("everybody and a person by id need no group", async () => {
  const { state, people } = aWorld();
  expect(await people.isOneOf("U0MAX", ["*"], true)).toBe(true);
  expect(await people.isOneOf("U0MAX", ["U0MAX"], true)).toBe(true);
  expect(await people.isOneOf("U0MAX", [], true)).toBe(false);
  expect(state.reads).toBe(0);
});
