import { at, listAt, textAt } from "../domain/kubernetes-object.js";

const deepest = 6;

/** Is the bot named in what the person says, and not in code or in what they quote? */
function namedIn(elements: readonly unknown[], bot: string, depth: number): boolean {
  if (depth > deepest) return false;
  return elements.slice(0, 500).some((element) => {
    const type = textAt(element, "type");
    if (type === "rich_text_preformatted" || type === "rich_text_quote") return false;
    if (type === "user") return textAt(element, "user_id") === bot && at(element, "style", "code") !== true;
    return namedIn(listAt(element, "elements"), bot, depth + 1);
  });
}

/** Takes code and quoted lines out of a message's text. */
function spoken(text: string): string {
  return text
    .slice(0, 4_000)
    .split("```")
    .filter((_, row) => row % 2 === 0)
    .join(" ")
    .replace(/`[^`\n]{0,1000}`/g, " ")
    .split("\n")
    .filter((line) => !/^\s{0,10}(?:&gt;|>)/.test(line))
    .join("\n");
}

/**
 * The words behind a mention of the bot; null where it is not spoken to: a mention in code, in a quotation or in a
 * link's preview asks for nothing. Pure.
 */
export function parseMention(message: unknown, bot: string): string | null {
  const said = spoken(textAt(message, "text") ?? "");
  const [, after] = said.split(new RegExp(`<@${bot.replace(/\W/g, "")}(?:\\|[^<>]{0,100})?>`), 2);
  if (bot === "" || after === undefined) return null;
  const rich = listAt(message, "blocks").filter((block) => textAt(block, "type") === "rich_text");
  if (rich.length > 0 && !namedIn(rich, bot, 0)) return null;
  return (after.split("\n")[0] ?? "").replace(/^[\s:,]+/, "").trim();
}
