/**
 * Characters that show nothing or turn the direction of what follows: a name with one of them would look like another
 * name, and a log line could rewrite its neighbours.
 */
const invisible =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text of unknown origin for a place where Slack reads no markup: nothing in it is invisible. */
export function visible(text: string): string {
  return text.toWellFormed().replace(invisible, "�");
}

/** What stands for a character that would begin or end markup at this place. */
const lookalikes: Readonly<Record<string, string>> = { "*": "∗", _: "ˍ", "~": "∼" };

/**
 * Makes text of unknown origin safe in mrkdwn: no mention, no link, no markup of its own.
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escapeText(text: string): string {
  return visible(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/`/g, "'")
    .replace(/(?<![\p{L}\p{N}])[*_~]|[*_~](?![\p{L}\p{N}])/gu, (mark) => lookalikes[mark] ?? "");
}

/** Cuts a text that is escaped already, never inside an entity or a surrogate pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = text
    .slice(0, length - 1)
    .replace(/&[a-z]{0,4}$/, "")
    .replace(/[\ud800-\udbff]$/, "");
  return `${head}…`;
}

/** Text of unknown origin as inline code, in which Slack reads no markup; backticks become quotes. */
export function code(text: string): string {
  const inner = visible(text)
    .replace(/`/g, "'")
    .replace(/\s+/g, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .trim();
  return inner === "" ? "``" : `\`${cut(inner, 300)}\``;
}

/** `10:01 UTC` of a time; the text itself where it is none. */
export function clock(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? escapeText(time) : `${date.toISOString().slice(11, 16)} UTC`;
}

/** `10:01 UTC` of a time today, with the date of any other day. */
export function moment(time: string, now: Date): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) === now.toISOString().slice(0, 10))
    return clock(time);
  return `${date.toISOString().slice(0, 10)} ${clock(time)}`;
}

/** A length of time in words: 45 s, 14 min, 3 h, 6 days. */
export function lengthOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
