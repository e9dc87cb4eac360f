import type { Attachment, Message } from "./calls.js";
import { button, el } from "./dom.js";
import { drawBlock, drawText, plainText, type Drawing } from "./draw-blocks.js";
import { drawGlyphs } from "./draw-emoji.js";
import { drawParts, type Names } from "./draw-tree.js";
import { glyphOf } from "../text/emoji.js";
import { parseMrkdwn } from "../text/parse-mrkdwn.js";
import { isSafeUrl } from "../text/tree.js";

export interface MessageDrawing extends Drawing {
  /** What the toolbar of a message offers, besides a reply. */
  shortcuts: readonly { name: string; run: () => void }[];
  reply?: () => void;
  isApp: boolean;
}

const namedColours: Readonly<Record<string, string>> = { good: "#2eb67d", warning: "#daa038", danger: "#e01e5a" };

/** Styles are set through the object model, which the content security policy leaves alone. */
function colourBar(colour: string | undefined): HTMLElement {
  const bar = el("div", { class: "bar" });
  const hex = /^#?([0-9a-f]{6})$/i.exec(colour ?? "")?.[1];
  const named = namedColours[colour ?? ""] ?? (hex === undefined ? undefined : `#${hex}`);
  if (named !== undefined) bar.style.backgroundColor = named;
  return bar;
}

function drawAttachment(attachment: Attachment, drawing: Drawing): HTMLElement {
  const { names } = drawing;
  const { pretext, title, title_link: url, text, fields = [], footer, blocks = [], fallback = "" } = attachment;
  const mrkdwn = (written: string) => drawParts(parseMrkdwn(written), names);
  const heading =
    url !== undefined && isSafeUrl(url)
      ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, title ?? url)
      : title;
  const rows = fields.map(({ title: name, value, short }) =>
    el("div", { class: short === true ? "field" : "field wide" }, el("strong", {}, name), ...mrkdwn(value)),
  );
  const empty = title === undefined && text === undefined && blocks.length === 0 && fields.length === 0;
  const body = el(
    "div",
    { class: "attachment-body" },
    heading !== undefined && el("div", { class: "attachment-title" }, heading),
    ...mrkdwn(text ?? (empty ? fallback : "")),
    rows.length > 0 && el("div", { class: "fields" }, ...rows),
    ...blocks.map((block) => drawBlock(block, drawing)),
    footer !== undefined && el("small", {}, footer),
  );
  return el(
    "div",
    { class: "attachment-wrap" },
    ...mrkdwn(pretext ?? ""),
    el("div", { class: "attachment" }, colourBar(attachment.color), body),
  );
}

function drawReactions(message: Message, names: Names): HTMLElement | undefined {
  if (message.reactions.length === 0) return undefined;
  const reactions = message.reactions.map(({ name, count, users }) => {
    const who = users.map((id) => names.user(id)).join(", ");
    const label = `${name.replaceAll("_", " ")}: ${who}`;
    return el(
      "span",
      { class: "reaction", role: "img", "aria-label": label, title: label, "data-reaction": name },
      ...drawGlyphs(`${glyphOf(name) ?? `:${name}:`} ${count}`),
    );
  });
  return el("div", { class: "reactions" }, ...reactions);
}

function clock(ts: string): HTMLElement {
  const date = new Date(Number(ts) * 1000);
  const shown = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return el("time", { datetime: date.toISOString(), title: date.toLocaleString("en-GB") }, shown);
}

function authorOf(message: Message, names: Names): string {
  return message.username ?? (message.user === null ? (message.bot_id ?? "unknown") : names.user(message.user));
}

function drawBody(message: Message, drawing: Drawing): Node[] {
  // As in Slack: blocks take the place of the text, attachments come after either.
  const main =
    message.blocks.length > 0
      ? message.blocks.map((block) => drawBlock(block, drawing))
      : drawText({ type: "mrkdwn", text: message.text }, drawing.names);
  return [...main, ...message.attachments.map((attachment) => drawAttachment(attachment, drawing))];
}

/** A face without a picture: the first letter on a colour that depends on the name. */
function face(author: string, isApp: boolean): HTMLElement {
  const hue = Array.from(author).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  const drawn = el(
    "div",
    { class: isApp ? "face app" : "face", "aria-hidden": "true" },
    plainText(author.charAt(0).toUpperCase()),
  );
  drawn.style.backgroundColor = `hsl(${hue} 45% 38%)`;
  return drawn;
}

/** One message, with who wrote it, when, and what one may do with it. */
export function drawMessage(message: Message, drawing: MessageDrawing): HTMLElement {
  if (message.deleted)
    return el("article", { class: "message tombstone", "data-ts": message.ts }, "This message was deleted.");
  const { names, reply, shortcuts, isApp } = drawing;
  const author = authorOf(message, names);
  const tools = [
    ...(reply === undefined ? [] : [button("Reply in thread", { class: "tool" }, reply)]),
    ...shortcuts.map(({ name, run }) => button(name, { class: "tool" }, run)),
  ];
  const edited = message.edited !== null && message.blocks.length === 0;
  const head = el(
    "div",
    { class: "head" },
    el("strong", {}, author),
    isApp && el("span", { class: "badge" }, "APP"),
    clock(message.ts),
    el("span", { class: "tools" }, ...tools),
  );
  const notice = message.ephemeral && el("div", { class: "only-you" }, "Only visible to you");
  const body = el(
    "div",
    { class: "body" },
    ...drawBody(message, drawing),
    edited && el("small", { class: "edited" }, "(edited)"),
  );
  const classes = message.ephemeral ? "message ephemeral" : "message";
  return el(
    "article",
    { class: classes, "data-ts": message.ts, "data-ephemeral": message.ephemeral, "aria-label": author },
    face(author, isApp),
    el("div", { class: "content" }, notice, head, body, drawReactions(message, names)),
  );
}
