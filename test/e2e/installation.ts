import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { buildOverlay } from "../../src/config/index.js";

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

/** Writes an overlay over manifests/base, as `kubeclaw init` would for an installer. @returns its folder. */
export function writeOverlay(input: {
  repository: string;
  image: string;
  slack: { apiUrl: string; botToken: string; appToken: string; appId: string };
}): string {
  const { repository, image, slack } = input;
  const folder = mkdtempSync(join(tmpdir(), "kubeclaw-overlay-"));
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const files = buildOverlay({
    base: relative(folder, join(repository, "manifests/base")),
    image,
    config: installationYaml("prod-eu"),
    approval: {
      privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    },
    passwords: { bot: "b-secret", gateway: "g-secret", worker: "w-secret", controller: "c-secret" },
    settings: {
      bot: {
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_APP_TOKEN: slack.appToken,
        SLACK_APP_ID: slack.appId,
        SLACK_API_URL: slack.apiUrl,
      },
    },
  });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  return folder;
}
