import * as z from "zod";
import { validateBlocks } from "../block-kit/validate-blocks.js";
import { fillIds } from "../block-kit/fill-ids.js";
import type { JsonObject } from "../state/ids.js";
import type { MessageContent } from "../state/message-store.js";
import { jsonText, SlackRefusal } from "./method.js";

const maxTextLength = 40_000;
const maxAttachments = 100;
const maxMetadataBytes = 8_000;

const Metadata = z.strictObject({
  event_type: z.string().regex(/^[A-Za-z0-9_.:-]{1,255}$/),
  event_payload: z.record(z.string(), z.unknown()),
  entities: z.array(z.unknown()).optional(),
});

/** What a message can consist of, in the form in which `chat.*` methods and `response_url` take it. */
export const PostContent = {
  text: z.string().optional(),
  blocks: jsonText(z.unknown()).optional(),
  attachments: jsonText(z.unknown()).optional(),
  metadata: jsonText(z.unknown()).optional(),
};

/** Throws `invalid_blocks` or a relative, with Slack's list of messages. */
export function checkedBlocks(value: unknown, surface: "message" | "modal" | "home"): JsonObject[] {
  const verdict = validateBlocks(value, surface);
  if (verdict.kind === "refused") {
    const { error, messages } = verdict;
    throw new SlackRefusal(error, messages.length > 0 ? { errors: messages, response_metadata: { messages } } : {});
  }
  return fillIds(verdict.blocks);
}

function checkedAttachments(value: unknown): JsonObject[] {
  const parsed = z.array(z.record(z.string(), z.unknown())).safeParse(value);
  if (!parsed.success) throw new SlackRefusal("invalid_attachments");
  if (parsed.data.length > maxAttachments) throw new SlackRefusal("too_many_attachments");
  return parsed.data.map((attachment, at) => ({
    id: at + 1,
    ...attachment,
    ...(attachment["blocks"] === undefined ? {} : { blocks: checkedBlocks(attachment["blocks"], "message") }),
  }));
}

function checkedMetadata(value: unknown): JsonObject {
  const parsed = Metadata.safeParse(value);
  if (!parsed.success) throw new SlackRefusal("invalid_metadata_format");
  if (JSON.stringify(parsed.data).length > maxMetadataBytes) throw new SlackRefusal("metadata_too_large");
  return parsed.data;
}

/**
 * Checks what Slack checks about a message's content. Only what was given comes back, so that an update leaves the rest
 * alone. @throws SlackRefusal with Slack's code
 */
export function checkedContent(input: z.infer<z.ZodObject<typeof PostContent>>): MessageContent {
  const { text, blocks, attachments, metadata } = input;
  if ((text ?? "").length > maxTextLength) throw new SlackRefusal("msg_too_long");
  return {
    ...(text === undefined ? {} : { text }),
    ...(blocks === undefined ? {} : { blocks: checkedBlocks(blocks, "message") }),
    ...(attachments === undefined ? {} : { attachments: checkedAttachments(attachments) }),
    ...(metadata === undefined ? {} : { metadata: checkedMetadata(metadata) }),
  };
}

/** Slack refuses a message in which nothing could be seen. */
export function isEmpty({ text, blocks, attachments }: MessageContent): boolean {
  return (text ?? "").trim() === "" && (blocks ?? []).length === 0 && (attachments ?? []).length === 0;
}
