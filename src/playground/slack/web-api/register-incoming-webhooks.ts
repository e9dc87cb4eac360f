import type { FastifyInstance } from "fastify";
import * as z from "zod";
import { GestureRefusal, type Gestures } from "../people/person.js";
import { writeMessage } from "../people/write-message.js";
import { jsonText, SlackRefusal } from "./method.js";
import { isEmpty } from "./post-content.js";

/** What an alerting app posts; a form carries it as `payload`. */
const Posted = z.looseObject({
  channel: z.string(),
  text: z.string().optional(),
  attachments: z.array(z.record(z.string(), z.unknown())).optional(),
  blocks: z.array(z.record(z.string(), z.unknown())).optional(),
});
const Body = z.union([z.looseObject({ payload: jsonText(Posted) }).transform(({ payload }) => payload), Posted]);

/**
 * Incoming webhooks under `/services/TEAM/WEBHOOK/…`, for the webhooks of the world: the older kind, which name their
 * channel. Slack answers with one word of plain text.
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function registerIncomingWebhooks(server: FastifyInstance, gestures: () => Gestures): void {
  server.post<{ Params: { team: string; id: string } }>("/services/:team/:id/:secret", (request, reply) => {
    const { team, id } = request.params;
    const { world } = gestures().workspace;
    void reply.type("text/plain; charset=utf-8");
    if (team !== world.team.id || world.webhooks.every((webhook) => webhook.id !== id))
      return reply.code(404).send("no_service");
    const body = Body.safeParse(request.body);
    if (!body.success) return reply.code(400).send("invalid_payload");
    const { channel, text, attachments, blocks } = body.data;
    if (isEmpty({ text: text ?? "", attachments: attachments ?? [], blocks: blocks ?? [] }))
      return reply.code(400).send("no_text");
    try {
      writeMessage(gestures(), { channel, bot: id, text, attachments, blocks });
      return reply.send("ok");
    } catch (error) {
      if (error instanceof GestureRefusal) return reply.code(404).send("channel_not_found");
      if (error instanceof SlackRefusal) return reply.code(400).send(error.code);
      throw error;
    }
  });
}
