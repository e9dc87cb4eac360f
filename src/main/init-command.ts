import { generateKeyPairSync, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFirstConfig, buildOverlay, redisUsers, type RedisUser } from "../config/index.js";
import { KubeClawError } from "../domain/errors.js";

const overlays = ["local", "production"] as const;
const manifests = fileURLToPath(new URL("../../manifests", import.meta.url));
const tokens = {
  SLACK_BOT_TOKEN: "xoxb-REPLACE-ME",
  SLACK_APP_TOKEN: "xapp-REPLACE-ME",
  SLACK_APP_ID: "REPLACE-ME",
} as const;

/**
 * Writes the overlay of a new installation: fresh keys and passwords, the image, and places for Slack's tokens, which
 * are taken from the environment where they are set.
 * @throws KubeClawError `bad-input` where the folder is not empty, or an option is not known.
 */
export function initInstallation(
  folder: string,
  options: { overlay: string; image: string; cluster: string },
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const { overlay, image, cluster } = options;
  if (!overlays.some((name) => name === overlay))
    throw new KubeClawError("bad-input", `--overlay: expected ${overlays.join(" or ")}, not ${overlay}`);
  const target = resolve(folder);
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new KubeClawError("bad-input", `DIR: ${folder} is not empty; an installation's keys are never overwritten`);
  const base = join(manifests, "overlays", overlay);
  if (!existsSync(base))
    throw new KubeClawError("bad-input", `${base} is not there: run this from a checkout of the project`);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const files = buildOverlay({
    base: relative(target, base),
    image,
    config: buildFirstConfig(cluster),
    approval: {
      privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    },
    passwords: Object.fromEntries(redisUsers.map((name) => [name, randomBytes(24).toString("hex")])) as Record<
      RedisUser,
      string
    >,
    settings: {
      bot: Object.fromEntries(
        Object.entries(tokens).map(([name, placeholder]) => [name, environment[name] ?? placeholder]),
      ),
      gateway: environment["ANTHROPIC_API_KEY"] ? { ANTHROPIC_API_KEY: environment["ANTHROPIC_API_KEY"] } : {},
    },
  });
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const [name, text] of files) {
    writeFileSync(join(target, name), text, { mode: 0o600 });
    chmodSync(join(target, name), 0o600);
  }
  console.log(
    [
      `Wrote ${[...files.keys()].join(", ")} to ${target}.`,
      "",
      `1. Put Slack's tokens into ${join(folder, "bot.env")}, channels and people into ${join(folder, "config.yaml")}.`,
      `2. kubectl apply -k ${folder}`,
      `3. For each namespace that it may look at: kubectl apply -n NAMESPACE -f manifests/samples/opt-in.yaml`,
      `4. kubeclaw doctor`,
    ].join("\n"),
  );
}
