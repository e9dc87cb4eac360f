import { nameGroup } from "../alerts/name-group.js";
import type { AlertFormat } from "./format.js";
import { chooseLabels, parseLabelLines, parseSilenceLinks } from "./parse-labels.js";
import { type AlertTitle, parseTitle, wordsOf } from "./parse-title.js";

const ruleName = /^[A-Za-z_:][A-Za-z0-9_:-]{0,150}$/;
/** The default template's fallback, which a message keeps whatever its title says, with a link that only Alertmanager makes. */
const fallback =
  /^\[(FIRING|RESOLVED)(?::\d{1,6})?\] (.{0,2000}) \| https?:\/\/\S{1,1000}\/#\/alerts\?receiver=([^\s&|]{1,300})$/;

/**
 * Is it the default template's own subject: what the group shares behind it in parentheses, or the space before them?
 * A template that somebody wrote anew may leave out what tells one group from another.
 */
function isDefault(text: string): boolean {
  return text.endsWith(" ") || text === "" || (text.endsWith(")") && text.includes(" ("));
}

interface Subject {
  state: "firing" | "resolved";
  text: string;
  receiver: string;
}

function subjectOf(titles: readonly string[]): Subject | undefined {
  const [, state, text = "", query = ""] =
    titles.map((title) => fallback.exec(title)).find((found) => found !== null && isDefault(found[2] ?? "")) ?? [];
  const receiver = new URLSearchParams(`receiver=${query}`).get("receiver") ?? "";
  return state === undefined ? undefined : { state: state === "RESOLVED" ? "resolved" : "firing", text, receiver };
}

function titleOf(titles: readonly string[]): AlertTitle | undefined {
  return (
    titles
      .map(parseTitle)
      .find((found) => found !== null && found.values[0] !== undefined && ruleName.test(found.values[0])) ?? undefined
  );
}

/**
 * The alert's name among the values: it is the first of those that the group shares or of those behind them; where the
 * group holds alerts of several names, what it groups by stands for them.
 */
function nameOf(text: string): string {
  const [head = "", common = ""] = text.split("(");
  const firsts = [wordsOf(head)[0], wordsOf(common)[0]].filter((word) => word !== undefined);
  return firsts.find((word) => /^[A-Z]/.test(word)) ?? (wordsOf(head).join(" ") || (firsts[0] ?? "several alerts"));
}

/**
 * Alertmanager's Slack receiver: the default template, which names values only, and templates that print the labels.
 * @see https://github.com/prometheus/alertmanager/blob/main/template/default.tmpl
 */
export const alertmanager: AlertFormat = {
  source: "alertmanager",
  score: ({ titles }) => (subjectOf(titles) ? 5 : titleOf(titles) ? 3 : 0),
  read({ titles, lines, links }) {
    const title = titleOf(titles);
    const subject = subjectOf(titles);
    const state = title?.state ?? subject?.state;
    if (state === undefined) return null;
    const labels = chooseLabels(parseSilenceLinks(links, parseLabelLines(lines)));
    const text = subject?.text ?? title?.text ?? "";
    return {
      source: "alertmanager",
      name: labels.get("alertname") ?? nameOf(text),
      state,
      labels,
      values: title?.values ?? wordsOf(text),
      // A message is about a group, and names what its alerts share at that moment: only the group stays the same.
      ...(subject ? { fingerprint: nameGroup(subject.receiver, subject.text) } : {}),
    };
  },
};
