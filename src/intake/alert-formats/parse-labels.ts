import { parseWorkload } from "../alerts/parse-workload.js";

/** `key: value` or `key = value` alone in a line, with whatever marks a template puts around it. */
const labelLine =
  /^[\s•*_>-]{0,6}(?::[a-z0-9_+-]{1,40}:\s{0,3})?[*_]{0,2}([a-zA-Z_][a-zA-Z0-9_.]{0,60})[*_`]{0,3}\s{0,3}[:=]\s{0,3}[*_`]{0,3}\s{0,3}`?([^\s`*]{1,253})`?[*_]{0,2}$/;
/** `key:value` tags anywhere in a line, with or without marks around the value. */
const tag = /(?:^|[\s,{(])([a-z][a-z0-9_.]{0,60}):[ ]?`?([A-Za-z0-9][A-Za-z0-9._/-]{0,252})`?/g;

/** Every value of a key, in order; keys in lower case. */
export type Labels = Map<string, string[]>;

function add(labels: Labels, key: string | undefined, value: string | undefined): void {
  if (key === undefined || value === undefined) return;
  const known = labels.get(key.toLowerCase()) ?? [];
  if (known.length < 50 && !known.includes(value)) labels.set(key.toLowerCase(), [...known, value]);
}

/** Labels that stand in lines of their own. Pure. */
export function parseLabelLines(lines: readonly string[], into: Labels = new Map()): Labels {
  for (const line of lines) {
    const [, key, value] = labelLine.exec(line) ?? [];
    add(into, key, value);
  }
  return into;
}

/** Tags that stand side by side, as Datadog and Sentry write them. Pure. */
export function parseTags(lines: readonly string[], into: Labels = new Map()): Labels {
  for (const line of lines) for (const [, key, value] of line.matchAll(tag)) add(into, key, value);
  return into;
}

/** Matchers of Grafana's and Alertmanager's links to a new silence: the labels as the sender itself has them. Pure. */
export function parseSilenceLinks(links: readonly string[], into: Labels = new Map()): Labels {
  for (const link of links) {
    if (!link.includes("/silence")) continue;
    const query = URL.canParse(link) ? new URL(link).searchParams : new URLSearchParams();
    for (const matcher of query.getAll("matcher").slice(0, 50)) {
      const [, key, value] = /^([a-zA-Z_][a-zA-Z0-9_.]{0,60})=([^~].{0,252})$/.exec(matcher) ?? [];
      add(into, key, value);
    }
  }
  return into;
}

/**
 * One value for each key. A message that groups alerts of several workloads names none of them: a label with pods of
 * one workload keeps the first, with pods of several it goes. Pure.
 */
export function chooseLabels(labels: Labels): Map<string, string> {
  const chosen = new Map<string, string>();
  for (const [key, values] of labels) {
    const [first] = values;
    if (first === undefined) continue;
    const kind = /pod/.test(key)
      ? "Pod"
      : /^(deployment|statefulset|daemonset|cronjob|job_name)$/.test(key)
        ? key
        : null;
    const workloads = new Set(kind === null ? [] : values.map((name) => parseWorkload({ kind, name }).workload));
    if (workloads.size <= 1) chosen.set(key, first);
  }
  return chosen;
}
