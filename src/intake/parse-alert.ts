import { sha256 } from "../domain/canonical-json.js";
import { Scope } from "../domain/investigation-request.js";
import { flattenMessage } from "./flatten-message.js";

/** One alert as it stands in a channel. */
export interface ParsedAlert {
  name: string;
  state: "firing" | "resolved";
  scope: Scope;
  severity: string | undefined;
  /** The same for the same alert, firing or resolved, from either of a pair of Alertmanagers. */
  fingerprint: string;
}

/** Alertmanager's title: `[FIRING:2] Name values (other values)`; it names values only, never their labels. */
const title = /^\[(FIRING|RESOLVED)(?::\d{1,5})?\]\s+([A-Za-z_:][A-Za-z0-9_:-]{0,150})(?:\s+(.{0,1000}))?$/;
const labelLine =
  /^[\s•*_-]{0,6}([a-zA-Z_][a-zA-Z0-9_]{0,60})[*_`]{0,3}\s{0,3}[:=]\s{0,3}[*_`]{0,3}\s{0,3}`?([^\s`*]{1,253})`?[*_]{0,2}$/;

/** Labels that name an object, the most telling first. */
const objectLabels: readonly (readonly [label: string, kind: string])[] = [
  ["deployment", "Deployment"],
  ["statefulset", "StatefulSet"],
  ["daemonset", "DaemonSet"],
  ["cronjob", "CronJob"],
  ["job_name", "Job"],
  ["pod", "Pod"],
];

function labelsOf(lines: readonly string[]): Map<string, string> {
  const labels = new Map<string, string>();
  for (const line of lines) {
    const match = labelLine.exec(line);
    const [, key, value] = match ?? [];
    if (key !== undefined && value !== undefined && !labels.has(key.toLowerCase()))
      labels.set(key.toLowerCase(), value);
  }
  return labels;
}

/**
 * Reads Alertmanager's message out of a Slack post. What it cannot place in a namespace of the channel is left alone:
 * a wrong investigation is worse than none. Pure.
 * @param namespaces the namespaces that the channel may ask about, or "*".
 * @see https://github.com/prometheus/alertmanager/blob/main/template/default.tmpl
 */
export function parseAlert(message: unknown, namespaces: readonly string[]): ParsedAlert | null {
  const { titles, lines } = flattenMessage(message);
  const match = titles.map((text) => title.exec(text.trim())).find((found) => found !== null);
  if (!match) return null;
  const [, state, name = "", rest = ""] = match;
  const labels = labelsOf(lines);
  const values = rest.split(/[\s()]+/).filter((word) => word !== "");
  const namespace = labels.get("namespace") ?? values.find((value) => namespaces.includes(value));
  if (namespace === undefined || (!namespaces.includes("*") && !namespaces.includes(namespace))) return null;
  const named = objectLabels.find(([label]) => labels.has(label));
  const scope = Scope.safeParse({ namespace, object: named ? { kind: named[1], name: labels.get(named[0]) } : null });
  if (!scope.success) return null;
  const { object } = scope.data;
  return {
    name,
    state: state === "RESOLVED" ? "resolved" : "firing",
    scope: scope.data,
    severity: labels.get("severity"),
    fingerprint: sha256(
      JSON.stringify(["alertmanager", name, namespace, object?.kind ?? null, object?.name ?? null]),
    ).slice(0, 32),
  };
}
