import type { AlertFormat } from "./format.js";
import { chooseLabels, parseLabelLines, parseTags } from "./parse-labels.js";
import { wordsOf } from "./parse-title.js";

/** `[Triggered] Monitor`, `[P2] [Triggered on {kube_namespace:shop}] Monitor`, `Triggered: Monitor`. */
const title =
  /^(?:\[P[1-5]\]\s{0,3})?\[?(Triggered|Re-Triggered|Recovered|Warn|Re-Warn|No Data|Re-No Data|Renotify|Test|Monitor Test)(?: on \{([^{}]{0,500})\})?(?:\]|:)\s{0,3}(.{1,500})$/i;

function titleOf(titles: readonly string[]): RegExpExecArray | undefined {
  return titles.map((text) => title.exec(text)).find((found) => found !== null) ?? undefined;
}

/** Datadog's Slack integration; best effort, from the conventions of its titles and tags. */
export const datadog: AlertFormat = {
  source: "datadog",
  score({ titles, lines, links }) {
    if (!titleOf(titles)) return 0;
    const linked = links.some((url) => /^https:\/\/[a-z0-9.-]{0,60}\bdatadoghq\.(com|eu)\//.test(url));
    const tagged = lines.some((line) => /\bkube_(namespace|deployment|cluster_name):/.test(line));
    return 1 + (linked ? 2 : 0) + (tagged ? 2 : 0);
  },
  read({ titles, lines }) {
    const [, state = "", group = "", rest = ""] = titleOf(titles) ?? [];
    const name = rest.trim();
    const resolved = /^recovered$/i.test(state);
    // A renotification is of what was triggered before; a warning, missing data and a test start nothing.
    if (name === "" || (!resolved && !/^(re-)?triggered$/i.test(state))) return null;
    const labels = chooseLabels(parseTags([group, ...lines], parseLabelLines(lines)));
    return {
      source: "datadog",
      name: name.split(" on ")[0] ?? name,
      state: resolved ? "resolved" : "firing",
      labels,
      values: wordsOf(`${group.replaceAll(":", " ")} ${name}`),
    };
  },
};
