import { HttpMethod, type KubeConfig, RequestContext } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { type Dispatcher, fetch, type Response } from "undici";
import * as z from "zod";
import { KubeClawError } from "../../domain/errors.js";
import { KubernetesObject, textAt } from "../../domain/kubernetes-object.js";
import type { PatchOperation } from "../../domain/plan.js";
import { describeFailure } from "./describe-failure.js";
import { loadKubeConfig } from "./load-kube-config.js";
import { parseStatusError } from "./parse-status-error.js";
import { type ObjectToCreate, resourcePath, type Target } from "./resource-paths.js";

/** How long one call is asked again while the server answers others: then it is that call that fails, not the server. */
const aloneMs = 12_000;

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
  /** Of the answer. */
  bytes: number;
}

const Page = z.object({
  metadata: z.object({ resourceVersion: z.string().default(""), continue: z.string().optional() }).prefault({}),
  items: z.array(z.unknown()).nullish(),
});

/**
 * The Kubernetes API as we use it: few calls, each with a deadline, over one kept connection.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export class KubernetesApi {
  #dispatcher: Dispatcher | undefined;
  #clockOffsetMs = 0;
  #answeredAt = Number.NEGATIVE_INFINITY;
  /** What was asked so far, for the cost line of an answer. */
  readonly spent = { calls: 0, bytes: 0 };

  readonly #started = Date.now();

  /**
   * @param patienceMs how long what changes nothing is asked again of an API server that is away or overloaded; 0 for
   * callers that are tried again as a whole.
   * @param freshRightsMs for how long after our start a refusal may mean that rights given a moment ago are not known
   * to every API server yet.
   */
  constructor(
    private readonly config: KubeConfig,
    private readonly patienceMs = 0,
    private readonly freshRightsMs = 0,
  ) {}

  /** KUBECONFIG, else the service account of the pod, in the usual order; `context` picks another context. */
  static fromEnvironment(
    options: { context?: string | undefined; patienceMs?: number; freshRightsMs?: number } = {},
  ): KubernetesApi {
    const { context, patienceMs, freshRightsMs } = options;
    return new KubernetesApi(loadKubeConfig(context), patienceMs, freshRightsMs);
  }

  /** The kubeconfig's own name for the cluster, and the namespace of its context. */
  get context(): { cluster: string; namespace: string } {
    const context = this.config.getContextObject(this.config.getCurrentContext());
    return { cluster: context?.cluster ?? "cluster", namespace: context?.namespace ?? "default" };
  }

  get server(): string {
    const cluster = this.config.getCurrentCluster();
    if (!cluster) throw new KubeClawError("bad-settings", "no cluster: set KUBECONFIG or run in a cluster");
    return cluster.server;
  }

  /**
   * The time by the API server's clock, as its last answer had it: what is compared with the times in its objects must
   * not depend on the clock of one node. Answers are dated to the second: a difference below two counts as none.
   */
  now(): Date {
    return new Date(Date.now() + this.#clockOffsetMs);
  }

  /** One raw call; the answer's body stays a stream. */
  async open(call: Call) {
    return this.#patiently(call, (response) => Promise.resolve(response));
  }

  /** One call with what is made of its answer. What changes nothing is asked again for as long as we have patience. */
  async #patiently<T>(call: Call, use: (response: Response) => Promise<T>): Promise<T> {
    const method = call.method ?? "GET";
    const harmless = method === "GET" || (method === "PATCH" && call.query?.["dryRun"] === "All");
    const begun = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once(call, use);
      } catch (error) {
        const pause = this.#pauseAfter(error, attempt);
        const patience = !harmless
          ? 0
          : this.#answeredAt > begun
            ? Math.min(aloneMs, this.patienceMs)
            : this.patienceMs;
        if (pause === null || call.signal?.aborted === true || performance.now() + pause > begun + patience)
          throw error;
        await sleep(pause);
      }
    }
  }

  /** How long to wait before a call is worth another try; null where it is not. In milliseconds. */
  #pauseAfter(error: unknown, attempt: number): number | null {
    if (!(error instanceof KubeClawError)) return null;
    if (error.retryable) return error.retryAfterMs ?? Math.min(200 * 2 ** attempt, 5_000) * (0.5 + Math.random());
    return error.code === "forbidden" && Date.now() - this.#started < this.freshRightsMs ? 250 : null;
  }

  async #once<T>(call: Call, use: (response: Response) => Promise<T>): Promise<T> {
    const url = new URL(this.server.replace(/\/$/, "") + call.path);
    for (const [key, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    const context = new RequestContext(url.toString(), HttpMethod.GET);
    await this.config.applySecurityAuthentication(context).catch((error: unknown) => {
      const why = `no credentials for the Kubernetes API at ${this.server}: ${describeFailure(error)}`;
      throw new KubeClawError("unauthenticated", why, { cause: error });
    });
    // The client makes a new dispatcher, and so a new TLS connection, for every call unless one is kept.
    this.#dispatcher ??= context.getDispatcher();
    this.spent.calls += 1;
    const timeout = call.timeoutMs === undefined ? [] : [AbortSignal.timeout(call.timeoutMs)];
    const signals = call.signal ? [call.signal, ...timeout] : timeout;
    try {
      const response = await fetch(url, {
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
      this.#readClock(response);
      if (!response.ok)
        throw parseStatusError(response.status, await response.text(), response.headers.get("retry-after"));
      const result = await use(response);
      this.#answeredAt = performance.now();
      return result;
    } catch (error) {
      if (error instanceof KubeClawError) throw error;
      // No connection, no answer in time, or one that was cut or is not what an API server says.
      const why = `the Kubernetes API at ${this.server} did not answer: ${describeFailure(error)}`;
      throw new KubeClawError("unavailable", why, { retryable: true, cause: error });
    }
  }

  #readClock(response: Response): void {
    const date = Date.parse(response.headers.get("date") ?? "");
    if (Number.isNaN(date)) return;
    const offset = date + 500 - Date.now();
    this.#clockOffsetMs = Math.abs(offset) < 2_000 ? 0 : offset;
  }

  async #read<T>(call: Call, parse: (text: string) => T): Promise<T> {
    return this.#patiently({ timeoutMs: 15_000, ...call }, async (response) => {
      const text = await response.text();
      this.spent.bytes += text.length;
      return parse(text);
    });
  }

  async #json(call: Call): Promise<unknown> {
    return this.#read(call, (text): unknown => JSON.parse(text));
  }

  async #object(call: Call): Promise<KubernetesObject> {
    return this.#read(call, (text) => KubernetesObject.parse(JSON.parse(text)));
  }

  /** One call whose answer is text (logs). */
  async text(call: Call): Promise<string> {
    return this.#read(call, (text) => text);
  }

  /** @throws KubeClawError `not-found` */
  async get(target: Target): Promise<KubernetesObject> {
    return this.#object({ path: resourcePath(target) });
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
    return this.#read({ path: resourcePath(target), query: { limit: 500, ...options } }, (text) => {
      const list = Page.parse(JSON.parse(text));
      return {
        items: (list.items ?? []).map((item) =>
          KubernetesObject.parse({ ...(item as object), apiVersion: target.apiVersion, kind: target.kind }),
        ),
        resourceVersion: list.metadata.resourceVersion,
        continue: list.metadata.continue || undefined,
        bytes: text.length,
      };
    });
  }

  async create(object: ObjectToCreate): Promise<KubernetesObject> {
    const { apiVersion, kind } = object;
    const path = resourcePath({ apiVersion, kind, namespace: object.metadata.namespace });
    return this.#object({ method: "POST", path, query: { fieldValidation: "Strict" }, body: object });
  }

  /** Replaces an object, or a subresource of it; the resourceVersion inside is the precondition. */
  async replace(object: KubernetesObject, subresource?: string): Promise<KubernetesObject> {
    const { apiVersion, kind } = object;
    const path = resourcePath(
      { apiVersion, kind, namespace: object.metadata.namespace, name: object.metadata.name },
      subresource,
    );
    return this.#object({ method: "PUT", path, body: object });
  }

  /** Applies a JSON Patch; with `dryRun` the server computes the result and keeps nothing. Unknown fields are refused. */
  async patch(
    target: Target,
    patch: readonly PatchOperation[],
    options: { dryRun?: boolean; subresource?: string } = {},
  ): Promise<KubernetesObject> {
    return this.#object({
      method: "PATCH",
      path: resourcePath(target, options.subresource),
      query: { fieldManager: "kubeclaw", fieldValidation: "Strict", ...(options.dryRun ? { dryRun: "All" } : {}) },
      body: patch,
      contentType: "application/json-patch+json",
    });
  }

  /** Merges into the status of an object of ours; with a resourceVersion, only where it still has that version. */
  async mergeStatus(target: Target, status: object, resourceVersion?: string): Promise<KubernetesObject> {
    return this.#object({
      method: "PATCH",
      path: resourcePath(target, "status"),
      body: { ...(resourceVersion === undefined ? {} : { metadata: { resourceVersion } }), status },
      contentType: "application/merge-patch+json",
    });
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

  /** The version that the API server says it is, as `v1.34.4`. */
  async version(): Promise<string> {
    return textAt(await this.#json({ path: "/version" }), "gitVersion") ?? "unknown";
  }
}
