import * as z from "zod";
import {
  AnyOption,
  anyText,
  Confirm,
  filled,
  hasOneSource,
  Id,
  imageSource,
  OptionGroup,
  PlainOption,
  plainText,
  Style,
  upTo,
  Url,
} from "./text-objects.js";

const actionable = { action_id: Id };
const confirmable = { ...actionable, confirm: Confirm.optional() };
const focusable = { focus_on_load: z.boolean().optional() };
const placeholdable = { placeholder: plainText(150).optional() };
const picker = { ...confirmable, ...focusable, ...placeholdable };
const dispatchable = {
  dispatch_action_config: z
    .strictObject({ trigger_actions_on: z.array(z.enum(["on_enter_pressed", "on_character_entered"])).min(1) })
    .optional(),
};
const typed = { ...actionable, ...focusable, ...placeholdable, ...dispatchable };
const severalItems = { max_selected_items: z.int().min(1).optional() };
const filter = z
  .strictObject({
    include: z
      .array(z.enum(["im", "mpim", "private", "public"]))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .optional();

const button = z.strictObject({
  type: z.literal("button"),
  ...confirmable,
  text: plainText(75),
  value: upTo(2_000).optional(),
  url: Url.optional(),
  style: Style.optional(),
  accessibility_label: upTo(75).optional(),
});
const workflowButton = z.strictObject({
  type: z.literal("workflow_button"),
  ...confirmable,
  text: plainText(75),
  workflow: z.looseObject({ trigger: z.looseObject({ url: Url }) }),
  style: Style.optional(),
  accessibility_label: upTo(75).optional(),
});
const image = z
  .strictObject({ type: z.literal("image"), ...imageSource })
  .refine(hasOneSource.test, { error: hasOneSource.error });
const overflow = z.strictObject({
  type: z.literal("overflow"),
  ...confirmable,
  options: z.array(PlainOption).min(1).max(5),
});
const radioButtons = z.strictObject({
  type: z.literal("radio_buttons"),
  ...confirmable,
  ...focusable,
  options: z.array(AnyOption).min(1).max(10),
  initial_option: AnyOption.optional(),
});
const checkboxes = z.strictObject({
  type: z.literal("checkboxes"),
  ...confirmable,
  ...focusable,
  options: z.array(AnyOption).min(1).max(10),
  initial_options: z.array(AnyOption).min(1).max(10).optional(),
});
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const time = z.string().regex(/^\d{2}:\d{2}$/);
const pickers = [
  z.strictObject({ type: z.literal("datepicker"), ...picker, initial_date: date.optional() }),
  z.strictObject({
    type: z.literal("timepicker"),
    ...picker,
    initial_time: time.optional(),
    timezone: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("datetimepicker"),
    ...confirmable,
    ...focusable,
    initial_date_time: z.int().optional(),
  }),
] as const;

const staticOptions = {
  options: z.array(PlainOption).min(1).max(100).optional(),
  option_groups: z.array(OptionGroup).min(1).max(100).optional(),
};
const oneKindOfOptions = (select: { options?: unknown; option_groups?: unknown }) =>
  (select.options === undefined) !== (select.option_groups === undefined);
const oneKind = { error: "must have exactly one of options and option_groups" };
const opened = { response_url_enabled: z.boolean().optional() };
const ids = z.array(z.string()).min(1).optional();
const query = { min_query_length: z.int().min(0).optional() };
const conversations = { default_to_current_conversation: z.boolean().optional(), filter };
const selects = [
  z
    .strictObject({
      type: z.literal("static_select"),
      ...picker,
      ...staticOptions,
      initial_option: PlainOption.optional(),
    })
    .refine(oneKindOfOptions, oneKind),
  z
    .strictObject({
      type: z.literal("multi_static_select"),
      ...picker,
      ...staticOptions,
      ...severalItems,
      initial_options: z.array(PlainOption).min(1).optional(),
    })
    .refine(oneKindOfOptions, oneKind),
  z.strictObject({ type: z.literal("users_select"), ...picker, initial_user: z.string().optional() }),
  z.strictObject({ type: z.literal("multi_users_select"), ...picker, ...severalItems, initial_users: ids }),
  z.strictObject({ type: z.literal("channels_select"), ...picker, ...opened, initial_channel: z.string().optional() }),
  z.strictObject({ type: z.literal("multi_channels_select"), ...picker, ...severalItems, initial_channels: ids }),
  z.strictObject({
    type: z.literal("conversations_select"),
    ...picker,
    ...opened,
    ...conversations,
    initial_conversation: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("multi_conversations_select"),
    ...picker,
    ...severalItems,
    ...conversations,
    initial_conversations: ids,
  }),
  z.strictObject({ type: z.literal("external_select"), ...picker, ...query, initial_option: PlainOption.optional() }),
  z.strictObject({
    type: z.literal("multi_external_select"),
    ...picker,
    ...severalItems,
    ...query,
    initial_options: z.array(PlainOption).optional(),
  }),
] as const;

const richTextInput = z.strictObject({
  type: z.literal("rich_text_input"),
  ...typed,
  initial_value: z.looseObject({ type: z.literal("rich_text") }).optional(),
});
const length = z.int().min(0).max(3_000).optional();
const inputs = [
  z.strictObject({
    type: z.literal("plain_text_input"),
    ...typed,
    initial_value: upTo(3_000).optional(),
    multiline: z.boolean().optional(),
    min_length: length,
    max_length: length,
  }),
  z.strictObject({ type: z.literal("email_text_input"), ...typed, initial_value: z.string().optional() }),
  z.strictObject({ type: z.literal("url_text_input"), ...typed, initial_value: z.string().optional() }),
  z.strictObject({
    type: z.literal("number_input"),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("file_input"),
    ...actionable,
    filetypes: z.array(z.string()).optional(),
    max_files: z.int().min(1).max(10).optional(),
  }),
] as const;

const choice = { text: plainText(75), value: filled(2_000), accessibility_label: upTo(75).optional() };
export const Button = button;
export const ImageElement = image;
export const ActionsElement = z.discriminatedUnion("type", [
  button,
  workflowButton,
  overflow,
  radioButtons,
  checkboxes,
  ...pickers,
  ...selects,
  richTextInput,
]);
export const Accessory = z.discriminatedUnion("type", [
  button,
  workflowButton,
  image,
  overflow,
  radioButtons,
  checkboxes,
  ...pickers,
  ...selects,
]);
export const InputElement = z.discriminatedUnion("type", [
  radioButtons,
  checkboxes,
  ...pickers,
  ...selects,
  ...inputs,
  richTextInput,
]);
/** Texts have no `type` of an element of their own, so the image comes as one more text type. */
export const ContextElement = z.union([image, anyText(3_000)]);
export const ContextActionsElement = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("feedback_buttons"),
    ...actionable,
    positive_button: z.strictObject(choice),
    negative_button: z.strictObject(choice),
  }),
  z.strictObject({
    type: z.literal("icon_button"),
    ...confirmable,
    icon: z.string(),
    text: plainText(75),
    value: upTo(2_000).optional(),
    accessibility_label: upTo(75).optional(),
    visible_to_user_ids: z.array(z.string()).optional(),
  }),
]);
