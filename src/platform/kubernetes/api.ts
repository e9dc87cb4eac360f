import { HttpMethod, KubeConfig, RequestContext } from "@kubernetes/client-node";
import { type Dispatcher, fetch } from "undici";
import { type ErrorCode, KubeClawError } from "../../domain/errors.js";
import { KubernetesObject, textAt } from "../../domain/kubernetes-object.js";
import type { PatchOperation } from "../../domain/plan.js";
import { resourcePath, type Target } from "./resource-paths.js";

interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  contentType?: string;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

export interface ListResult {
  items: KubernetesObject[];
  resourceVersion: string;
  continue: string | undefined;
}

/** Anything that names its kind and place; the rest is the server's to judge. */
interface ObjectToCreate {
  apiVersion: string;
  kind: string;
  metadata: { name?: string; namespace?: string | undefined };
  spec?: unknown;
  rules?: unknown;
  roleRef?: unknown;
  subjects?: unknown;
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: "bad-input",
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  410: "conflict",
  422: "invalid",
  429: "throttled",
};

/** Turns a Kubernetes Status answer into our error, by its HTTP status alone. */
function statusError(status: number, text: string, retryAfter: string | null): KubeClawError {
  let message = text.slice(0, 500);
  try {
    message = textAt(JSON.parse(text), "message") ?? message;
  } catch {
    // not every answer on the way is a Status
  }
  const code = codes[status] ?? (status >= 500 ? "unavailable" : "unexpected");
  const seconds = Number(retryAfter);
  return new KubeClawError(code, message === "" ? `HTTP ${status}` : message, {
    retryable: code === "unavailable" || code === "throttled",
    ...(seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}),
  });
}

/**
 * The Kubernetes API as we use it: few calls, each with a deadline, over one kept connection.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export class KubernetesApi {
  #dispatcher: Dispatcher | undefined;
  /** What was asked so far, for the cost line of an answer. */
  readonly spent = { calls: 0, bytes: 0 };

  constructor(private readonly config: KubeConfig) {}

  /** KUBECONFIG, else the service account of the pod, in the usual order; `context` picks another context. */
  static fromEnvironment(context?: string): KubernetesApi {
    const config = new KubeConfig();
    config.loadFromDefault();
    if (context !== undefined) {
      if (!config.getContextObject(context)) {
        const known = config.getContexts().map((entry) => entry.name);
        throw new KubeClawError(
          "bad-input",
          `--context: no context ${context} in the kubeconfig (there are: ${known.join(", ")})`,
        );
      }
      config.setCurrentContext(context);
    }
    return new KubernetesApi(config);
  }

  get server(): string {
    const cluster = this.config.getCurrentCluster();
    if (!cluster) throw new KubeClawError("bad-settings", "no cluster: set KUBECONFIG or run in a cluster");
    return cluster.server;
  }

  /** One raw call; the answer's body stays a stream. */
  async open(call: Call) {
    const url = new URL(this.server.replace(/\/$/, "") + call.path);
    for (const [key, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    const context = new RequestContext(url.toString(), HttpMethod.GET);
    await this.config.applySecurityAuthentication(context);
    // The client makes a new dispatcher, and so a new TLS connection, for every call unless one is kept.
    this.#dispatcher ??= context.getDispatcher();
    this.spent.calls += 1;
    const timeout = call.timeoutMs === undefined ? [] : [AbortSignal.timeout(call.timeoutMs)];
    const signals = call.signal ? [call.signal, ...timeout] : timeout;
    let response;
    try {
      response = await fetch(url, {
        method: call.method ?? "GET",
        headers: {
          ...(context.getHeaders() as Record<string, string>),
          accept: "application/json",
          ...(call.body === undefined ? {} : { "content-type": call.contentType ?? "application/json" }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        ...(this.#dispatcher ? { dispatcher: this.#dispatcher } : {}),
        ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}),
      });
    } catch (error) {
      throw new KubeClawError("unavailable", `the Kubernetes API did not answer: ${String(error)}`, {
        retryable: true,
        cause: error,
      });
    }
    if (!response.ok) throw statusError(response.status, await response.text(), response.headers.get("retry-after"));
    return response;
  }

  async #json(call: Call): Promise<unknown> {
    const text = await this.text(call);
    return JSON.parse(text) as unknown;
  }

  /** One call whose answer is text (logs). */
  async text(call: Call): Promise<string> {
    const response = await this.open({ timeoutMs: 15_000, ...call });
    const text = await response.text();
    this.spent.bytes += text.length;
    return text;
  }

  /** @throws KubeClawError `not-found` */
  async get(target: Target): Promise<KubernetesObject> {
    return KubernetesObject.parse(await this.#json({ path: resourcePath(target) }));
  }

  /** The object, or null where there is none. */
  async find(target: Target): Promise<KubernetesObject | null> {
    try {
      return await this.get(target);
    } catch (error) {
      if (error instanceof KubeClawError && error.code === "not-found") return null;
      throw error;
    }
  }

  /** One page of a collection. Items of a list carry no kind of their own: it is added. */
  async list(
    target: Target,
    options: {
      labelSelector?: string | undefined;
      fieldSelector?: string | undefined;
      limit?: number;
      continue?: string | undefined;
    } = {},
  ): Promise<ListResult> {
    const list = (await this.#json({ path: resourcePath(target), query: { limit: 500, ...options } })) as {
      metadata?: { resourceVersion?: string; continue?: string };
      items?: unknown[];
    };
    const items = (list.items ?? []).map((item) =>
      KubernetesObject.parse({ ...(item as object), apiVersion: target.apiVersion, kind: target.kind }),
    );
    return {
      items,
      resourceVersion: list.metadata?.resourceVersion ?? "",
      continue: list.metadata?.continue || undefined,
    };
  }

  async create(object: ObjectToCreate): Promise<KubernetesObject> {
    const { apiVersion, kind } = object;
    const path = resourcePath({ apiVersion, kind, namespace: object.metadata.namespace });
    return KubernetesObject.parse(
      await this.#json({ method: "POST", path, query: { fieldValidation: "Strict" }, body: object }),
    );
  }

  /** Replaces an object, or a subresource of it; the resourceVersion inside is the precondition. */
  async replace(object: KubernetesObject, subresource?: string): Promise<KubernetesObject> {
    const { apiVersion, kind } = object;
    const path = resourcePath(
      { apiVersion, kind, namespace: object.metadata.namespace, name: object.metadata.name },
      subresource,
    );
    return KubernetesObject.parse(await this.#json({ method: "PUT", path, body: object }));
  }

  /** Applies a JSON Patch; with `dryRun` the server computes the result and keeps nothing. Unknown fields are refused. */
  async patch(
    target: Target,
    patch: readonly PatchOperation[],
    options: { dryRun?: boolean; subresource?: string } = {},
  ): Promise<KubernetesObject> {
    return KubernetesObject.parse(
      await this.#json({
        method: "PATCH",
        path: resourcePath(target, options.subresource),
        query: { fieldManager: "kubeclaw", fieldValidation: "Strict", ...(options.dryRun ? { dryRun: "All" } : {}) },
        body: patch,
        contentType: "application/json-patch+json",
      }),
    );
  }

  /** Merges into the status of an object; only for objects of ours. */
  async mergeStatus(target: Target, status: object, resourceVersion?: string): Promise<KubernetesObject> {
    return KubernetesObject.parse(
      await this.#json({
        method: "PATCH",
        path: resourcePath(target, "status"),
        body: { ...(resourceVersion === undefined ? {} : { metadata: { resourceVersion } }), status },
        contentType: "application/merge-patch+json",
      }),
    );
  }

  /** Deletes an object and what it owns; one that is gone already is no error. */
  async remove(target: Target, uid?: string): Promise<void> {
    try {
      await this.#json({
        method: "DELETE",
        path: resourcePath(target),
        body: { propagationPolicy: "Background", ...(uid === undefined ? {} : { preconditions: { uid } }) },
      });
    } catch (error) {
      if (!(error instanceof KubeClawError && error.code === "not-found")) throw error;
    }
  }

  /** The last lines of one container's log, oldest first. */
  async logs(
    pod: { namespace: string; name: string; container: string; previous: boolean },
    tailLines: number,
  ): Promise<string[]> {
    const text = await this.text({
      path: resourcePath({ apiVersion: "v1", kind: "Pod", namespace: pod.namespace, name: pod.name }, "log"),
      query: { container: pod.container, previous: pod.previous ? "true" : undefined, tailLines, limitBytes: 262_144 },
    });
    return text === "" ? [] : text.replace(/\n$/, "").split("\n");
  }

  /** The API server's clock, to the second; null where a proxy took the header away. */
  async clock(): Promise<Date | null> {
    const response = await this.open({ path: "/version", timeoutMs: 15_000 });
    await response.text();
    const date = response.headers.get("date");
    return date === null ? null : new Date(date);
  }

  /** The version that the API server says it is, as `v1.34.4`. */
  async version(): Promise<string> {
    return textAt(await this.#json({ path: "/version" }), "gitVersion") ?? "unknown";
  }
}
