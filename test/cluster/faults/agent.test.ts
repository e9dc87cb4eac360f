import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import type { FindingsReport } from "../../../src/domain/gateway-api.js";
import { aRequest } from "../../builders/request.js";
import { tokenOf } from "../accounts.js";
import { type ApiProxy, type Fate, startApiProxy } from "./api-proxy.js";
import { inAWorld, sleep, type World } from "./world.js";

const patience = 120_000;

/** The gateway, as far as an agent knows it; it is away for a while at the first call of each path, if so told. */
async function aGateway(world: World, awayMs: number) {
  const findings: FindingsReport[] = [];
  const taken: string[] = [];
  const seen = new Set<string>();
  let backAt = 0;
  const briefing = {
    input: {
      kind: "investigation",
      request: aRequest({ scope: { namespace: world.shop, object: null } }),
      deadlineSeconds: 300,
    },
    model: null,
  };
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "";
    if (awayMs > 0 && !seen.has(path)) {
      seen.add(path);
      backAt = performance.now() + awayMs;
    }
    if (performance.now() < backAt) {
      incoming.socket.destroy();
      return;
    }
    const parts: Buffer[] = [];
    incoming
      .on("data", (part: Buffer) => parts.push(part))
      .on("end", () => {
        taken.push(path);
        if (path === "/v1/findings") findings.push(JSON.parse(Buffer.concat(parts).toString()) as FindingsReport);
        outgoing.end(JSON.stringify(incoming.method === "GET" ? briefing : { accepted: true }));
      });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  world.onClose(() => {
    server.closeAllConnections();
    server.close();
  });
  return { findings, taken, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** An agent's process in front of a gateway and a proxy, run to its end. */
async function investigate(world: World, inject: (proxy: ApiProxy) => void, awayMs = 0) {
  await world.admin.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "investigator", namespace: world.shop },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "kubeclaw-investigator" },
    subjects: [{ kind: "ServiceAccount", name: "kubeclaw-agent-default", namespace: world.agents }],
  });
  const [gateway, proxy, token] = await Promise.all([
    aGateway(world, awayMs),
    startApiProxy(),
    tokenOf(world.admin, world.agents, "kubeclaw-agent-default"),
  ]);
  world.onClose(() => {
    proxy.close();
  });
  await sleep(500); // a right that was given a moment ago is not known at once
  inject(proxy);
  const tokenPath = join(world.folder(), "token");
  writeFileSync(tokenPath, "token");
  const began = performance.now();
  const child = spawn(process.execPath, ["dist/main/cli.js", "agent"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env["PATH"],
      KUBECONFIG: proxy.kubeconfig(token),
      KUBECLAW_RUN: aRequest().run,
      KUBECLAW_GATEWAY_URL: gateway.url,
      KUBECLAW_GATEWAY_TOKEN_PATH: tokenPath,
    },
  });
  world.onClose(() => child.kill("SIGKILL"));
  let log = "";
  child.stdout.on("data", (part: Buffer) => (log += part.toString()));
  const [code] = (await once(child, "exit")) as [number | null];
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const warnings = gateway.findings.at(-1)?.answer.warnings ?? [];
  return { code, seconds, log, warnings, ...gateway };
}

it.concurrent(
  "a gateway that is away for 5 s at each of its calls: the run goes on, and says each thing once",
  inAWorld(async (world) => {
    const { code, seconds, taken } = await investigate(world, () => undefined, 5_000);
    console.log(`gateway away 5 s at each call -> ended: ${seconds} s`);
    expect(code).toBe(0);
    expect([...taken].sort()).toEqual(["/v1/findings", "/v1/progress", "/v1/reads", "/v1/run", "/v1/snapshot"]);
  }),
  patience,
);

it.concurrent(
  "a gateway that never comes back: the agent ends with 1 and says why",
  inAWorld(async (world) => {
    const { code, seconds, log } = await investigate(world, () => undefined, 600_000);
    console.log(`gateway never back -> ended: ${seconds} s`);
    expect(code).toBe(1);
    expect(log).toContain("the gateway does not answer");
  }),
  patience,
);

it.concurrent.each<[string, (proxy: ApiProxy) => void, RegExp | null]>([
  [
    "is away for 20 s",
    (proxy) => {
      const back = performance.now() + 20_000;
      proxy.fate = () => (performance.now() < back ? "cut" : "pass");
    },
    null,
  ],
  [
    "answers 429 and 503 in between, and cuts",
    (proxy) => {
      const left = new Map<string, Fate[]>();
      proxy.fate = ({ path }) => {
        const fates = left.get(path) ?? [{ status: 429, retryAfter: 1 }, { status: 503 }, "lose-answer"];
        left.set(path, fates);
        return fates.shift() ?? "pass";
      };
    },
    null,
  ],
  [
    "takes three seconds for each answer",
    (proxy) => {
      proxy.delayMs = 3_000;
    },
    null,
  ],
  [
    "fails for one kind only",
    (proxy) => {
      proxy.fate = ({ path }) => (path.endsWith("/pods") ? { status: 500 } : "pass");
    },
    /^Pod: .*500/,
  ],
  [
    "forbids one kind",
    (proxy) => {
      proxy.fate = ({ path }) => (path.endsWith("/configmaps") ? { status: 403 } : "pass");
    },
    /^ConfigMap: .*403/,
  ],
  [
    "never answers for one kind",
    (proxy) => {
      proxy.fate = ({ path }) => (path.endsWith("/resourcequotas") ? "hang" : "pass");
    },
    /^ResourceQuota: /,
  ],
])(
  "an API server that %s: an answer comes, and says what was not read",
  async (what, inject, note) => {
    await inAWorld(async (world) => {
      const { code, seconds, warnings, findings } = await investigate(world, inject);
      console.log(`API server ${what} -> answer: ${seconds} s, ${findings[0]?.answer.status ?? "none"}`);
      expect([code, findings.length]).toEqual([0, 1]);
      // Where the pods could not be read, nobody can say that all is well.
      expect(findings[0]?.answer.status).toBe(what === "fails for one kind only" ? "inconclusive" : "healthy");
      const namespaced = warnings.filter(
        (warning) => !/^(Node|PersistentVolume|StorageClass|IngressClass|Not checked): ?/.test(warning),
      );
      if (note === null) expect(namespaced).toEqual([]);
      else expect(namespaced).toEqual([expect.stringMatching(note)]);
    })();
  },
  patience,
);

it.concurrent(
  "an API server that stays away: the agent ends with 1 and says why",
  inAWorld(async (world) => {
    const { code, seconds, log, findings } = await investigate(world, (proxy) => {
      proxy.fate = () => "cut";
    });
    console.log(`API server never back -> ended: ${seconds} s`);
    expect([code, findings]).toEqual([1, []]);
    expect(log).toMatch(/the Kubernetes API at \S+ did not answer/);
  }),
  patience,
);
