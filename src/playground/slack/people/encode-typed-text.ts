import type { Workspace } from "../state/workspace.js";

const code = /(```[\s\S]*?```|`[^`\n]+`)/;
const token = /(<(?:[@#!][^<>\s|]+|(?:https?:\/\/|mailto:)[^<>|\s]+)(?:\|[^<>]*)?>)/;

const escape = (text: string) =>
  text
    .replace(/&(?!(?:amp|lt|gt);)/g, "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");

function encodeProse(text: string, workspace: Workspace): string {
  return escape(text)
    .replace(/(?<![\w@<])@([\w.-]*\w)/g, (typed, name: string) => {
      const user = workspace.user(name);
      if (user !== undefined) return `<@${user.id}>`;
      const group = [...workspace.groups.values()].find(({ handle }) => handle === name);
      return group === undefined ? typed : `<!subteam^${group.id}>`;
    })
    .replace(/(?<![\w#<&])#([\w.-]*\w)/g, (typed, name: string) => {
      const channel = workspace.channel(name);
      return channel === undefined || channel.kind === "im" ? typed : `<#${channel.id}>`;
    })
    .replace(/(?<![\w<"'])https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)]/g, (url) => `<${url}>`);
}

/**
 * What a person typed, as Slack's clients send it: `&`, `<`, `>` as entities, known @names, #channels and URLs as
 * `<…>` tokens, nothing touched within code. Tokens that are written out already pass as they are.
 */
export function encodeTypedText(text: string, workspace: Workspace): string {
  return text
    .split(code)
    .map((part, at) =>
      at % 2 === 1
        ? escape(part)
        : part
            .split(token)
            .map((piece, index) => (index % 2 === 1 ? piece : encodeProse(piece, workspace)))
            .join(""),
    )
    .join("");
}
