import { generateKeyPairSync } from "node:crypto";
import { installationYaml } from "../e2e/installation.js";
import type { LocalSlack } from "../../src/playground/slack/index.js";
import { startLocalSlack, parseWorld } from "../../src/playground/slack/index.js";
import { readFileSync } from "node:fs";
import { freePort } from "../integration/free-port.js";
import { startNode, waitFor } from "./processes.js";
import type { Door } from "./slack-load.js";

export async function startSlack(): Promise<LocalSlack> {
  return startLocalSlack({ world: parseWorld(readFileSync("src/playground/worlds/shop.yaml", "utf8")) });
}

/** The product's bot over signed HTTP, as the image runs it. */
export async function startBotProcess(slack: LocalSlack, redisUrl: string) {
  const port = await freePort();
  const { botToken, signingSecret, appId } = slack.credentials;
  const child = startNode("dist/main/cli.js", ["bot"], {
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_APP_ID: appId,
    SLACK_API_URL: slack.apiUrl,
    KUBECLAW_SLACK_MODE: "http",
    KUBECLAW_APPROVAL_KEY: generateKeyPairSync("ed25519")
      .privateKey.export({ type: "pkcs8", format: "pem" })
      .toString(),
    KUBECLAW_CONFIG: installationYaml("bench"),
    REDIS_URL: redisUrl,
    PORT: String(port),
    LOG_LEVEL: "silent",
  });
  await waitFor(`http://127.0.0.1:${port}/readyz`);
  const door: Door = { url: `http://127.0.0.1:${port}/slack/events`, secret: signingSecret, appId, team: "T0SHOP" };
  return { child, door };
}

/** Bolt and BullMQ alone. */
export async function startAnchorProcess(redisUrl: string, byDefault = false) {
  const port = await freePort();
  const secret = "anchor-secret";
  const child = startNode("test/bench/anchors/bolt-bullmq.mjs", [], {
    REDIS_URL: redisUrl,
    PORT: String(port),
    SLACK_SIGNING_SECRET: secret,
    ANCHOR_DEFAULT: byDefault ? "yes" : "no",
  });
  const door: Door = { url: `http://127.0.0.1:${port}/slack/events`, secret, appId: "A0ANCHOR", team: "T0SHOP" };
  for (;;) {
    const up = await fetch(door.url, { method: "POST" }).catch(() => null);
    if (up) return { child, door };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
