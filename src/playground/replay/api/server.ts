import fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { isAllowed, isPathAllowed } from "../access/authorize.js";
import type { User } from "../access/tokens.js";
import { badRequest, forbidden, notFound, StatusError, unauthorized } from "../status-error.js";
import { Store } from "../store.js";
import type { Answer, Call, Cluster } from "./call.js";
import { discover } from "./discovery.js";
import { parseTarget, type Target } from "./parse-request.js";
import { createList } from "./read.js";
import { handleScale } from "./scale.js";
import { requestToken, reviewToken } from "./tokens.js";
import { type Sink, startWatch } from "./watch.js";
import { createObject, deleteObject, patchObject, replaceObject } from "./write.js";

type Outcome = Answer | { stream: (sink: Sink) => void };
type ObjectTarget = Extract<Target, { kind: "object" }>;

const verbs: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };
const tokenReviews = "/apis/authentication.k8s.io/v1/tokenreviews";

function verbOf({ method, query }: Call, target: Target): string {
  if (method !== "GET") return verbs[method] ?? method.toLowerCase();
  if (target.kind !== "collection") return "get";
  return query["watch"] === "true" || query["watch"] === "1" ? "watch" : "list";
}

/**
 * The Kubernetes API over plain HTTP: who calls (a bearer token), what they may (RBAC), then the answer. Refusals are
 * Status objects.
 */
export function createApiServer(cluster: Cluster): FastifyInstance {
  const { store, tokens } = cluster;
  const list = createList(store);

  function whoCalls(authorization: string | undefined): User {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
    const review = token === undefined ? undefined : tokens.review(token, []);
    if (review?.kind !== "known") throw unauthorized();
    return review.user;
  }

  function check(call: Call, target: Exclude<Target, { kind: "path" }>): void {
    const { resource, namespace } = target;
    const name = target.kind === "object" ? target.name : "";
    const full =
      target.kind === "object" && target.subresource !== undefined
        ? `${resource.plural}/${target.subresource}`
        : resource.plural;
    checkRight(
      call,
      { verb: verbOf(call, target), group: resource.group, resource: full, namespace, name },
      Store.named(resource, name),
    );
  }

  function checkRight(
    call: Call,
    attempt: Parameters<typeof isAllowed>[2],
    about: ReturnType<typeof Store.named>,
  ): void {
    if (isAllowed(store, call.user, attempt)) return;
    const where = attempt.namespace === undefined ? "at the cluster scope" : `in the namespace "${attempt.namespace}"`;
    const { verb, resource, group } = attempt;
    throw forbidden(
      about,
      `User "${call.user.username}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    );
  }

  function answerPath(call: Call, path: string): Answer {
    if (!isPathAllowed(store, call.user, call.method.toLowerCase(), path)) {
      throw new StatusError(
        403,
        "Forbidden",
        `forbidden: User "${call.user.username}" cannot ${call.method.toLowerCase()} path "${path}"`,
        {},
      );
    }
    const body = call.method === "GET" ? discover(store.resources, path) : undefined;
    return body === undefined ? { status: 404, body: "404 page not found\n" } : { status: 200, body };
  }

  function answerLog({ namespace = "", name }: ObjectTarget, { query }: Call): Answer {
    store.get("Pod", namespace, name);
    const found = cluster.logs({ namespace, name }, query["container"], query["previous"] === "true");
    if ("refusal" in found) throw badRequest(found.refusal);
    const tail =
      query["tailLines"] === undefined
        ? found.lines
        : found.lines.slice(-Number(query["tailLines"]) || found.lines.length);
    const text = tail.map((line) => `${line}\n`).join("");
    return { status: 200, body: query["limitBytes"] === undefined ? text : text.slice(0, Number(query["limitBytes"])) };
  }

  function answerObject(target: ObjectTarget, call: Call): Answer {
    const { resource, namespace, name, subresource } = target;
    if (resource.kind === "Pod" && subresource === "log" && call.method === "GET") return answerLog(target, call);
    if (resource.kind === "ServiceAccount" && subresource === "token" && call.method === "POST") {
      return requestToken(cluster, { namespace: namespace ?? "", name }, call);
    }
    if (resource.scale && subresource === "scale") return handleScale(store, target, call);
    if (subresource !== undefined && !(subresource === "status" && resource.status))
      throw notFound(Store.named(resource, name));
    switch (call.method) {
      case "GET":
        return { status: 200, body: store.get(resource.kind, namespace, name) };
      case "PUT":
        return replaceObject(store, target, call, subresource);
      case "PATCH":
        return patchObject(store, target, call, subresource);
      case "DELETE":
        return deleteObject(store, target, call);
      default:
        throw new StatusError(
          405,
          "MethodNotAllowed",
          "the server does not allow this method on the requested resource",
          {},
        );
    }
  }

  function answer(call: Call, path: string): Outcome {
    if (path === tokenReviews && call.method === "POST") {
      const about = { group: "authentication.k8s.io", plural: "tokenreviews", kind: "TokenReview", name: "" };
      checkRight(
        call,
        { verb: "create", group: about.group, resource: about.plural, namespace: undefined, name: "" },
        about,
      );
      return reviewToken(cluster, call);
    }
    const target = parseTarget(store.resources, path);
    if (target.kind === "path") return answerPath(call, path);
    check(call, target);
    if (target.kind === "object") return answerObject(target, call);
    if (call.method === "POST") return createObject(store, target, call);
    if (call.method !== "GET")
      throw new StatusError(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        {},
      );
    if (verbOf(call, target) === "watch")
      return { stream: startWatch(store, target.resource, target.namespace, call.query) };
    return list(target.resource, target.namespace, call.query);
  }

  const server = fastify({ logger: false, bodyLimit: 3 * 1024 * 1024, forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, body === "" ? undefined : JSON.parse(body as string));
    } catch {
      done(null, null);
    }
  });
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof StatusError) return reply.code(error.code).send(error.body);
    const { message } = error as Error;
    return reply.code(500).send(new StatusError(500, "InternalError", `Internal error occurred: ${message}`).body);
  });
  server.route({
    method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    url: "/*",
    handler: (request, reply) => {
      const call: Call = {
        method: request.method,
        query: request.query as Call["query"],
        contentType: (request.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "",
        body: request.body,
        user: whoCalls(request.headers.authorization),
      };
      const outcome = answer(call, new URL(request.url, "http://local").pathname);
      if ("stream" in outcome) return streamTo(reply, outcome.stream);
      return reply
        .code(outcome.status)
        .type(typeof outcome.body === "string" ? "text/plain" : "application/json")
        .send(outcome.body);
    },
  });
  return server;
}

function streamTo(reply: FastifyReply, stream: (sink: Sink) => void): FastifyReply {
  reply.hijack();
  reply.raw.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  reply.raw.flushHeaders();
  stream({
    write: (line) => reply.raw.write(line),
    end: () => reply.raw.end(),
    onClose: (closed) => {
      reply.raw.once("close", closed);
    },
  });
  return reply;
}
