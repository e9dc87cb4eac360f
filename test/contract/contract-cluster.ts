import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { HttpMethod, KubeConfig, RequestContext } from "@kubernetes/client-node";
import { type Dispatcher, fetch } from "undici";
import { readManifests } from "../../src/playground/replay/index.js";

/** What an API answers, as far as the cases read it; which of it is there depends on the call. */
export interface Answer {
  kind: string;
  apiVersion: string;
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    generation: number;
    creationTimestamp: string;
    labels: Record<string, string>;
    continue?: string;
  };
  items: Answer[];
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
  data: Record<string, string>;
  reason: string;
  message: string;
  details: { kind: string };
  gitVersion: string;
}

interface Definition {
  kind: string;
  metadata: { name: string };
  spec: { group: string; names: { plural: string } };
}

export interface Reply {
  status: number;
  body: Answer;
}

export interface Request {
  body?: unknown;
  contentType?: string;
  /** Instead of the administrator. */
  token?: string;
}

export const jsonPatch = "application/json-patch+json";
export const mergePatch = "application/merge-patch+json";

/** A cluster that the contract is checked on: raw calls, so that nothing of a client stands between. */
export class ContractCluster {
  readonly namespace = `kubeclaw-contract-${randomBytes(4).toString("hex")}`;
  readonly #dispatchers = new Map<string, { headers: Record<string, string>; dispatcher: Dispatcher | undefined }>();
  readonly #made: string[] = [];

  constructor(private readonly config: KubeConfig) {}

  static of(kubeconfig: string): ContractCluster {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    return new ContractCluster(config);
  }

  async #access(token: string | undefined) {
    const known = this.#dispatchers.get(token ?? "");
    if (known) return known;
    const config = new KubeConfig();
    const cluster = this.config.getCurrentCluster()!;
    if (token === undefined) config.loadFromString(this.config.exportConfig());
    else config.loadFromClusterAndUser(cluster, { name: "somebody", token });
    const context = new RequestContext(cluster.server, HttpMethod.GET);
    await config.applySecurityAuthentication(context);
    const access = { headers: context.getHeaders() as Record<string, string>, dispatcher: context.getDispatcher() };
    this.#dispatchers.set(token ?? "", access);
    return access;
  }

  async #open(
    method: string,
    path: string,
    { body, contentType = "application/json", token }: Request,
    signal?: AbortSignal,
  ) {
    const { headers, dispatcher } = await this.#access(token);
    return fetch(this.config.getCurrentCluster()!.server + path, {
      method,
      headers: {
        ...headers,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": contentType }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(dispatcher ? { dispatcher } : {}),
      ...(signal ? { signal } : {}),
    });
  }

  async call(method: string, path: string, request: Request = {}): Promise<Reply> {
    const response = await this.#open(method, path, request);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return { status: response.status, body: (isJson ? JSON.parse(text) : { text }) as Answer };
  }

  /** The events of a watch until it ends by itself. */
  async watch(path: string): Promise<{ type: string; object: Answer }[]> {
    const response = await this.#open("GET", path, {});
    const events: { type: string; object: Answer }[] = [];
    for await (const line of createInterface(Readable.fromWeb(response.body as ReadableStream))) {
      events.push(JSON.parse(line) as { type: string; object: Answer });
    }
    return events;
  }

  /** `/api/v1/namespaces/NS/PLURAL`, or the same of a group. */
  path(plural: string, groupVersion = "v1"): string {
    return `/${groupVersion.includes("/") ? "apis" : "api"}/${groupVersion}/namespaces/${this.namespace}/${plural}`;
  }

  async open(): Promise<void> {
    const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    for (const definition of readManifests("manifests/crds") as Definition[]) {
      if (definition.kind !== "CustomResourceDefinition") continue;
      const { group, names } = definition.spec;
      const served = `/apis/${group}/v1alpha1/namespaces/default/${names.plural}`;
      if ((await this.call("GET", served)).status === 200) continue;
      await this.call("POST", definitions, { body: definition });
      this.#made.push(`${definitions}/${definition.metadata.name}`);
      await until(async () => (await this.call("GET", served)).status === 200);
    }
    await this.call("POST", "/api/v1/namespaces", {
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name: this.namespace } },
    });
    await until(async () => (await this.call("GET", `${this.path("serviceaccounts")}/default`)).status === 200);
  }

  async close(): Promise<void> {
    await this.call("DELETE", `/api/v1/namespaces/${this.namespace}`);
    for (const path of this.#made) await this.call("DELETE", path);
    for (const { dispatcher } of this.#dispatchers.values()) await dispatcher?.destroy();
  }
}

/** Waits until it is so; fails after 20 s. */
export async function until(probe: () => Promise<boolean>): Promise<void> {
  const late = Date.now() + 20_000;
  while (!(await probe())) {
    if (Date.now() > late) throw new Error("it did not become so within 20 s");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
