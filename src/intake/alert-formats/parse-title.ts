/** `[FIRING:2] Name values (other values)`, as Alertmanager and Grafana write it; values only, never their labels. */
const title =
  /^(?::[a-z0-9_+-]{1,40}:\s{0,3}|[^\w\s[\]]{1,4}\s{0,3})?\[(FIRING|RESOLVED)(?::\d{1,6})?(?:,\s?RESOLVED:\d{1,6})?\]\s+(.{1,1000})$/;

export interface AlertTitle {
  state: "firing" | "resolved";
  /** The words before the parentheses. */
  head: string;
  /** All of them, as they stand. */
  text: string;
  /** Every word, within and without. */
  values: string[];
}

/** Reads such a title; null where it is none. Pure. */
export function parseTitle(text: string): AlertTitle | null {
  const [, state, rest] = title.exec(text.trim()) ?? [];
  if (state === undefined || rest === undefined) return null;
  return {
    state: state === "RESOLVED" ? "resolved" : "firing",
    head: (rest.split("(")[0] ?? "").split(" | ")[0]?.trim() ?? "",
    text: rest,
    values: wordsOf(rest),
  };
}

/** The words of a text, without the marks around them. Pure. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s()[\]{},;"'`|]+/).filter((word) => word !== "");
}
