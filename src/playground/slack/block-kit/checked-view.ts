import * as z from "zod";
import type { JsonObject } from "../state/ids.js";
import { SlackRefusal } from "../web-api/method.js";
import { fillIds } from "./fill-ids.js";
import { plainText, upTo } from "./text-objects.js";
import { validateBlocks } from "./validate-blocks.js";

const common = {
  blocks: z.array(z.unknown()),
  private_metadata: upTo(3_000).optional(),
  callback_id: upTo(255).optional(),
  external_id: upTo(255).optional(),
};
const Modal = z.strictObject({
  type: z.literal("modal"),
  ...common,
  title: plainText(24),
  close: plainText(24).optional(),
  submit: plainText(24).optional(),
  submit_disabled: z.boolean().optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
});
const Home = z.strictObject({ type: z.literal("home"), ...common });

/**
 * A view as Slack stores it. @throws SlackRefusal `invalid_arguments` with Slack's list of messages when it breaks a
 * limit of docs.slack.dev, reference/views, or lacks the submit button that its inputs need.
 */
export function checkedView(value: unknown, type: "modal" | "home"): JsonObject & { blocks: JsonObject[] } {
  const refuse = (messages: string[]) => new SlackRefusal("invalid_arguments", { response_metadata: { messages } });
  const schema: z.ZodType<{ blocks: unknown[] }> = type === "modal" ? Modal : Home;
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const messages = parsed.error.issues.map(
      ({ message, path }) => `[ERROR] ${message} [json-pointer:/view/${path.map(String).join("/")}]`,
    );
    throw refuse(messages);
  }
  const verdict = validateBlocks(parsed.data.blocks, type);
  if (verdict.kind === "refused")
    throw refuse(verdict.messages.map((message) => message.replace("json-pointer:/", "json-pointer:/view/")));
  const content: JsonObject = { ...parsed.data };
  if (type === "modal" && content["submit"] === undefined && verdict.blocks.some((block) => block["type"] === "input"))
    throw refuse(["[ERROR] missing required field: submit [json-pointer:/view/submit]"]);
  return { ...content, blocks: fillIds(verdict.blocks) };
}
