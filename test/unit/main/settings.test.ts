import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "@jest/globals";

/** The built command line with this environment alone. */
async function start(name: string, env: Record<string, string> = {}): Promise<{ code: number; stderr: string }> {
  try {
    await promisify(execFile)(process.execPath, ["dist/main/cli.js", name], { env });
    return { code: 0, stderr: "" };
  } catch (error) {
    return error as { code: number; stderr: string };
  }
}

describe("a process whose settings are bad leaves with 2 and names every one of them", () => {
  it.each([
    ["bot", ["SLACK_BOT_TOKEN", "SLACK_APP_ID", "KUBECLAW_APPROVAL_KEY", "KUBECLAW_CONFIG", "REDIS_URL"]],
    ["gateway", ["REDIS_URL", "KUBECLAW_CONFIG"]],
    ["worker", ["REDIS_URL", "KUBECLAW_AGENT_IMAGE", "KUBECLAW_GATEWAY_URL", "KUBECLAW_APPROVAL_PUBLIC_KEY"]],
    ["controller", ["REDIS_URL", "KUBECLAW_AUDIT_DIR", "KUBECLAW_APPROVAL_PUBLIC_KEY"]],
    ["all", ["SLACK_BOT_TOKEN", "KUBECLAW_GATEWAY_URL", "KUBECLAW_AUDIT_DIR", "KUBECLAW_APPROVAL_KEY", "REDIS_URL"]],
    ["executor", ["KUBECLAW_RUN", "KUBECLAW_GATEWAY_TOKEN_PATH", "KUBECLAW_APPROVAL_PUBLIC_KEY"]],
    ["agent", ["KUBECLAW_RUN", "KUBECLAW_GATEWAY_URL"]],
  ])("%s", async (name, settings) => {
    const { code, stderr } = await start(name, { LOG_LEVEL: "loud" });
    expect(code).toBe(2);
    for (const setting of settings) expect(stderr).toContain(`  ${setting}: missing`);
    expect(stderr).toMatch(/^ {2}LOG_LEVEL: /m);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
