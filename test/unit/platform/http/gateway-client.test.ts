import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { createGatewayClient, type GatewayClient } from "../../../../src/platform/http/gateway-client.js";

const folder = mkdtempSync(join(tmpdir(), "kubeclaw-client-"));
let asked = 0;
/** Fails once, then answers. */
const server = createServer((_request, response) => {
  asked += 1;
  if (asked === 1) response.writeHead(503).end("{}");
  else response.writeHead(200).end('{"ok":true}');
});
let client: GatewayClient;

beforeAll(async () => {
  writeFileSync(join(folder, "token"), "pod-token");
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve();
    });
  });
  client = createGatewayClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, join(folder, "token"));
});
beforeEach(() => {
  asked = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

it("asks again what a run cannot do without", async () => {
  expect(await client.call("GET", "/v1/run")).toEqual({ ok: true });
  expect(asked).toBe(2);
});

it("asks once for what it can do without", async () => {
  await expect(client.ask("/v1/metrics")).rejects.toMatchObject({ code: "unavailable" });
  expect(asked).toBe(1);
});
