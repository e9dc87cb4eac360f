import type { AlertFormat } from "./format.js";
import { chooseLabels, parseLabelLines } from "./parse-labels.js";
import { wordsOf } from "./parse-title.js";

/** `Triggered: #1234 Title`, `Resolved #1234: Title`, with whatever stands around it. */
const status =
  /^(?::[a-z0-9_+-]{1,40}:\s{0,3}|[^\w\s]{1,4}\s{0,3})?\*{0,2}(Triggered|Acknowledged|Resolved|Reassigned|Escalated|Reopened|Snoozed|Unacknowledged)\*{0,2}:?\s{0,3}(.{0,500})$/i;

function statusOf(titles: readonly string[], lines: readonly string[]): RegExpExecArray | undefined {
  return (
    [...titles, ...lines.slice(0, 8)].map((text) => status.exec(text)).find((found) => found !== null) ?? undefined
  );
}

/** The incident's title: the text behind the state, or the line that follows it. */
export function parseIncidentTitle(text: string): string {
  return text.replace(/^(?:incident\s{0,3})?(?:\[?#\d{1,10}\]?)?[\s:·-]{0,5}/i, "").trim();
}

/** PagerDuty's Slack integration; best effort: an incident that somebody acknowledged or moved starts nothing. */
export const pagerduty: AlertFormat = {
  source: "pagerduty",
  score({ titles, lines, links }) {
    const linked = links.some((url) => /^https:\/\/[a-z0-9.-]{1,60}\.pagerduty\.com\/incidents\//.test(url));
    return linked && statusOf(titles, lines) ? 4 : 0;
  },
  read({ titles, lines }) {
    const [, state = "", rest = ""] = statusOf(titles, lines) ?? [];
    const resolved = /^resolved$/i.test(state);
    if (!resolved && !/^(triggered|reopened)$/i.test(state)) return null;
    const numbered = [...titles, ...lines].find((line) => /#\d{1,10}[\]:\s]/.test(line)) ?? "";
    const name = parseIncidentTitle(rest) || parseIncidentTitle(numbered.replace(/^.{0,40}?(?=#\d)/, ""));
    if (name === "") return null;
    return {
      source: "pagerduty",
      name,
      state: resolved ? "resolved" : "firing",
      labels: chooseLabels(parseLabelLines(lines)),
      values: wordsOf(name),
    };
  },
};
