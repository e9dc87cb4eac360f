import type { People, Person } from "../../src/approval/index.js";
import { aPerson } from "../builders/click.js";

/** A workspace's people and groups; `unreadable` groups answer as Slack's adapter does in doubt: nobody is in them. */
export function createPeople(
  groups: Record<string, readonly string[]> = { S0SRE: ["U0LI", "U0JO"] },
  people: Record<string, Partial<Person>> = {},
): People & { freshReads: string[] } {
  const freshReads: string[] = [];
  return {
    freshReads,
    find: (user) => Promise.resolve(aPerson({ id: user, ...people[user] })),
    isOneOf(user, entries, fresh) {
      if (fresh) freshReads.push(user);
      return Promise.resolve(
        entries.some((entry) => entry === "*" || entry === user || (groups[entry]?.includes(user) ?? false)),
      );
    },
  };
}
