import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { KubeConfig } from "@kubernetes/client-node";
import { KubernetesApi } from "../../src/platform/kubernetes/api.js";
import { ensureObject } from "../../src/platform/kubernetes/ensure-object.js";
import { listAll } from "../../src/platform/kubernetes/list-all.js";

const pod = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "checkout" };
const patch = [{ op: "replace" as const, path: "/spec/x", value: 1 }];

let server: Server;
let answers: ((response: ServerResponse) => void)[];
let asked: string[];

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(code, headers).end(JSON.stringify({ kind: "Status", message: `HTTP ${code}` }));
  };
const found =
  (headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(200, headers).end(JSON.stringify({ ...pod, metadata: { name: "checkout" } }));
  };
const cut = (response: ServerResponse) => {
  response.destroy();
};

function api(patienceMs = 0, freshRightsMs = 0): KubernetesApi {
  const config = new KubeConfig();
  const { port } = server.address() as AddressInfo;
  config.loadFromClusterAndUser(
    { name: "here", server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: "somebody", token: "t" },
  );
  return new KubernetesApi(config, patienceMs, freshRightsMs);
}

/** An address at which nobody listens. */
async function nowhere(): Promise<string> {
  const short = createServer();
  await new Promise<void>((resolve) => short.listen(0, "127.0.0.1", resolve));
  const { port } = short.address() as AddressInfo;
  await new Promise((resolve) => short.close(resolve));
  return `http://127.0.0.1:${port}`;
}

beforeEach(async () => {
  answers = [];
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    request.resume().on("end", () => {
      (answers.shift() ?? found())(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it("goes on asking an API server that is away, overloaded or not well", async () => {
  answers = [cut, status(503), status(429), status(500, { "retry-after": "1" })];
  expect((await api(20_000).get(pod)).metadata.name).toBe("checkout");
  expect(asked).toHaveLength(5);
});

it("asks for a dry-run again, and never sends a write twice", async () => {
  answers = [status(503)];
  await api(20_000).patch(pod, patch, { dryRun: true });
  expect(asked).toHaveLength(2);
  answers = [cut];
  await expect(api(20_000).patch(pod, patch)).rejects.toMatchObject({ code: "unavailable", retryable: true });
  expect(asked).toHaveLength(3);
});

it.each([400, 401, 403, 404, 409, 422])("takes an answer as final: %i", async (code) => {
  answers = [status(code)];
  await expect(api(20_000).get(pod)).rejects.toMatchObject({ retryable: false });
  expect(asked).toHaveLength(1);
});

it("gives up where the server asks for more than our patience, and at once without any", async () => {
  answers = [status(429, { "retry-after": "60" }), status(503)];
  await expect(api(5_000).get(pod)).rejects.toMatchObject({ code: "throttled", retryAfterMs: 60_000 });
  await expect(api().get(pod)).rejects.toMatchObject({ code: "unavailable" });
  expect(asked).toHaveLength(2);
});

it("takes a refusal for the delay of fresh rights only where rights are fresh", async () => {
  answers = [status(403), status(403)];
  await api(20_000, 5_000).get(pod);
  expect(asked).toHaveLength(3);
});

it("tells the time by the API server's clock where ours is far from it", async () => {
  const client = api();
  const far = new Date(Date.now() + 240_000);
  answers = [found({ date: far.toUTCString() })];
  await client.get(pod);
  expect(Math.abs(client.now().getTime() - far.getTime())).toBeLessThan(5_000);
  answers = [found({ date: new Date().toUTCString() })];
  await client.get(pod);
  expect(Math.abs(client.now().getTime() - Date.now())).toBeLessThan(50);
});

it("asks again where an answer breaks off in the middle or is not an API server's, and says so of a write", async () => {
  const half = (response: ServerResponse) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write('{"kind":"Pod",');
    setTimeout(() => response.destroy(), 20);
  };
  const other = (text: string) => (response: ServerResponse) => response.writeHead(200).end(text);
  answers = [half, other("<html>gateway timeout</html>"), other('"no object"'), other("null")];
  expect((await api(20_000).get(pod)).metadata.name).toBe("checkout");
  expect(asked).toHaveLength(5);
  answers = [half];
  await expect(api(20_000).patch(pod, patch)).rejects.toMatchObject({ code: "unavailable", retryable: true });
});

it("finds what is there where a create conflicts, and tries a create again that conflicts with nothing", async () => {
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "checkout", namespace: "shop" } };
  answers = [status(409)];
  expect((await ensureObject(api(), object)).metadata.name).toBe("checkout");
  answers = [status(409), status(404)];
  await expect(ensureObject(api(), object)).rejects.toMatchObject({ code: "conflict", retryable: true });
});

it("has less patience with one call that fails while others are answered", async () => {
  const client = api(60_000);
  answers = [status(503, { "retry-after": "7" }), found(), status(503, { "retry-after": "7" })];
  const failing = client.get(pod);
  await client.get(pod);
  await expect(failing).rejects.toMatchObject({ code: "unavailable" });
  expect(asked).toHaveLength(3);
}, 20_000);

const page =
  (names: string[], next?: string, more: object = {}) =>
  (response: ServerResponse) => {
    const items = names.map((name) => ({ metadata: { name }, ...more }));
    const metadata = { resourceVersion: "7", ...(next === undefined ? {} : { continue: next }) };
    response.writeHead(200).end(JSON.stringify({ metadata, items }));
  };
const pods = { apiVersion: "v1", kind: "Pod", namespace: "shop" };

it("reads a collection to its end, page by page, and no further than is asked for", async () => {
  const options = { labelSelector: "app=checkout" };
  answers = [page(["a", "b"], "next"), page(["c"])];
  const all = await listAll(api(), pods, options);
  expect(all.items.map(({ metadata }) => metadata.name)).toEqual(["a", "b", "c"]);
  expect(all).toMatchObject({ cut: false, resourceVersion: "7" });
  expect(asked[1]).toContain("labelSelector=app%3Dcheckout&continue=next");
  answers = [page(["a", "b"], "next")];
  const bounds = { objects: 2, bytes: 1e9 };
  expect(await listAll(api(), pods, { bounds })).toMatchObject({ items: [{}, {}], cut: true });
});

it("asks for as much at a time as it can hold, and for no more bytes than are allowed", async () => {
  const heavy = { data: { config: "x".repeat(2 ** 20) } };
  answers = [page(["a", "b"], "one", heavy), page(["c", "d"], "two", heavy)];
  const bounds = { objects: 5_000, bytes: 4 * 2 ** 20 };
  expect(await listAll(api(), pods, { bounds })).toMatchObject({ items: [{}, {}, {}, {}], cut: true });
  expect(asked.map((call) => /limit=(\d+)/.exec(call)?.[1])).toEqual(["50", "7"]);
  answers = [page(["a", "b"], "one"), page(["c"])];
  await listAll(api(), pods, { bounds });
  expect(asked[3]).toContain("limit=500");
});

it("begins once more where its place in the list has expired", async () => {
  answers = [page(["a"], "one"), status(410), page(["a"], "two"), page(["b"])];
  expect(await listAll(api(), pods)).toMatchObject({ items: [{}, {}], cut: false });
  answers = [page(["a"], "one"), status(410), page(["a"], "two"), status(410)];
  await expect(listAll(api(), pods)).rejects.toMatchObject({ code: "conflict" });
});

it("names the server that does not answer, and why", async () => {
  answers = [cut];
  await expect(api().get(pod)).rejects.toThrow(/^the Kubernetes API at http:\/\/127\.0\.0\.1:\d+ did not answer: /);
  const away = new KubeConfig();
  away.loadFromClusterAndUser({ name: "away", server: await nowhere(), skipTLSVerify: true }, { name: "somebody" });
  await expect(new KubernetesApi(away).get(pod)).rejects.toThrow(
    /^the Kubernetes API at http:\S+ did not answer: connect ECONNREFUSED/,
  );
});

it("says whose credentials cannot be had", async () => {
  const config = new KubeConfig();
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "/no/such/plugin" };
  const here = { name: "here", server: await nowhere(), skipTLSVerify: true };
  config.loadFromClusterAndUser(here, { name: "somebody", exec });
  await expect(new KubernetesApi(config).get(pod)).rejects.toMatchObject({
    code: "unauthenticated",
    message: expect.stringContaining("no credentials for the Kubernetes API at http://127.0.0.1:") as unknown,
  });
});
