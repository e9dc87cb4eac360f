import type { AlertFormat } from "./format.js";
import { chooseLabels, parseLabelLines, parseSilenceLinks } from "./parse-labels.js";
import { type AlertTitle, parseTitle } from "./parse-title.js";

const ruleName = /^[A-Za-z_:][A-Za-z0-9_:-]{0,150}$/;

function titleOf(titles: readonly string[]): AlertTitle | undefined {
  return (
    titles
      .map(parseTitle)
      .find((found) => found !== null && found.values[0] !== undefined && ruleName.test(found.values[0])) ?? undefined
  );
}

/**
 * Alertmanager's Slack receiver: the default template, which names values only, and templates that print the labels.
 * @see https://github.com/prometheus/alertmanager/blob/main/template/default.tmpl
 */
export const alertmanager: AlertFormat = {
  source: "alertmanager",
  score: ({ titles }) => (titleOf(titles) ? 3 : 0),
  read({ titles, lines, links }) {
    const title = titleOf(titles);
    if (!title) return null;
    const labels = chooseLabels(parseSilenceLinks(links, parseLabelLines(lines)));
    const name = labels.get("alertname") ?? title.values[0] ?? "";
    return { source: "alertmanager", name, state: title.state, labels, values: title.values };
  },
};
