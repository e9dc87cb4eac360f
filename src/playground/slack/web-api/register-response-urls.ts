import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import * as z from "zod";
import type { JsonObject } from "../state/ids.js";
import type { ResponseTarget } from "../state/response-urls.js";
import type { Workspace } from "../state/workspace.js";
import { SlackRefusal } from "./method.js";
import { checkedContent, isEmpty, PostContent } from "./post-content.js";
import { answerOrDrop, faultAnswer, type WebApiParts } from "./register-web-api.js";

/** What may be sent to a `response_url`, or come with the acknowledgement of a command. */
export const Response = z.looseObject({
  ...PostContent,
  response_type: z.enum(["ephemeral", "in_channel"]).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
});

/**
 * Posts, replaces or deletes as a response asks; by default a click's message is replaced, and a command's answer is
 * seen by that person only.
 * @throws SlackRefusal as `chat.postMessage` does
 */
export function applyResponse(workspace: Workspace, target: ResponseTarget, response: z.infer<typeof Response>): void {
  const app = workspace.apps.find(({ id }) => id === target.appId);
  if (app === undefined) throw new SlackRefusal("no_service");
  const original =
    target.messageTs === undefined ? undefined : workspace.messages.find(target.channel, target.messageTs);
  if (response.delete_original === true) {
    if (original === undefined) throw new SlackRefusal("message_not_found");
    workspace.messages.remove(original);
    return;
  }
  const content = checkedContent(response);
  if (isEmpty(content)) throw new SlackRefusal("no_text");
  // Apps report that Slack replaces the message that was clicked unless told not to; the stricter reading finds more.
  if (original !== undefined && response.replace_original !== false) {
    workspace.messages.change(original, { text: "", blocks: [], attachments: [], ...content }, app.botId);
    return;
  }
  workspace.messages.post({
    text: "",
    ...content,
    channel: target.channel,
    user: app.botUser,
    bot_id: app.botId,
    app_id: app.id,
    team: workspace.world.team.id,
    thread_ts: response.thread_ts,
    ephemeralTo: response.response_type === "in_channel" ? undefined : target.user,
  });
}

function use(workspace: Workspace, token: string, body: unknown): { status: number; body: JsonObject } {
  const target = workspace.responseUrls.use(token);
  if (typeof target === "string") return { status: 404, body: { ok: false, error: target } };
  const response = Response.safeParse(body);
  if (!response.success) return { status: 400, body: { ok: false, error: "invalid_payload" } };
  try {
    applyResponse(workspace, target, response.data);
    return { status: 200, body: { ok: true } };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    return { status: 400, body: { ok: false, error: error.code, ...error.detail } };
  }
}

/** The URLs that commands and interactions carry as `response_url`. */
export function registerResponseUrls(server: FastifyInstance, { context, faults, calls }: WebApiParts): void {
  server.post<{ Params: { token: string } }>("/hooks/:token", async (request, reply) => {
    const started = performance.now();
    const time = new Date().toISOString();
    const fault = faults.take("response_url");
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
    const answer = faultAnswer(fault) ?? use(context().workspace, request.params.token, request.body);
    const ms = performance.now() - started;
    calls.add({
      method: "response_url",
      arguments: request.body as JsonObject,
      app: null,
      time,
      ms,
      status: answer.status,
      answer: fault?.drop === true ? null : answer.body,
    });
    return answerOrDrop(reply, fault, answer);
  });
}
