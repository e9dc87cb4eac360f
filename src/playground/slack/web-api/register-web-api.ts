import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { JsonObject } from "../state/ids.js";
import type { App } from "../state/workspace.js";
import type { CallLog } from "./call-log.js";
import type { Fault, FaultPlan } from "./fault-plan.js";
import { SlackRefusal, type Method, type MethodContext } from "./method.js";
import { methods } from "./methods.js";

export interface WebApiParts {
  /** Everything a method needs but the app, which the token tells. */
  context: () => Omit<MethodContext, "app">;
  faults: FaultPlan;
  calls: CallLog;
}

interface Answer {
  status: number;
  body: JsonObject;
  headers?: Record<string, string>;
}

function argumentsOf(request: FastifyRequest): JsonObject {
  const body = typeof request.body === "object" && request.body !== null ? (request.body as JsonObject) : {};
  return { ...(request.query as JsonObject), ...body };
}

function tokenOf(request: FastifyRequest, input: JsonObject): string | undefined {
  const header = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  return header ?? (typeof input["token"] === "string" ? input["token"] : undefined);
}

/** The app that may call this method with this token. @throws SlackRefusal with Slack's code */
function authorise(apps: readonly App[], method: Method, token: string | undefined): App {
  const [first] = apps;
  if (method.token === "none" && first !== undefined) return first;
  if (token === undefined) throw new SlackRefusal("not_authed");
  const app = apps.find(({ botToken, appToken }) => token === botToken || token === appToken);
  if (app === undefined) throw new SlackRefusal("invalid_auth");
  if ((token === app.appToken) !== (method.token === "app")) throw new SlackRefusal("not_allowed_token_type");
  const { scopes } = method;
  if (scopes.length > 0 && !scopes.some((scope) => app.scopes.includes(scope)))
    throw new SlackRefusal("missing_scope", { needed: scopes.join(","), provided: app.scopes.join(",") });
  return app;
}

function refused(error: unknown): JsonObject {
  if (error instanceof SlackRefusal) return { ok: false, error: error.code, ...error.detail };
  throw error;
}

/** What a fault answers in place of the method; undefined when the method still runs. */
export function faultAnswer(fault: Fault | undefined): Answer | undefined {
  if (fault?.status === undefined && fault?.retryAfter === undefined) return undefined;
  const { status = 429, retryAfter } = fault;
  const error = status === 429 ? "ratelimited" : "internal_error";
  const headers = status === 429 || retryAfter !== undefined ? { "retry-after": String(retryAfter ?? 1) } : {};
  return { status, body: { ok: false, error }, headers };
}

/** Sends the answer, or cuts the connection where the fault says so: the call was processed, nobody is told. */
export async function answerOrDrop(reply: FastifyReply, fault: Fault | undefined, answer: Answer): Promise<unknown> {
  if (fault?.drop !== true)
    return reply
      .code(answer.status)
      .headers(answer.headers ?? {})
      .send(answer.body);
  reply.hijack();
  reply.raw.destroy();
  return undefined;
}

/** Slack's Web API under `/api/`, with form and JSON bodies, faults, and a record of every call. */
export function registerWebApi(server: FastifyInstance, { context, faults, calls }: WebApiParts): void {
  server.all<{ Params: { method: string } }>("/api/:method", async (request, reply) => {
    const started = performance.now();
    const time = new Date().toISOString();
    const { method: name } = request.params;
    const input = argumentsOf(request);
    const shown = { ...input, token: undefined };
    const fault = faults.take(name);
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
    let app: App | undefined;
    let answer = faultAnswer(fault);
    if (answer === undefined) {
      try {
        const method = methods.get(name);
        if (method === undefined) throw new SlackRefusal("unknown_method", { req_method: name });
        const known = context();
        app = authorise(known.workspace.apps, method, tokenOf(request, input));
        answer = { status: 200, body: { ok: true, ...method.call(input, { ...known, app }) } };
      } catch (error) {
        answer = { status: 200, body: refused(error) };
      }
    }
    if (app !== undefined) answer.headers = { ...answer.headers, "x-oauth-scopes": app.scopes.join(",") };
    const ms = performance.now() - started;
    const seen = fault?.drop === true ? null : structuredClone(answer.body);
    calls.add({ method: name, arguments: shown, app: app?.id ?? null, time, ms, status: answer.status, answer: seen });
    return answerOrDrop(reply, fault, answer);
  });
}
