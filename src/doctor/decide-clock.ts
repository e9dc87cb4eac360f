import { type Finding, findingsOf } from "./finding.js";

const { ok, warning, failed } = findingsOf("clock");
/** Slack's signatures are taken within five minutes; tokens and leases are less patient. */
const worstSeconds = 120;
const badSeconds = 10;

/** Whether our clock agrees with another one. */
export function decideClock(whose: string, ours: Date, theirs: Date): Finding {
  const seconds = Math.round((ours.getTime() - theirs.getTime()) / 1_000);
  const found = `ours is ${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead"}`;
  const fix = "keep the clocks by NTP: expiries, signatures and leases depend on them";
  if (Math.abs(seconds) > worstSeconds) return failed(whose, found, fix);
  return Math.abs(seconds) > badSeconds ? warning(whose, found, fix) : ok(whose, found);
}
