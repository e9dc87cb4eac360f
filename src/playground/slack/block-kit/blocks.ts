import * as z from "zod";
import {
  Accessory,
  ActionsElement,
  Button,
  ContextActionsElement,
  ContextElement,
  ImageElement,
  InputElement,
} from "./elements.js";
import { RichText } from "./rich-text.js";
import { anyText, filled, hasOneSource, Id, imageSource, mrkdwnText, plainText, upTo, Url } from "./text-objects.js";

const identified = { block_id: Id };
const rawCell = [
  z.strictObject({ type: z.literal("raw_text"), text: filled(10_000) }),
  z.strictObject({ type: z.literal("raw_number"), value: z.number(), text: filled(10_000).optional() }),
] as const;
const cells = z
  .array(z.discriminatedUnion("type", [RichText, ...rawCell]))
  .min(1)
  .max(20);
const rows = z.array(cells).min(1).max(100);

const section = z
  .strictObject({
    type: z.literal("section"),
    ...identified,
    text: anyText(3_000).optional(),
    fields: z.array(anyText(2_000)).min(1).max(10).optional(),
    accessory: Accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine(({ text, fields }) => text !== undefined || fields !== undefined, { error: "must provide text or fields" });
const actions = z.strictObject({
  type: z.literal("actions"),
  ...identified,
  elements: z.array(ActionsElement).min(1).max(25),
});
const context = z.strictObject({
  type: z.literal("context"),
  ...identified,
  elements: z.array(ContextElement).min(1).max(10),
});
const divider = z.strictObject({ type: z.literal("divider"), ...identified });
const header = z.strictObject({
  type: z.literal("header"),
  ...identified,
  text: plainText(150),
  level: z.int().min(1).max(4).optional(),
});
const image = z
  .strictObject({
    type: z.literal("image"),
    ...identified,
    ...imageSource,
    alt_text: filled(2_000),
    title: plainText(2_000).optional(),
  })
  .refine(hasOneSource.test, { error: hasOneSource.error });
const table = z.strictObject({
  type: z.literal("table"),
  ...identified,
  rows,
  column_settings: z
    .array(
      z.strictObject({ align: z.enum(["left", "center", "right"]).optional(), is_wrapped: z.boolean().optional() }),
    )
    .max(20)
    .optional(),
});
const card = z
  .strictObject({
    type: z.literal("card"),
    ...identified,
    hero_image: ImageElement.optional(),
    icon: ImageElement.optional(),
    title: mrkdwnText(150).optional(),
    subtitle: mrkdwnText(150).optional(),
    body: mrkdwnText(200).optional(),
    actions: z.array(Button).max(5).optional(),
  })
  .refine(
    ({ hero_image, title, body, actions: buttons }) =>
      [hero_image, title, body, buttons].some((part) => part !== undefined),
    {
      error: "must provide at least one of hero_image, title, actions and body",
    },
  );
const taskStatus = z.enum(["pending", "in_progress", "complete", "error"]);
const task = z.strictObject({
  type: z.literal("task_card"),
  ...identified,
  task_id: filled(255),
  title: filled(255),
  details: RichText.optional(),
  output: RichText.optional(),
  sources: z.array(z.strictObject({ type: z.literal("url"), url: Url, text: z.string() })).optional(),
  status: taskStatus,
});
const containable = z.discriminatedUnion("type", [section, context, divider, actions, image, header, table]);

/** Every block that Slack knows, with the limits of docs.slack.dev, reference/block-kit/blocks. */
export const Block = z.discriminatedUnion("type", [
  section,
  actions,
  context,
  divider,
  header,
  image,
  RichText,
  table,
  card,
  task,
  z.strictObject({
    type: z.literal("input"),
    ...identified,
    label: plainText(2_000),
    hint: plainText(2_000).optional(),
    optional: z.boolean().optional(),
    element: InputElement,
    dispatch_action: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal("markdown"), ...identified, text: filled(12_000) }),
  z.strictObject({
    type: z.literal("context_actions"),
    ...identified,
    elements: z.array(ContextActionsElement).min(1).max(5),
  }),
  z.strictObject({
    type: z.literal("alert"),
    ...identified,
    text: anyText(200),
    level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
  }),
  z.strictObject({ type: z.literal("carousel"), ...identified, elements: z.array(card).min(1).max(10) }),
  z
    .strictObject({
      type: z.literal("container"),
      ...identified,
      title: plainText(150).optional(),
      rich_text_title: RichText.optional(),
      subtitle: anyText(150).optional(),
      child_blocks: z.array(containable).min(1).max(10),
      width: z.enum(["narrow", "standard", "wide", "full"]).optional(),
      icon: ImageElement.optional(),
      is_collapsible: z.boolean().optional(),
      default_collapsed: z.boolean().optional(),
      has_header_divider: z.boolean().optional(),
    })
    .refine(({ title, rich_text_title }) => (title === undefined) !== (rich_text_title === undefined), {
      error: "must have exactly one of title and rich_text_title",
    }),
  z.strictObject({
    type: z.literal("data_table"),
    ...identified,
    rows,
    caption: filled(255),
    page_size: z.int().min(1).max(100).optional(),
    row_header_column_index: z.int().min(0).max(19).optional(),
  }),
  z.strictObject({
    type: z.literal("plan"),
    ...identified,
    title: filled(255),
    tasks: z.array(task).max(50).optional(),
  }),
  z.strictObject({
    type: z.literal("video"),
    ...identified,
    video_url: Url,
    thumbnail_url: Url,
    alt_text: upTo(2_000),
    title: plainText(200),
    title_url: Url.optional(),
    author_name: upTo(50).optional(),
    provider_name: z.string().optional(),
    provider_icon_url: Url.optional(),
    description: plainText(200).optional(),
  }),
]);

type BlockType = z.infer<typeof Block>["type"];
export type Surface = "message" | "modal" | "home";
const everywhere: readonly Surface[] = ["message", "modal", "home"];
const messages: readonly Surface[] = ["message"];

/** Where each block may stand (docs.slack.dev, blocks.json). */
export const surfacesOf: Readonly<Record<BlockType, readonly Surface[]>> = {
  section: everywhere,
  actions: everywhere,
  context: everywhere,
  divider: everywhere,
  header: everywhere,
  image: everywhere,
  rich_text: everywhere,
  input: everywhere,
  video: everywhere,
  card: everywhere,
  alert: ["modal"],
  carousel: ["message", "home"],
  container: messages,
  context_actions: messages,
  data_table: messages,
  markdown: messages,
  plan: messages,
  table: messages,
  task_card: messages,
};
