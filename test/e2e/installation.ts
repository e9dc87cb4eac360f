import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const processes = ["bot", "gateway", "worker", "controller"] as const;

/** What each process may do in Redis: its own keys, and no command that looks at or empties everything. */
export const redisKeys: Readonly<Record<(typeof processes)[number], string>> = {
  bot: "~kubeclaw:* &*",
  worker:
    "~kubeclaw:investigations:* ~kubeclaw:executions:* ~kubeclaw:outbox:* ~kubeclaw:run:* ~kubeclaw:spend:* ~kubeclaw:audit &*",
  gateway:
    "~kubeclaw:outbox:* ~kubeclaw:decisions:* ~kubeclaw:run:* ~kubeclaw:snapshot:* ~kubeclaw:spend:* ~kubeclaw:audit %R~kubeclaw:frozen &*",
  controller: "~kubeclaw:outbox:* ~kubeclaw:decisions:* ~kubeclaw:audit %R~kubeclaw:frozen &*",
};

/** The YAML of an installation for the local Slack's world. */
export function installationYaml(cluster: string, expiresAfter = "30m"): string {
  return `version: 1
cluster: ${cluster}
channels:
  - {id: C0ALERTS, watch: true, namespaces: [shop]}
  - {id: C0SRE, namespaces: ["*"]}
  - {id: C0SHOP, namespaces: [shop]}
roles:
  viewer: ["*"]
  operator: [U0ANA, S0SRE]
  approver: [S0SRE]
  admin: [U0LI]
namespaces:
  shop: {environment: production, approvers: [S0SRE]}
dedupe: {window: 10m}
approval: {expiresAfter: ${expiresAfter}, fourEyes: [T3]}
`;
}

/** Writes an overlay over manifests/base, as an installer would: image, settings, keys, Redis users. @returns its folder. */
export function writeOverlay(input: {
  repository: string;
  image: string;
  slack: { apiUrl: string; botToken: string; appToken: string; appId: string };
  model?: { key: string; baseUrl: string };
}): string {
  const { repository, image, slack, model } = input;
  const folder = mkdtempSync(join(tmpdir(), "kubeclaw-overlay-"));
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const indent = (text: string) => text.trimEnd().replace(/^/gm, "    ");
  const password = Object.fromEntries(processes.map((name) => [name, randomBytes(16).toString("hex")]));
  const secret = (name: string, values: Record<string, string>) =>
    `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: kubeclaw-system}\nstringData:\n${Object.entries(
      values,
    )
      .map(([key, value]) => `  ${key}: |-\n${indent(value)}`)
      .join("\n")}\n`;
  const config = (name: string, values: Record<string, string>) =>
    secret(name, values).replace("kind: Secret", "kind: ConfigMap").replace("stringData:", "data:");
  const redis = (name: string) => ({
    REDIS_URL: `redis://${name}:${password[name] ?? ""}@kubeclaw-redis.kubeclaw-system.svc:6379`,
  });
  const users = processes.map(
    (name) => `user ${name} on >${password[name] ?? ""} ${redisKeys[name]} +@all -@admin -@dangerous +info`,
  );
  const documents = [
    config("kubeclaw-config", { "config.yaml": installationYaml("prod-eu") }),
    config("kubeclaw-keys", { "approval.pub": publicKey.export({ type: "spki", format: "pem" }).toString() }),
    secret("kubeclaw-redis-users", { "users.acl": `user default off\n${users.join("\n")}\n` }),
    secret("kubeclaw-bot", {
      ...redis("bot"),
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_APP_ID: slack.appId,
      SLACK_API_URL: slack.apiUrl,
      KUBECLAW_APPROVAL_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    }),
    secret("kubeclaw-gateway", {
      ...redis("gateway"),
      ...(model ? { ANTHROPIC_API_KEY: model.key, ANTHROPIC_BASE_URL: model.baseUrl } : {}),
    }),
    secret("kubeclaw-worker", redis("worker")),
    secret("kubeclaw-controller", redis("controller")),
  ];
  writeFileSync(join(folder, "settings.yaml"), documents.join("---\n"));
  const [name = "", digest = ""] = image.split("@");
  writeFileSync(
    join(folder, "kustomization.yaml"),
    `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ${relative(folder, join(repository, "manifests/base"))}
  - settings.yaml
images:
  - {name: ghcr.io/kubeclaw/kubeclaw, newName: ${name}, digest: "${digest}"}
patches:
  - target: {kind: ConfigMap, name: kubeclaw-image}
    patch: |-
      - {op: replace, path: /data/image, value: "${image}"}
  - target: {kind: ValidatingAdmissionPolicy, name: kubeclaw-worker-jobs}
    patch: |-
      - {op: replace, path: /spec/variables/0/expression, value: "'${image}'"}
`,
  );
  return folder;
}
