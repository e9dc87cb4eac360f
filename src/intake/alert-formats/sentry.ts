import type { AlertFormat } from "./format.js";
import { chooseLabels, parseLabelLines, parseTags } from "./parse-labels.js";
import { wordsOf } from "./parse-title.js";

/** A metric alert says its state; an issue alert has only a title. */
const metric = /^\*{0,2}(Critical|Warning|Resolved):\s{0,3}(.{1,500}?)\*{0,2}$/;

/**
 * Sentry's alerts: of an issue, and of a metric. They are placed only where a tag names the namespace.
 * @see https://github.com/getsentry/sentry/tree/master/tests/sentry/integrations/slack
 */
export const sentry: AlertFormat = {
  source: "sentry",
  score({ titles, lines, links }) {
    const linked = links.some((url) => /\/(issues|alerts\/rules|monitors\/alerts)\/[^?]{0,200}/.test(url));
    if (!linked) return 0;
    const issue = lines.some((line) => /\bShort ID:/.test(line)) && lines.some((line) => /\bProject:/.test(line));
    const measured = titles.some((text) => metric.test(text)) && links.some((url) => /alerts/.test(url));
    return issue || measured ? 4 : 0;
  },
  read({ titles, lines }) {
    const [, state, named] = titles.map((text) => metric.exec(text)).find((found) => found !== null) ?? [];
    if (state === "Warning") return null;
    const bare = (text: string) => text.replace(/^(?::[a-z0-9_+-]{1,40}:\s{0,3})?\*{0,2}|\*{0,2}$/g, "");
    const name = (named ?? bare(titles[0] ?? "")).trim();
    if (name === "") return null;
    return {
      source: "sentry",
      name,
      state: state === "Resolved" ? "resolved" : "firing",
      labels: chooseLabels(parseTags(lines, parseLabelLines(lines))),
      values: wordsOf(name),
    };
  },
};
