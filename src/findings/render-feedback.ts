import type { View } from "@slack/types";
import { reasonInput, section } from "./blocks.js";

/** Asks what was wrong with a finding. */
export function renderFeedback(input: { answer: "wrong" | "partly"; privateMetadata: string }): View {
  return {
    type: "modal",
    callback_id: "feedback",
    private_metadata: input.privateMetadata,
    title: { type: "plain_text", text: "What was wrong?" },
    submit: { type: "plain_text", text: "Send" },
    close: { type: "plain_text", text: "Cancel" },
    blocks: [
      section(
        "about",
        input.answer === "wrong"
          ? "What was the cause, and what did the card miss?"
          : "What was right, and what was missing?",
      ),
      reasonInput(true),
    ],
  };
}
