import type { FlatMessage } from "../flatten-message.js";
import type { AlertFormat } from "./format.js";
import { chooseLabels, parseLabelLines, parseSilenceLinks } from "./parse-labels.js";
import { parseTitle, wordsOf } from "./parse-title.js";

/** Grafana up to version 8: `[Alerting] Title`, `[OK] Title`; other states start and end nothing. */
const legacy = /^\[(Alerting|OK|No Data|Paused|Pending|Unknown|Execution Error)\]\s+(.{1,500})$/;
/** What Grafana calls its own alerts about missing data, and its test. */
const quiet = new Set(["DatasourceNoData", "DatasourceError", "TestAlert"]);

function marks({ footers, lines, links }: FlatMessage): number {
  const footer = footers.some((text) => /^Grafana\b/.test(text));
  const body = lines.some((line) => /^\*{1,2}(Firing|Resolved)\*{1,2}$/.test(line));
  const link = links.some((url) => /\/alerting\/(list|grafana|silence\/new)|[?&]orgId=\d/.test(url));
  return (footer ? 2 : 0) + (body ? 1 : 0) + (link ? 1 : 0);
}

/**
 * Grafana's Slack contact point, of unified alerting and of the older alerting. The link to a new silence holds the
 * labels exactly, and goes before what stands in the text.
 */
export const grafana: AlertFormat = {
  source: "grafana",
  score(message) {
    const titled = message.titles.some((text) => parseTitle(text) !== null);
    const old = message.titles.some((text) => legacy.test(text));
    if (!titled && !old) return 0;
    const extra = marks(message);
    return extra === 0 ? 0 : 2 + extra;
  },
  read({ titles, lines, links }) {
    const labels = chooseLabels(parseLabelLines(lines, parseSilenceLinks(links)));
    const title = titles.map(parseTitle).find((found) => found !== null);
    if (title) {
      const name = labels.get("alertname") ?? title.head;
      if (quiet.has(name) || name === "") return null;
      return { source: "grafana", name, state: title.state, labels, values: title.values };
    }
    const [, state, name] = titles.map((text) => legacy.exec(text)).find((found) => found !== null) ?? [];
    if (name === undefined || (state !== "Alerting" && state !== "OK")) return null;
    return {
      source: "grafana",
      name,
      state: state === "OK" ? "resolved" : "firing",
      labels,
      values: wordsOf(name),
    };
  },
};
