import type { FlatMessage } from "../flatten-message.js";
import type { AlertFormat } from "./format.js";
import { chooseLabels, parseLabelLines } from "./parse-labels.js";
import { wordsOf } from "./parse-title.js";

/** `CloudWatch Alarm | name | region | Account: 1234` */
const title = /CloudWatch Alarm\s{0,3}\|\s{0,3}([^|]{1,255}?)\s{0,3}\|/;
/** `ALARM: "name" in EU (Ireland)`, the subject of the notification. */
const subject = /\b(ALARM|OK|INSUFFICIENT_DATA):\s{0,3}"([^"]{1,255})" in /;
const states: Readonly<Record<string, "firing" | "resolved">> = {
  alarm: "firing",
  danger: "firing",
  a30200: "firing",
  d13212: "firing",
  ok: "resolved",
  good: "resolved",
  "2eb886": "resolved",
  "1d8102": "resolved",
};

function found({ titles, lines }: FlatMessage): { name: string; word: string | undefined } | null {
  for (const line of [...titles, ...lines.slice(0, 20)]) {
    const [, word, name] = subject.exec(line) ?? [];
    if (name !== undefined) return { name, word };
    const [, named] = title.exec(line) ?? [];
    if (named !== undefined) return { name: named, word: undefined };
  }
  return null;
}

/** CloudWatch alarms by Amazon Q in chat applications; best effort. The state is in the text, else in the colour. */
export const cloudwatch: AlertFormat = {
  source: "cloudwatch",
  score: (message) => (found(message) ? 3 : 0),
  read(message) {
    const alarm = found(message);
    if (!alarm) return null;
    const { lines, colors } = message;
    const said = lines.map((line) => /^(?:\*?New ?State\*?|\*?State\*?):\s{0,3}\*?(\w{1,20})/i.exec(line)?.[1]);
    const word = [alarm.word, ...said, ...colors].find((entry) => entry !== undefined)?.toLowerCase();
    const state = word !== undefined && Object.hasOwn(states, word) ? states[word] : undefined;
    if (!state) return null;
    const labels = parseLabelLines(lines);
    // The metric's own namespace (`ContainerInsights`) is not one of Kubernetes.
    labels.set(
      "namespace",
      (labels.get("namespace") ?? []).filter((value) => /^[a-z0-9-]{1,63}$/.test(value)),
    );
    const pod = labels.get("podname");
    if (pod) labels.set("pod", pod);
    return { source: "cloudwatch", name: alarm.name, state, labels: chooseLabels(labels), values: wordsOf(alarm.name) };
  },
};
