import { wordsOf } from "../alert-formats/parse-title.js";

/**
 * What a group of Alertmanager's is known by, in its messages as in its webhook: the receiver and the values that it
 * groups by, in its own order. The rest of a message's title changes with the alerts that are in the group. Pure.
 */
export function nameGroup(receiver: string, subject: string): string {
  return JSON.stringify(["group", receiver, wordsOf(subject.split("(")[0] ?? "")]);
}
