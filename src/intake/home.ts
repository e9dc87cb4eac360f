import type { View } from "@slack/types";
import { holdersOf, type Installation, namespaceApprovers } from "../config/index.js";
import type { Person } from "../approval/index.js";
import { type HomeRun, renderHome } from "../findings/index.js";
import { lineOfMute } from "./commands/mute.js";
import type { Membership, Mutes, RunIndex, RunSummary } from "./ports.js";

const looked = 20;
const listed = 10;
const going: ReadonlySet<string> = new Set(["queued", "investigating", "executing"]);

/** What the App Home needs to know of money, in US dollars. */
export interface Spend {
  today(): Promise<number>;
  of(run: string): Promise<number>;
}

/**
 * Draws a person's App Home: what waits for them, what runs, what ran, what is muted, what it cost. Only for viewers
 * of this workspace: a guest sees nothing.
 */
export function createHome(deps: {
  runs: RunIndex;
  mutes: Mutes;
  people: Membership & { find(user: string): Promise<Person> };
  spend: Spend;
  installation: Installation;
  now: () => Date;
}): (user: string, team: string) => Promise<View | null> {
  const { runs, mutes, people, spend, installation, now } = deps;
  const { cluster, budgets } = installation;

  async function decides(user: string, namespace: string): Promise<boolean> {
    if (!(await people.isOneOf(user, holdersOf(installation, "approver"), false))) return false;
    const narrower = namespaceApprovers(installation, namespace);
    return narrower === undefined || people.isOneOf(user, narrower, false);
  }

  async function rows(found: readonly RunSummary[]): Promise<HomeRun[]> {
    return Promise.all(
      found.map(async ({ run, subject, state, link }) => ({ subject, state, link, usd: await spend.of(run) })),
    );
  }

  return async (user, team) => {
    const person = await people.find(user);
    const stranger = person.guest || person.stranger || person.bot || person.deactivated || person.team !== team;
    if (stranger || !(await people.isOneOf(user, holdersOf(installation, "viewer"), false))) return null;
    const namespaces = [...new Set(installation.channels.flatMap((channel) => channel.namespaces))];
    const allows = (namespace: string) => namespaces.includes("*") || namespaces.includes(namespace);
    const found = await runs.recent(looked, allows);
    const asked = await Promise.all(
      found.map(async (run) => run.state === "awaiting-approval" && (await decides(user, run.namespace))),
    );
    return renderHome({
      waiting: await rows(found.filter((_, row) => asked[row])),
      running: await rows(found.filter(({ state }) => going.has(state))),
      last: await rows(found.filter(({ state }) => !going.has(state)).slice(0, listed)),
      muted: (await mutes.list()).filter(({ namespace }) => allows(namespace)).map((mute) => lineOfMute(mute, now())),
      spend: { usd: await spend.today(), capUsd: budgets.day.usd },
      cluster,
      namespaces,
    });
  };
}
