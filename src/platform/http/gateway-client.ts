import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fetch } from "undici";
import { KubeClawError } from "../../domain/errors.js";
import { textAt } from "../../domain/kubernetes-object.js";

/** Speaks to the gateway with the pod's projected token, which is read anew for each call because it rotates. */
export interface GatewayClient {
  url: string;
  token(): Promise<string>;
  /** A JSON call. A gateway that is away is asked again for about 40 s; a refusal is final. */
  call(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown>;
  upload(path: string, bytes: Uint8Array): Promise<void>;
  /** One try, of four seconds at most: for what a run can do without. */
  ask(path: string): Promise<unknown>;
}

const pausesMs = [100, 300, 1_000, ...Array<number>(13).fill(3_000)];

export function createGatewayClient(url: string, tokenPath: string): GatewayClient {
  const base = url.replace(/\/$/, "");
  const token = async () => (await readFile(tokenPath, "utf8")).trim();

  async function send(
    method: string,
    path: string,
    contentType: string,
    body: string | Uint8Array | undefined,
    patienceMs = 15_000,
  ): Promise<unknown> {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await token()}`,
        ...(body === undefined ? {} : { "content-type": contentType }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await response.text();
    const parsed: unknown = text === "" ? null : JSON.parse(text);
    if (response.ok) return parsed;
    const reason = textAt(parsed, "error", "type") ?? `HTTP ${response.status}`;
    const message = `gateway: ${reason}: ${textAt(parsed, "error", "message") ?? ""}`;
    if (response.status >= 500) throw new KubeClawError("unavailable", message, { retryable: true });
    if (reason === "stopped" || reason === "frozen") throw new KubeClawError(reason, message);
    throw new KubeClawError(response.status === 401 ? "unauthenticated" : "forbidden", message);
  }

  async function persist(
    method: string,
    path: string,
    contentType: string,
    body: string | Uint8Array | undefined,
  ): Promise<unknown> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await send(method, path, contentType, body);
      } catch (error) {
        const pause = pausesMs[attempt];
        if ((error instanceof KubeClawError && !error.retryable) || pause === undefined) {
          throw error instanceof KubeClawError
            ? error
            : new KubeClawError("unavailable", "the gateway does not answer", { retryable: true, cause: error });
        }
        await sleep(pause);
      }
    }
  }

  return {
    url: base,
    token,
    call: (method, path, body) =>
      persist(method, path, "application/json", body === undefined ? undefined : JSON.stringify(body)),
    ask: (path) => send("GET", path, "application/json", undefined, 4_000),
    async upload(path, bytes) {
      await persist("POST", path, "application/gzip", bytes);
    },
  };
}
