import type { FlatMessage } from "../flatten-message.js";
import type { AlertFormat } from "./format.js";
import { chooseLabels, parseLabelLines } from "./parse-labels.js";
import { wordsOf } from "./parse-title.js";

/** `⚠️ *[Firing] Title*` of today; the older header says it in words, with the title in the next line. */
const header = /^.{0,40}\[(Firing|Resolved)\]\s+(.{1,500}?)\*{0,2}$/;
const older = /`?Prometheus Alert (Firing)`?|\*?Prometheus (resolved)\*?/;
const resource = /(?:^|\s)Resource:\s{0,3}`?([A-Za-z]{1,63})\/([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})/;

function headerOf({ lines }: FlatMessage): { state: string; title: string } | null {
  for (const [row, line] of lines.slice(0, 20).entries()) {
    const [, state, title] = header.exec(line) ?? [];
    if (state !== undefined && title !== undefined) return { state, title };
    const [, firing, resolved] = older.exec(line) ?? [];
    const word = firing ?? resolved;
    if (word !== undefined) return { state: word, title: (lines[row + 1] ?? "").replace(/^\*+|\*+$/g, "") };
  }
  return null;
}

/**
 * Robusta's Slack sink, with the header of today and the one before it.
 * @see https://github.com/robusta-dev/robusta/tree/master/src/robusta/core/sinks/slack/templates
 */
export const robusta: AlertFormat = {
  source: "robusta",
  score(message) {
    if (!headerOf(message)) return 0;
    const has = (key: string) => message.lines.some((line) => line.includes(`${key}:`));
    return 1 + (has("Cluster") || has("Source") ? 1 : 0) + (has("Severity") || has("Type") || has("Alert") ? 2 : 0);
  },
  read(message) {
    const found = headerOf(message);
    if (!found || found.title === "") return null;
    const labels = chooseLabels(parseLabelLines(message.lines));
    const [, kind, namespace, name] =
      message.lines.map((line) => resource.exec(line)).find((hit) => hit !== null) ?? [];
    if (namespace !== undefined) labels.set("namespace", namespace);
    return {
      source: "robusta",
      name: found.title,
      state: found.state.toLowerCase() === "resolved" ? "resolved" : "firing",
      labels,
      values: wordsOf(found.title),
      ...(kind !== undefined && name !== undefined
        ? { object: { kind: kind.charAt(0).toUpperCase() + kind.slice(1), name } }
        : {}),
    };
  },
};
