import * as z from "zod";
import { GestureRefusal } from "../people/person.js";

const name = z.string().min(1);
const object = z.record(z.string(), z.unknown());

export const MessageBody = z.strictObject({
  channel: name,
  user: name.optional(),
  text: z.string().optional(),
  thread_ts: name.optional(),
  bot: z.union([z.boolean(), name]).optional(),
  attachments: z.array(object).optional(),
  blocks: z.array(object).optional(),
});
export const CommandBody = z.strictObject({ channel: name, user: name, command: name, text: z.string().default("") });
const onMessage = { channel: name.optional(), message_ts: name.optional() };
export const ActionBody = z
  .strictObject({
    ...onMessage,
    view: z.enum(["modal", "home"]).optional(),
    user: name,
    action_id: name.optional(),
    text: name.optional(),
    value: z.string().optional(),
  })
  .refine(({ action_id, text }) => action_id !== undefined || text !== undefined, {
    path: ["action_id"],
    error: "is required, or text",
  })
  .refine(({ view, channel }) => view !== undefined || channel !== undefined, {
    path: ["channel"],
    error: "is required",
  })
  .refine(({ view, message_ts }) => view !== undefined || message_ts !== undefined, {
    path: ["message_ts"],
    error: "is required",
  });
export const GroupBody = z.strictObject({ group: name, members: z.array(name) });
export const ShortcutBody = z.strictObject({ channel: name, message_ts: name, user: name, callback_id: name });
export const ViewBody = z.strictObject({
  user: name,
  callback_id: name,
  values: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
});
export const FaultBody = z
  .strictObject({
    method: name.optional(),
    times: z.int().min(1).default(1),
    status: z.int().min(400).max(599).optional(),
    retry_after: z.number().min(0).optional(),
    drop: z.boolean().optional(),
    delay_ms: z.int().min(0).max(60_000).optional(),
    disconnect: z.boolean().optional(),
  })
  .refine(({ method, disconnect }) => method !== undefined || disconnect === true, {
    path: ["method"],
    error: "is required, or disconnect",
  });
export const RedeliverBody = z.strictObject({
  event_id: name.optional(),
  last: z.int().min(1).max(1_000).optional(),
  times: z.int().min(1).max(100).default(1),
});
export const MessagesQuery = z.object({ channel: name, thread_ts: name.optional(), user: name.optional() });
export const UserQuery = z.object({ user: name });
/** `open=false` looks at the Home that is there without opening it. */
export const HomeQuery = z.object({ user: name, open: z.enum(["true", "false"]).default("true") });
export const SampleBody = z.strictObject({ index: z.int().min(0) });

/** @throws GestureRefusal 422 that names the first field that is wrong */
export function parseBody<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.code === "unrecognized_keys" ? (issue.keys[0] ?? "") : (issue?.path.map(String).join(".") ?? "");
  throw new GestureRefusal(422, field, issue?.message ?? "is malformed");
}
