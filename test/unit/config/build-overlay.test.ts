import { expect, it } from "@jest/globals";
import { parse } from "yaml";
import { buildFirstConfig, buildOverlay, type OverlayInput, parseInstallation } from "../../../src/config/index.js";

const digest = `sha256:${"a".repeat(64)}`;

function overlay(over: Partial<OverlayInput> = {}) {
  return buildOverlay({
    base: "../manifests/overlays/local",
    image: `registry.local/kubeclaw@${digest}`,
    config: buildFirstConfig("prod-eu"),
    approval: { privateKey: "-----BEGIN PRIVATE KEY-----\n", publicKey: "-----BEGIN PUBLIC KEY-----\n" },
    passwords: { bot: "p-bot", gateway: "p-gateway", worker: "p-worker", controller: "p-controller" },
    settings: { bot: { SLACK_BOT_TOKEN: "xoxb-1" } },
    ...over,
  });
}

interface Kustomization {
  resources: string[];
  images: Record<string, string>[];
  secretGenerator: { name: string; envs?: string[]; files?: string[] }[];
  configMapGenerator: { name: string; files: string[] }[];
  patches: { target: { name: string }; patch: string }[];
}
const kustomization = (files = overlay()) => parse(files.get("kustomization.yaml") ?? "") as Kustomization;

it("names the image in each of the three places that name one", () => {
  const { images, patches } = kustomization();
  expect(images).toEqual([{ name: "ghcr.io/kubeclaw/kubeclaw", newName: "registry.local/kubeclaw", digest }]);
  expect(patches.map(({ target, patch }) => [target.name, (parse(patch) as { value: string }[])[0]?.value])).toEqual([
    ["kubeclaw-image", `registry.local/kubeclaw@${digest}`],
    ["kubeclaw-worker-jobs", `'registry.local/kubeclaw@${digest}'`],
  ]);
});

it.each([
  ["registry.local:5000/kubeclaw", { newName: "registry.local:5000/kubeclaw" }],
  ["registry.local:5000/kubeclaw:1.2", { newName: "registry.local:5000/kubeclaw", newTag: "1.2" }],
])("takes the image %s apart", (image, row) => {
  expect(kustomization(overlay({ image })).images).toEqual([{ name: "ghcr.io/kubeclaw/kubeclaw", ...row }]);
});

it("gives each process its own settings, and only the bot the key that signs", () => {
  const { secretGenerator } = kustomization();
  expect(secretGenerator.map(({ name, envs = [], files = [] }) => [name, ...envs, ...files])).toEqual([
    ["kubeclaw-bot", "bot.env", "KUBECLAW_APPROVAL_KEY=approval.key"],
    ["kubeclaw-gateway", "gateway.env"],
    ["kubeclaw-worker", "worker.env"],
    ["kubeclaw-controller", "controller.env"],
    ["kubeclaw-redis-users", "users.acl"],
  ]);
  const files = overlay();
  expect(files.get("bot.env")).toBe(
    "REDIS_URL=redis://bot:p-bot@kubeclaw-redis.kubeclaw-system.svc:6379\nSLACK_BOT_TOKEN=xoxb-1\n",
  );
  expect(files.get("worker.env")).not.toContain("xoxb");
});

it("every file that it names is one that it writes", () => {
  const files = overlay();
  const { secretGenerator, configMapGenerator } = kustomization(files);
  const named = [...secretGenerator, ...configMapGenerator].flatMap(
    ({ envs = [], files: own = [] }: { envs?: string[]; files?: string[] }) => [
      ...envs,
      ...own.map((file) => file.split("=").at(-1) ?? ""),
    ],
  );
  for (const name of named) expect([...files.keys()]).toContain(name);
});

it("begins with an installation in which nobody may approve anything", () => {
  const installation = parseInstallation(buildFirstConfig('pr"od: eu'));
  expect(installation).toMatchObject({ cluster: 'pr"od: eu', channels: [], roles: { approver: [], admin: [] } });
});
