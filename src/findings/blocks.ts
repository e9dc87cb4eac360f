import { cutText } from "../domain/cut-text.js";
import type { Button, ConfirmationDialog, KnownBlock } from "@slack/types";
import { cut, visible } from "./text.js";

/** Blocks of one message together; Slack refuses more than about 11,000 characters. */
export const textBudget = 10_000;

/** A paragraph of mrkdwn that is escaped already, cut to what its message can spare. */
export function section(id: string, text: string, most = 2_900): KnownBlock {
  return { type: "section", block_id: id, text: { type: "mrkdwn", text: cut(text, most), verbatim: true } };
}

/** Small print, escaped already. */
export function context(id: string, text: string, most = 1_600): KnownBlock {
  return { type: "context", block_id: id, elements: [{ type: "mrkdwn", text: cut(text, most), verbatim: true }] };
}

export function divider(id: string): KnownBlock {
  return { type: "divider", block_id: id };
}

/** Lines of a log or a difference, shown as they are: data, not markup. */
export function preformatted(id: string, text: string): KnownBlock {
  const shown = text === "" ? " " : cutText(visible(text), 6_000);
  return {
    type: "rich_text",
    block_id: id,
    elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: shown }] }],
  };
}

export function button(
  action: string,
  label: string,
  value: string,
  options: { style?: "primary" | "danger"; confirm?: ConfirmationDialog } = {},
): Button {
  return { type: "button", action_id: action, text: { type: "plain_text", text: label }, value, ...options };
}

/** Slack's own "are you sure", in plain text. */
export function confirmation(title: string, text: string, yes: string): ConfirmationDialog {
  return {
    title: { type: "plain_text", text: cutText(visible(title), 100) },
    text: { type: "plain_text", text: cutText(visible(text), 300) },
    confirm: { type: "plain_text", text: cutText(visible(yes), 30) },
    deny: { type: "plain_text", text: "Cancel" },
  };
}

/** The one input of a dialog: a reason in a person's words. */
export function reasonInput(required: boolean): KnownBlock {
  return {
    type: "input",
    block_id: "reason",
    optional: !required,
    label: { type: "plain_text", text: "Reason" },
    element: { type: "plain_text_input", action_id: "reason", multiline: true, max_length: 1_000 },
  };
}
