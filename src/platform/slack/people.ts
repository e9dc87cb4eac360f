import { setTimeout as sleep } from "node:timers/promises";
import type { WebClient } from "@slack/web-api";
import type { People, Person } from "../../approval/index.js";

const groupMs = 30_000;
/** A delivery is acknowledged within three seconds, and two such answers may be needed for it, one after the other. */
const answerMs = 1_000;

/** Slack's answer, if it comes in time: a click does not wait for a Slack that hangs. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = sleep(answerMs, null, { ref: false }).then(() => {
    throw new Error("Slack did not answer in time");
  });
  return Promise.race([answer, late]);
}

/**
 * Who people are and which groups they are in, as Slack says now. A group that cannot be read is empty: a doubt is a
 * refusal, and so is an answer that does not come in time. Groups are cached for 30 s, so that somebody who was taken out is refused within a minute.
 */
export function createPeople(client: WebClient, now: () => Date): People & { forgetGroups(): void } {
  const groups = new Map<string, { at: number; members: ReadonlySet<string> }>();

  async function membersOf(group: string, fresh: boolean): Promise<ReadonlySet<string>> {
    const known = groups.get(group);
    if (known && !fresh && now().getTime() - known.at < groupMs) return known.members;
    try {
      const { users = [] } = await inTime(client.usergroups.users.list({ usergroup: group }));
      const members = new Set(users);
      groups.set(group, { at: now().getTime(), members });
      return members;
    } catch {
      groups.delete(group);
      return new Set();
    }
  }

  return {
    forgetGroups() {
      groups.clear();
    },
    async find(user): Promise<Person> {
      try {
        const { user: found } = await inTime(client.users.info({ user }));
        if (!found) throw new Error("no user");
        return {
          id: user,
          team: found.team_id ?? "",
          guest: found.is_restricted === true || found.is_ultra_restricted === true,
          stranger: (found as { is_stranger?: boolean }).is_stranger === true,
          bot: found.is_bot === true,
          deactivated: found.deleted === true,
        };
      } catch {
        return { id: user, team: "", guest: true, stranger: true, bot: false, deactivated: true };
      }
    },
    async isOneOf(user, entries, fresh) {
      if (entries.includes("*") || entries.includes(user)) return true;
      const memberships = await Promise.all(
        entries.filter((entry) => entry.startsWith("S")).map((group) => membersOf(group, fresh)),
      );
      return memberships.some((members) => members.has(user));
    },
  };
}
