import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import {
  BotSettings,
  describeSettings,
  type Environment,
  GatewaySettings,
  readSettings,
  WorkerSettings,
} from "../../../src/config/index.js";

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
