/** Errors of Slack about the message itself: without blocks it may still pass. */
const blocks = new Set(["invalid_blocks", "msg_blocks_too_long", "invalid_blocks_format", "msg_too_long"]);
/** The message is not there, or not to be edited any more. */
const gone = new Set(["message_not_found", "cant_update_message", "edit_window_closed"]);
/** The thread's first message is not there. */
const noThread = new Set(["thread_not_found", "cannot_reply_to_message", "message_not_found", "invalid_thread_ts"]);
/** Our token or our rights: nothing passes until a person has mended them. */
const ours = new Set([
  "token_revoked",
  "token_expired",
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "missing_scope",
  "accesslimited",
  "org_login_required",
  "ekm_access_denied",
  "team_access_not_granted",
]);

/**
 * What Slack's refusal of a message is about: the message, its thread, our token, or the channel, where nothing can be
 * shown any more. Pure.
 * @see https://docs.slack.dev/reference/methods/chat.postMessage#errors
 */
export function classifyRefusal(error: string): "blocks" | "gone" | "no-thread" | "ours" | "channel" {
  if (blocks.has(error)) return "blocks";
  if (gone.has(error)) return "gone";
  if (noThread.has(error)) return "no-thread";
  return ours.has(error) ? "ours" : "channel";
}
