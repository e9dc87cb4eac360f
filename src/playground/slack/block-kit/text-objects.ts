import * as z from "zod";

/** Slack's own wording, so that what a developer reads here is what they would search for. */
export const upTo = (max: number) => z.string().max(max, { error: `must be less than ${max + 1} characters` });
const filled = (max: number) =>
  z
    .string()
    .min(1, { error: "must be more than 0 characters" })
    .max(max, { error: `must be less than ${max + 1} characters` });

export const plainText = (max: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: filled(max), emoji: z.boolean().optional() });
export const mrkdwnText = (max: number) =>
  z.strictObject({ type: z.literal("mrkdwn"), text: filled(max), verbatim: z.boolean().optional() });
export const anyText = (max: number) => z.discriminatedUnion("type", [plainText(max), mrkdwnText(max)]);

export const Id = upTo(255).optional();
export const Style = z.enum(["primary", "danger"]);
export const Url = filled(3_000).regex(/^[a-z][a-z0-9+.-]*:/i, { error: "must be a valid URL" });

/** The confirm step of an element (reference/block-kit/composition-objects/confirmation-dialog-object). */
export const Confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: Style.optional(),
});

export const option = (text: z.ZodType) =>
  z.strictObject({ text, value: filled(150), description: plainText(75).optional(), url: Url.optional() });
export const PlainOption = option(plainText(75));
export const AnyOption = option(anyText(75));
export const OptionGroup = z.strictObject({ label: plainText(75), options: z.array(PlainOption).min(1).max(100) });

export const imageSource = {
  image_url: Url.optional(),
  slack_file: z.strictObject({ id: z.string().optional(), url: z.string().optional() }).optional(),
  alt_text: upTo(2_000),
};
export const hasOneSource = {
  test: (image: { image_url?: unknown; slack_file?: unknown }) =>
    (image.image_url === undefined) !== (image.slack_file === undefined),
  error: "must have exactly one of image_url and slack_file",
};
export { filled };
