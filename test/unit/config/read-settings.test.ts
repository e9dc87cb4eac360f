import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import {
  AllSettings,
  BotSettings,
  ControllerSettings,
  describeSettings,
  type Environment,
  ExecutorSettings,
  GatewaySettings,
  readSettings,
  WorkerSettings,
} from "../../../src/config/index.js";
import { aKeyPair } from "../../builders/signature.js";

const folder = mkdtempSync(join(tmpdir(), "kubeclaw-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const complete: Environment = { REDIS_URL: "redis://127.0.0.1:6379", KUBECLAW_CONFIG: "/etc/kubeclaw.yaml" };
function problems(schema: Parameters<typeof readSettings>[0], environment: Environment): string[] {
  try {
    readSettings(schema, environment);
  } catch (error) {
    expect(error).toMatchObject({ code: "bad-settings" });
    return (error as Error).message.split("\n").map((line) => line.trim());
  }
  return [];
}

it("fills in defaults, and reads numbers", () => {
  expect(readSettings(GatewaySettings, { ...complete, PORT: "9090" })).toMatchObject({
    PORT: 9_090,
    LOG_LEVEL: "info",
    KUBECLAW_AGENT_NAMESPACE: "kubeclaw-agents",
    KUBECLAW_EXECUTOR_NAMESPACE: "kubeclaw-executors",
  });
});

it("names every missing and malformed setting in one message", () => {
  const environment = {
    SLACK_BOT_TOKEN: "xoxp-1",
    SLACK_APP_ID: "x",
    REDIS_URL: "http://x",
    PORT: "99999",
    LOG_LEVEL: "loud",
  };
  expect(problems(BotSettings, environment)).toEqual([
    "bad settings:",
    "SLACK_BOT_TOKEN: expected xoxb-…",
    "SLACK_APP_ID: expected an app id (A…)",
    "KUBECLAW_APPROVAL_KEY: missing",
    "KUBECLAW_CONFIG: missing",
    "REDIS_URL: expected redis:// or rediss://",
    expect.stringMatching(/^PORT: /),
    expect.stringMatching(/^LOG_LEVEL: /),
  ]);
});

it("takes an empty value for none", () => {
  expect(problems(GatewaySettings, { ...complete, REDIS_URL: "" })).toContain("REDIS_URL: missing");
  expect(readSettings(GatewaySettings, { ...complete, ANTHROPIC_API_KEY: "" }).ANTHROPIC_API_KEY).toBeUndefined();
});

it("never says the value of what is malformed", () => {
  const secret = "xoxp-very-secret-token";
  expect(problems(BotSettings, { SLACK_BOT_TOKEN: secret, KUBECLAW_APPROVAL_KEY: secret }).join("\n")).not.toContain(
    secret,
  );
});

describe("the keys of approvals", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const pem = { type: "pkcs8", format: "pem" } as const;
  const own = aKeyPair();
  const of = (schema: Parameters<typeof readSettings>[0], environment: Environment) =>
    problems(schema, environment).filter((line) => line.includes("KEY"));

  it("are taken, each in its place", () => {
    expect(of(BotSettings, { KUBECLAW_APPROVAL_KEY: own.privateKey })).toEqual([]);
    expect(of(ControllerSettings, { KUBECLAW_APPROVAL_PUBLIC_KEY: own.publicKey })).toEqual([]);
  });

  it.each([
    ["cut off", own.privateKey.slice(0, 60)],
    ["of another kind", rsa.privateKey.export(pem).toString()],
    ["the public half", own.publicKey],
    ["no key", "-----BEGIN PRIVATE KEY-----"],
  ])("that signs is refused at start, not at the first approval: %s", (_what, text) => {
    expect(of(BotSettings, { KUBECLAW_APPROVAL_KEY: text })).toEqual([
      "KUBECLAW_APPROVAL_KEY: expected an Ed25519 private key, as PEM",
    ]);
  });

  it("that verifies is never the private one: Jobs are given it", () => {
    for (const schema of [WorkerSettings, ControllerSettings, ExecutorSettings])
      expect(of(schema, { KUBECLAW_APPROVAL_PUBLIC_KEY: own.privateKey })).toEqual([
        "KUBECLAW_APPROVAL_PUBLIC_KEY: expected an Ed25519 public key, as PEM",
      ]);
  });
});

it("of all four processes in one are named at once", () => {
  const all = problems(AllSettings, { PORT: "65533" });
  for (const name of ["SLACK_BOT_TOKEN", "KUBECLAW_GATEWAY_URL", "KUBECLAW_AUDIT_DIR", "PORT", "REDIS_URL"])
    expect(all.join("\n")).toContain(`${name}: `);
});

describe("NAME_FILE", () => {
  it("holds a path to the value, whose line end does not count", () => {
    const environment = { ...complete, ANTHROPIC_API_KEY_FILE: file("key", "sk-ant-1\n") };
    expect(readSettings(GatewaySettings, environment).ANTHROPIC_API_KEY).toBe("sk-ant-1");
  });

  it("gives way to the setting itself", () => {
    const environment = { ...complete, ANTHROPIC_API_KEY: "direct", ANTHROPIC_API_KEY_FILE: file("key", "from file") };
    expect(readSettings(GatewaySettings, environment).ANTHROPIC_API_KEY).toBe("direct");
  });

  it("that cannot be read is named once, beside the others", () => {
    expect(problems(GatewaySettings, { REDIS_URL_FILE: join(folder, "gone") })).toEqual([
      "bad settings:",
      "REDIS_URL_FILE: cannot be read (ENOENT)",
      "KUBECLAW_CONFIG: missing",
    ]);
  });

  it("that is malformed inside is named", () => {
    expect(
      problems(GatewaySettings, { ...complete, REDIS_URL: undefined, REDIS_URL_FILE: file("redis", "localhost") }),
    ).toContain("REDIS_URL: expected redis:// or rediss://");
  });
});

it("describes each setting, and which may be left out", () => {
  const text = describeSettings(WorkerSettings);
  for (const name of Object.keys(WorkerSettings.shape)) expect(text).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
  expect(text).toMatch(/PORT .*\(optional\)/);
  expect(text).not.toMatch(/REDIS_URL .*\(optional\)/);
});
