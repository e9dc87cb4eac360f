import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { parse } from "yaml";
import { freePorts } from "../../src/playground/demo/free-port.js";
import { waitUntilReady } from "../../src/playground/demo/wait-until-ready.js";
import { parseWorld, startLocalSlack } from "../../src/playground/slack/index.js";
import { aKeyPair } from "../builders/signature.js";
import { freshName } from "../cluster/accounts.js";
import { optIn } from "../cluster/opt-in.js";
import { RedisServer } from "../integration/redis-server.js";
import { Demo, isAlive, type Message, stateOf } from "../loop/demo.js";
import { kubectl as kubectlOf } from "./kubectl.js";
import { optedIn } from "./stack.js";
import { findTestCluster, repository } from "./test-cluster.js";

jest.setTimeout(180_000);

const { kubeconfig, image, host } = findTestCluster();
const context = (parse(readFileSync(kubeconfig, "utf8")) as { "current-context": string })["current-context"];
const outside = join(repository, "manifests/overlays/outside");
const shop = freshName("outside");
const kubectl = (...args: string[]) => kubectlOf(kubeconfig, args);

/** Whatever of ours the cluster holds, by name. */
async function ours(): Promise<string[]> {
  const kinds = [
    "namespaces",
    "customresourcedefinitions",
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
    "clusterroles",
    "clusterrolebindings",
  ].join(",");
  const all = [
    await kubectl("get", kinds, "-o", "name"),
    await kubectl("-n", shop, "get", "rolebindings", "-o", "name"),
  ];
  return all.flatMap((text) => text.split("\n")).filter((name) => name.includes("kubeclaw"));
}

/** Namespaces end a while after they were deleted. */
async function expectNothingOfOurs(): Promise<void> {
  for (let turn = 0; turn < 60 && (await ours()).length > 0; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await ours()).toEqual([]);
}

/** A Deployment that can have no pods: the quota of its namespace allows none. */
beforeAll(async () => {
  await kubectl("delete", "-k", outside, "--ignore-not-found", "--wait=true");
  await kubectl("delete", "clusterrolebinding", optedIn, "--ignore-not-found");
  await kubectl("create", "namespace", shop);
  await kubectl("-n", shop, "create", "quota", "no-pods", "--hard=pods=0");
  await kubectl("-n", shop, "create", "deployment", "checkout", "--image=registry.local/shop/checkout:1.9.0");
  await expectNothingOfOurs();
});
afterAll(async () => {
  await kubectl("delete", "-k", outside, "--ignore-not-found", "--wait=false");
  await kubectl("delete", "namespace", shop, "--wait=false");
});

function expectTheFinding(card: Message): void {
  const text = JSON.stringify(card.blocks);
  expect(text).toContain("the pod quota no-pods is used up");
  expect(text).toContain(shop);
}

it("the demo over a real cluster answers from there, and leaves nothing in it and no process behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kubeclaw-outside-"));
  const demo = await Demo.start({ TMPDIR: folder, KUBECONFIG: kubeconfig, KUBECLAW_AGENT_IMAGE: image }, [
    "--context",
    context,
    "--namespace",
    shop,
    "--host",
    host,
  ]);
  try {
    expect(await ours()).toContain("namespace/kubeclaw-system");
    expect(await demo.command("ana", `investigate deploy/checkout -n ${shop}`)).toMatchObject({ ok: true });
    expectTheFinding(await demo.card("sre", ["finding"]));
    expect(await kubectl("-n", "kubeclaw-agents", "get", "jobs", "-o", "name")).toMatch(/^job\.batch\/\S+\n$/);
  } finally {
    expect(await demo.stop()).toBe(0);
  }
  expect(Object.values(demo.ready.pids).filter(isAlive)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
  await expectNothingOfOurs();
});

it("the demo does not take the place of an installation that is there", async () => {
  await kubectl("create", "namespace", "kubeclaw-system");
  const args = ["--context", context, "--namespace", shop, "--host", host];
  const refused = Demo.start({ KUBECONFIG: kubeconfig, KUBECLAW_AGENT_IMAGE: image }, args);
  await expect(refused).rejects.toThrow(`--context ${context}: KubeClaw is installed there already`);
  expect(await ours()).toEqual(["namespace/kubeclaw-system"]);
  await kubectl("delete", "namespace", "kubeclaw-system");
});

describe("kubeclaw all, with its resources in the cluster and itself outside", () => {
  const opened: (() => unknown)[] = [];
  let slack: Awaited<ReturnType<typeof startLocalSlack>>;
  let child: ChildProcess;
  let first: number;
  const said: string[] = [];

  async function ask<T>(path: string, body?: object): Promise<T> {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return (await (await fetch(`${slack.url}/playground/${path}`, body ? init : {})).json()) as T;
  }

  beforeAll(async () => {
    await kubectl("apply", "-k", outside);
    await optIn(kubeconfig, shop);
    const redis = await RedisServer.start();
    opened.push(() => redis.close());
    const world = parseWorld(readFileSync(join(repository, "src/playground/worlds/shop.yaml"), "utf8"));
    slack = await startLocalSlack({ world, ready: () => true });
    opened.push(() => slack.close());
    const folder = mkdtempSync(join(tmpdir(), "kubeclaw-outside-"));
    opened.push(() => {
      rmSync(folder, { recursive: true });
    });
    const key = aKeyPair();
    [first = 0] = await freePorts(1);
    child = spawn(process.execPath, ["dist/main/cli.js", "all"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        KUBECONFIG: kubeconfig,
        REDIS_URL: redis.url,
        SLACK_BOT_TOKEN: slack.credentials.botToken,
        SLACK_APP_TOKEN: slack.credentials.appToken,
        SLACK_APP_ID: slack.credentials.appId,
        SLACK_API_URL: slack.apiUrl,
        KUBECLAW_APPROVAL_KEY: key.privateKey,
        KUBECLAW_APPROVAL_PUBLIC_KEY: key.publicKey,
        KUBECLAW_AUDIT_DIR: folder,
        KUBECLAW_AGENT_IMAGE: image,
        KUBECLAW_GATEWAY_URL: `http://${host}:${first + 1}`,
        KUBECLAW_CONFIG: `version: 1\ncluster: laptop\nchannels: [{id: C0SRE, namespaces: [${shop}]}]\nroles: {viewer: ["*"]}`,
        PORT: String(first),
      },
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data: Buffer) => said.push(data.toString()));
    const ended = once(child, "exit").then(() => `ended: ${said.join("")}`);
    const ports = { bot: first, gateway: first + 1, worker: first + 2, controller: first + 3 };
    await waitUntilReady(ports, ended, 30_000);
  });
  afterAll(async () => {
    child.kill("SIGKILL");
    for (const undo of opened.reverse()) await undo();
  });

  it("investigates, with its Job in the cluster", async () => {
    const command = {
      channel: "sre",
      user: "ana",
      command: "/kubeclaw",
      text: `investigate deploy/checkout -n ${shop}`,
    };
    expect(await ask("commands", command)).toMatchObject({ ok: true });
    let card: Message | undefined;
    for (let turn = 0; turn < 300 && (!card || stateOf(card) !== "finding"); turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const { messages } = await ask<{ messages: Message[] }>("messages?channel=sre");
      card = messages.findLast((message) => message.metadata?.event_type === "kubeclaw_card");
    }
    if (!card) throw new Error(`no card: ${said.join("")}`);
    expect(stateOf(card)).toBe("finding");
    expectTheFinding(card);
  });

  it("stops at SIGTERM, all four together", async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });
});
