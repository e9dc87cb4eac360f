import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LocalSlack } from "../slack/index.js";
import { type Child, startChild } from "./child.js";
import type { DemoCluster } from "./demo-cluster.js";

export const processNames = ["bot", "gateway", "worker", "controller"] as const;
export type ProcessName = (typeof processNames)[number];

/** The built CLI, beside the built demo. */
export const cli = fileURLToPath(new URL("../main/cli.js", import.meta.url));

export interface ProcessFacts {
  folder: string;
  redisUrl: string;
  slack: LocalSlack;
  cluster: DemoCluster;
  installation: string;
  ports: Record<ProcessName, number>;
}

const fromOutside = ["ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "KUBECLAW_MODEL"] as const;

/** What each process is told, and no other: its settings, and the kubeconfig of its own account where it has one. */
async function settingsOf({
  folder,
  redisUrl,
  slack,
  installation,
  ports,
  cluster,
}: ProcessFacts): Promise<Record<ProcessName, Record<string, string>>> {
  const config = join(folder, "kubeclaw.yaml");
  writeFileSync(config, installation, { mode: 0o600 });
  const key = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const audit = join(folder, "audit");
  mkdirSync(audit);
  const kubeconfig = async (name: ProcessName): Promise<Record<string, string>> => {
    const path = join(folder, `${name}.kubeconfig`);
    const text = await cluster.kubeconfig({ namespace: "kubeclaw-system", name: `kubeclaw-${name}` });
    writeFileSync(path, text, { mode: 0o600 });
    return { KUBECONFIG: path };
  };
  const { credentials } = slack;
  const common = { REDIS_URL: redisUrl, KUBECLAW_CONFIG: config, LOG_LEVEL: process.env["LOG_LEVEL"] ?? "info" };
  const model = fromOutside.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined || value === "" ? [] : [[name, value]];
  });
  return {
    bot: {
      ...common,
      PORT: String(ports.bot),
      SLACK_BOT_TOKEN: credentials.botToken,
      SLACK_APP_TOKEN: credentials.appToken,
      SLACK_SIGNING_SECRET: credentials.signingSecret,
      SLACK_APP_ID: credentials.appId,
      SLACK_API_URL: slack.apiUrl,
      KUBECLAW_APPROVAL_KEY: key.privateKey,
    },
    gateway: { ...common, PORT: String(ports.gateway), ...(await kubeconfig("gateway")), ...Object.fromEntries(model) },
    worker: {
      ...common,
      PORT: String(ports.worker),
      ...(await kubeconfig("worker")),
      KUBECLAW_AGENT_IMAGE: cluster.image,
      KUBECLAW_GATEWAY_URL: `http://${cluster.gatewayHost}:${ports.gateway}`,
      KUBECLAW_APPROVAL_PUBLIC_KEY: key.publicKey,
    },
    controller: {
      ...common,
      PORT: String(ports.controller),
      ...(await kubeconfig("controller")),
      KUBECLAW_APPROVAL_PUBLIC_KEY: key.publicKey,
      KUBECLAW_AUDIT_DIR: audit,
    },
  };
}

/** Starts the four processes as an operator would, each as a process of its own. `started` is told of each at once. */
export async function startProcesses(
  facts: ProcessFacts,
  started: (name: ProcessName, child: Child) => void,
): Promise<void> {
  const settings = await settingsOf(facts);
  for (const name of processNames) {
    const log = join(facts.folder, "logs", `${name}.log`);
    started(
      name,
      await startChild(
        process.execPath,
        [cli, name],
        { PATH: process.env["PATH"], NODE_ENV: "production", ...settings[name] },
        log,
      ),
    );
  }
}
