import type { Click, Person } from "../../src/approval/index.js";
import { aPlanDigest } from "./plan.js";

/** Where the card of the default run stands. */
export const aCardPlace = { channel: "C0SRE", ts: "1700000000.000200" };

/** Approve, pressed on the default card. */
export function aClick(over: Partial<Click> = {}): Click {
  return {
    answer: "approve",
    team: "T0SHOP",
    channel: aCardPlace.channel,
    messageTs: aCardPlace.ts,
    digestPrefix: aPlanDigest.slice(0, 16),
    ...over,
  };
}

/** Li, of this workspace. */
export function aPerson(over: Partial<Person> = {}): Person {
  return { id: "U0LI", team: "T0SHOP", guest: false, stranger: false, bot: false, deactivated: false, ...over };
}
