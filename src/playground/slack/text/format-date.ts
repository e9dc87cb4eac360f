const pad = (value: number) => String(value).padStart(2, "0");
const month = (date: Date, length: "short" | "long") => date.toLocaleString("en", { month: length });

function tokenText(token: string, date: Date, now: Date): string | undefined {
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  const dayOf = (each: Date) => Math.floor((each.getTime() - each.getTimezoneOffset() * 60_000) / 86_400_000);
  const relative = new Map([
    [0, "today"],
    [-1, "yesterday"],
    [1, "tomorrow"],
  ]).get(dayOf(date) - dayOf(now));
  const long = `${month(date, "long")} ${date.getDate()}, ${date.getFullYear()}`;
  const short = `${month(date, "short")} ${date.getDate()}, ${date.getFullYear()}`;
  switch (token) {
    case "date_num":
      return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
    case "date_slash":
      return `${pad(date.getDate())}/${pad(date.getMonth() + 1)}/${date.getFullYear()}`;
    case "date":
    case "date_long_full":
      return long;
    case "date_long":
      return `${date.toLocaleString("en", { weekday: "long" })}, ${long}`;
    case "date_short":
      return short;
    case "date_pretty":
      return relative ?? long;
    case "date_short_pretty":
      return relative ?? short;
    case "date_long_pretty":
      return relative ?? `${date.toLocaleString("en", { weekday: "long" })}, ${long}`;
    case "time":
      return clock;
    case "time_secs":
      return `${clock}:${pad(date.getSeconds())}`;
    case "ago":
      return agoText((now.getTime() - date.getTime()) / 1000);
    default:
      return undefined;
  }
}

function agoText(seconds: number): string {
  const units = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ] as const;
  for (const [name, length] of units) {
    const count = Math.floor(seconds / length);
    if (count >= 1) return `${count} ${name}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}

/** Slack's date tokens, such as `{date_short} {time}`, in the reader's time zone; an unknown one stays as it is. */
export function formatDate(timestamp: number, format: string, now: Date): string {
  const date = new Date(timestamp * 1000);
  if (Number.isNaN(date.getTime())) return format;
  return format.replace(/\{(\w+)\}/g, (written, token: string) => tokenText(token, date, now) ?? written);
}
