import { createPrivateKey, createPublicKey } from "node:crypto";
import * as z from "zod";

const url = (what: string) => z.url({ error: "expected a URL" }).describe(what);
const port = z.coerce
  .number()
  .int()
  .min(0)
  .max(65_535)
  .default(8080)
  .describe("HTTP port: /healthz, /readyz, /metrics");
const logLevel = z
  .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
  .default("info")
  .describe("how much is logged");
const redisUrl = z
  .string()
  .regex(/^rediss?:\/\//, "expected redis:// or rediss://")
  .describe("Redis 7 or later, append-only, noeviction");
const namespace = (name: string, what: string) =>
  z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "expected a namespace name")
    .default(name)
    .describe(what);
const config = z.string().min(1).describe("the installation: a path to its YAML, or the YAML itself");

/** Whether a text is an Ed25519 key of that half. A private key in the place of a public one would be handed to Jobs. */
function isKey(text: string, half: "private" | "public"): boolean {
  try {
    if (text.includes("PRIVATE KEY") !== (half === "private")) return false;
    const key = half === "private" ? createPrivateKey(text) : createPublicKey(text);
    return key.asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}
const key = (half: "private" | "public", what: string) =>
  z
    .string()
    .refine((text) => isKey(text, half), `expected an Ed25519 ${half} key, as PEM`)
    .describe(what);

const namespaces = {
  KUBECLAW_AGENT_NAMESPACE: namespace("kubeclaw-agents", "where investigations run"),
  KUBECLAW_EXECUTOR_NAMESPACE: namespace("kubeclaw-executors", "where approved plans run"),
};

export const BotSettings = z.object({
  SLACK_BOT_TOKEN: z.string().startsWith("xoxb-", { error: "expected xoxb-…" }).describe("the app's bot token"),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith("xapp-", { error: "expected xapp-…" })
    .optional()
    .describe("app-level token for Socket Mode"),
  SLACK_SIGNING_SECRET: z.string().min(1).optional().describe("needed for HTTP mode"),
  SLACK_APP_ID: z
    .string()
    .regex(/^A[A-Z0-9]+$/, "expected an app id (A…)")
    .describe("what deliveries are checked against"),
  SLACK_API_URL: url("another Web API base address").optional(),
  KUBECLAW_SLACK_MODE: z.enum(["socket", "http"]).optional().describe("socket where an app token is there, else http"),
  KUBECLAW_APPROVAL_KEY: key("private", "Ed25519 private key that signs approvals"),
  KUBECLAW_WEBHOOK_SECRET: z.string().min(1).optional().describe("HMAC key of webhooks"),
  KUBECLAW_WEBHOOK_TOKEN: z.string().min(1).optional().describe("bearer token of webhooks; with neither, they are off"),
  KUBECLAW_CONFIG: config,
  REDIS_URL: redisUrl,
  PORT: port,
  LOG_LEVEL: logLevel,
});
export type BotSettings = z.infer<typeof BotSettings>;

export const WorkerSettings = z.object({
  REDIS_URL: redisUrl,
  KUBECLAW_CONFIG: config,
  KUBECLAW_AGENT_IMAGE: z.string().min(1).describe("what Jobs run, by digest"),
  KUBECLAW_GATEWAY_URL: url("how a Job reaches the gateway"),
  KUBECLAW_APPROVAL_PUBLIC_KEY: key("public", "Ed25519 public key, handed to executors"),
  ...namespaces,
  PORT: port,
  LOG_LEVEL: logLevel,
});
export type WorkerSettings = z.infer<typeof WorkerSettings>;

export const GatewaySettings = z.object({
  REDIS_URL: redisUrl,
  KUBECLAW_CONFIG: config,
  ANTHROPIC_API_KEY: z.string().min(1).optional().describe("without it: rules only, and the card says so"),
  ANTHROPIC_BASE_URL: url("another address of the Messages API").optional(),
  KUBECLAW_MODEL: z.string().min(1).default("claude-haiku-5-5").describe("the model's id"),
  PROMETHEUS_URL: url("Prometheus, asked for the last hour of a namespace; without it no metrics").optional(),
  ...namespaces,
  PORT: port,
  LOG_LEVEL: logLevel,
});
export type GatewaySettings = z.infer<typeof GatewaySettings>;

export const ControllerSettings = z.object({
  REDIS_URL: redisUrl,
  KUBECLAW_CONFIG: config,
  KUBECLAW_APPROVAL_PUBLIC_KEY: key("public", "Ed25519 public key of the bot's approvals"),
  KUBECLAW_AUDIT_DIR: z.string().min(1).describe("folder of the sealed audit chain, on a volume of its own"),
  ...namespaces,
  PORT: port,
  LOG_LEVEL: logLevel,
});
export type ControllerSettings = z.infer<typeof ControllerSettings>;

/** The four processes in one: PORT is the bot's, the next three are those of gateway, worker and controller. */
export const AllSettings = z.object({
  ...BotSettings.shape,
  ...GatewaySettings.shape,
  ...WorkerSettings.shape,
  ...ControllerSettings.shape,
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_532)
    .default(8080)
    .describe("the bot's port; the gateway, worker and controller take the three after it (0: any four)"),
});

/** What `doctor` looks at: the settings of all four processes, each of them optional. */
export const DoctorSettings = z.object({
  ...BotSettings.pick({
    SLACK_BOT_TOKEN: true,
    SLACK_APP_TOKEN: true,
    SLACK_APP_ID: true,
    SLACK_API_URL: true,
  }).partial().shape,
  ...WorkerSettings.pick({ KUBECLAW_AGENT_IMAGE: true, KUBECLAW_GATEWAY_URL: true }).partial().shape,
  REDIS_URL: redisUrl.optional(),
  KUBECLAW_CONFIG: config.optional(),
  ...GatewaySettings.pick({ ANTHROPIC_API_KEY: true, ANTHROPIC_BASE_URL: true, KUBECLAW_MODEL: true }).shape,
  ...namespaces,
});
export type DoctorSettings = z.infer<typeof DoctorSettings>;

/** What the worker hands to every Job pod; nobody sets it by hand. */
export const JobSettings = z.object({
  KUBECLAW_RUN: z.string().min(1).describe("the run's id"),
  KUBECLAW_GATEWAY_URL: url("how a Job reaches the gateway"),
  KUBECLAW_GATEWAY_TOKEN_PATH: z.string().min(1).describe("file with the projected token for the gateway"),
  LOG_LEVEL: logLevel,
});
export type JobSettings = z.infer<typeof JobSettings>;

export const ExecutorSettings = JobSettings.extend({
  KUBECLAW_APPROVAL_PUBLIC_KEY: key("public", "Ed25519 public key of the bot's approvals"),
  KUBECLAW_EXECUTOR_NAMESPACE: namespace("kubeclaw-executors", "where Decisions are"),
});
export type ExecutorSettings = z.infer<typeof ExecutorSettings>;
