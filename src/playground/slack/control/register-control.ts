import type { FastifyInstance } from "fastify";
import * as z from "zod";
import type { SocketHub } from "../delivery/socket-hub.js";
import { changeGroup } from "../people/change-group.js";
import { lookAtHome, openHome } from "../people/open-home.js";
import { appNamed, channelNamed, GestureRefusal, personNamed, presentView, type Gestures } from "../people/person.js";
import { pressButton } from "../people/press-button.js";
import { runCommand } from "../people/run-command.js";
import { closeView, submitView } from "../people/submit-view.js";
import { useShortcut } from "../people/use-shortcut.js";
import { writeMessage } from "../people/write-message.js";
import type { CallLog } from "../web-api/call-log.js";
import type { FaultPlan } from "../web-api/fault-plan.js";
import {
  ActionBody,
  CommandBody,
  FaultBody,
  GroupBody,
  HomeQuery,
  MessageBody,
  MessagesQuery,
  parseBody,
  RedeliverBody,
  SampleBody,
  ShortcutBody,
  UserQuery,
  ViewBody,
} from "./control-bodies.js";
import { listMessages } from "./list-messages.js";

export interface ControlParts {
  gestures: () => Gestures;
  sockets: SocketHub;
  faults: FaultPlan;
  calls: CallLog;
  ready: () => Promise<boolean> | boolean;
}

/** What people do, as calls for scripts and for the page. */
function registerGestures(server: FastifyInstance, { gestures }: ControlParts): void {
  server.post("/playground/messages", (request) => {
    const message = writeMessage(gestures(), parseBody(MessageBody, request.body));
    const { channel, ts } = message;
    return {
      ok: true,
      channel,
      ts,
      event_ids: gestures()
        .dispatcher.find({ channel, ts })
        .map(({ id }) => id),
    };
  });
  server.post("/playground/samples", (request) => {
    const { index } = parseBody(SampleBody, request.body);
    const sample = gestures().workspace.world.samples[index];
    if (sample === undefined) throw new GestureRefusal(404, "index", "no such sample");
    const { channel, ts } = writeMessage(gestures(), sample);
    return { ok: true, channel, ts };
  });
  server.post("/playground/commands", (request) => runCommand(gestures(), parseBody(CommandBody, request.body)));
  server.post("/playground/actions", (request) => pressButton(gestures(), parseBody(ActionBody, request.body)));
  server.post("/playground/shortcuts", (request) => useShortcut(gestures(), parseBody(ShortcutBody, request.body)));
  server.post("/playground/views", (request) => submitView(gestures(), parseBody(ViewBody, request.body)));
  server.delete("/playground/views", (request) => closeView(gestures(), parseBody(UserQuery, request.query).user));
}

/** What people see. */
function registerSights(server: FastifyInstance, { gestures }: ControlParts): void {
  server.get("/playground/messages", (request) => {
    const { workspace } = gestures();
    const query = parseBody(MessagesQuery, request.query);
    const person = query.user === undefined ? undefined : personNamed(workspace, query.user);
    const channel =
      person === undefined ? workspace.channel(query.channel) : channelNamed(workspace, query.channel, person);
    if (channel === undefined) throw new GestureRefusal(404, "channel", `no channel "${query.channel}"`);
    return { messages: listMessages(workspace, channel, person, query.thread_ts) };
  });
  server.get("/playground/views", (request) => {
    const { workspace } = gestures();
    const user = personNamed(workspace, parseBody(UserQuery, request.query).user);
    const view = workspace.views.top(user.id);
    return { view: view === undefined ? null : presentView(gestures(), appNamed(workspace, view.appId), view) };
  });
  server.get("/playground/home", async (request) => {
    const { user, open } = parseBody(HomeQuery, request.query);
    return { view: await (open === "true" ? openHome : lookAtHome)(gestures(), user) };
  });
}

/** What goes wrong, and what happened. */
function registerProbes(server: FastifyInstance, { gestures, sockets, faults, calls, ready }: ControlParts): void {
  server.get("/playground/healthz", async (_, reply) => {
    const ok = await ready();
    return reply.code(ok ? 200 : 503).send({ ok });
  });
  server.get("/playground/calls", (request) => {
    const { method } = parseBody(z.object({ method: z.string().optional() }), request.query);
    return { calls: calls.list(method) };
  });
  server.post("/playground/faults", (request) => {
    const { method, times, status, retry_after, drop, delay_ms, disconnect } = parseBody(FaultBody, request.body);
    if (disconnect === true) sockets.disconnect();
    if (method !== undefined) faults.add({ method, times, status, retryAfter: retry_after, drop, delayMs: delay_ms });
    return { ok: true };
  });
  server.post("/playground/groups", (request) => {
    changeGroup(gestures(), parseBody(GroupBody, request.body));
    return { ok: true };
  });
  server.post("/playground/redeliver", async (request) => {
    const body = parseBody(RedeliverBody, request.body);
    const { dispatcher } = gestures();
    const events = dispatcher.find(body.event_id === undefined ? { last: body.last ?? 1 } : { eventId: body.event_id });
    if (events.length === 0) throw new GestureRefusal(404, "event_id", "no such event was sent");
    const delivered: { event_id: string; acked: boolean; ms: number }[] = [];
    for (let attempt = 1; attempt <= body.times; attempt += 1)
      for (const event of events) {
        const { acked, ms } = await dispatcher.redeliver(event, attempt);
        delivered.push({ event_id: event.id, acked, ms });
      }
    return { ok: true, delivered };
  });
}

/** The calls under `/playground/` that scripts and the page make. */
export function registerControl(server: FastifyInstance, parts: ControlParts): void {
  registerGestures(server, parts);
  registerSights(server, parts);
  registerProbes(server, parts);
}
