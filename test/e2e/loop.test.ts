import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { verifyChain } from "../../src/audit/index.js";
import { type Stack, startStack } from "./stack.js";

const screenshots = process.env["KUBECLAW_SCREENSHOTS"] ?? join(tmpdir(), "kubeclaw-screenshots");
const seconds = 1_000;

let stack: Stack;
let browser: Browser;
let page: Page;

const pane = (user: string): Locator => page.locator(`[data-user="${user}"]`);
/** A picture with the newest card in view. */
async function shoot(name: string): Promise<void> {
  for (const user of ["ana", "li"]) {
    const cards = pane(user).locator(".message", { has: page.locator("[data-action-id]") });
    if ((await cards.count()) > 0)
      await cards.last().evaluate((card) => {
        card.scrollIntoView({ block: "start" });
      });
  }
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** What the API server says of the Deployment. */
async function checkout() {
  const found = JSON.parse(await stack.kubectl(["-n", "shop", "get", "deployment", "checkout", "-o", "json"])) as {
    spec: { replicas: number; template: { spec: { containers: { image: string }[] } } };
    status: { availableReplicas?: number; updatedReplicas?: number };
  };
  return {
    image: found.spec.template.spec.containers[0]?.image,
    available: found.status.availableReplicas ?? 0,
    updated: found.status.updatedReplicas ?? 0,
  };
}

async function breakCheckout(): Promise<void> {
  await stack.kubectl(["-n", "shop", "set", "image", "deployment/checkout", "web=registry.local/shop/checkout:1.9.1"]);
  await stack.until("a pod that cannot pull", async () =>
    (await stack.kubectl(["-n", "shop", "get", "pods"])).includes("ImagePull"),
  );
}

interface Posted {
  ts: string;
  thread_ts?: string;
  text: string;
  reactions: { name: string }[];
  metadata?: { event_payload?: { run?: string; state?: string; key?: string } };
}

async function messages(channel: string): Promise<Posted[]> {
  const answer = await fetch(`${stack.slack.url}/playground/messages?channel=${channel}`);
  return ((await answer.json()) as { messages: Posted[] }).messages;
}

async function cards(channel: string): Promise<Posted[]> {
  return (await messages(channel)).filter((message) => message.metadata?.event_payload?.key === "card");
}

async function cardIn(channel: string, state: string, limit = 30): Promise<Posted> {
  return stack.until(
    `a card "${state}" in ${channel}`,
    async () => (await cards(channel)).findLast((card) => card.metadata?.event_payload?.state === state),
    limit,
  );
}

/** Presses a button of the newest card in a person's pane, and Slack's own "are you sure" where it asks. */
async function press(user: string, action: string): Promise<void> {
  await pane(user).locator(`[data-action-id="${action}"]`).last().click();
  const sure = pane(user).locator('[data-confirm="yes"]');
  if (await sure.isVisible().catch(() => false)) await sure.click();
}

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  stack = await startStack();
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
}, 240 * seconds);

afterAll(async () => {
  await browser.close();
  await stack.close();
}, 60 * seconds);

describe("an alert about an image that does not exist", () => {
  it(
    "is investigated without asking, rolled back on approval, verified, and undone",
    async () => {
      await breakCheckout();
      await page.goto(`${stack.slack.page}?people=ana,li&channel=alerts`);
      await pane("ana").locator('[data-sample="Post sample alert"]').click();
      const asked = Date.now();
      await cardIn("alerts", "awaiting-approval");
      console.log(`alert posted -> card with an approvable plan: ${Date.now() - asked} ms`);
      await pane("li").locator('[data-action-id="approve"]').last().waitFor();
      await shoot("card");

      await press("ana", "approve");
      await pane("ana").locator(".ephemeral").last().waitFor();
      expect(await pane("ana").locator(".ephemeral").last().textContent()).toContain(
        "You may not approve changes in shop",
      );
      expect(await pane("li").locator(".ephemeral").count()).toBe(0);
      await shoot("refusal");

      await press("li", "details");
      const dialog = pane("li").locator('[role=dialog][data-callback-id="review-plan"]');
      await dialog.waitFor();
      expect(await dialog.textContent()).toContain("registry.local/shop/checkout:1.9.0");
      await shoot("details");
      await pane("li").locator('[data-dialog="close"]').click();

      await press("li", "approve");
      await cardIn("alerts", "verified", 60);
      expect(await checkout()).toMatchObject({ image: "registry.local/shop/checkout:1.9.0", available: 2, updated: 2 });
      await pane("li").locator('[data-action-id="undo"]').last().waitFor();
      expect(await pane("li").textContent()).toContain("Rolled back and verified");
      await shoot("outcome");

      await press("ana", "undo");
      await cardIn("alerts", "awaiting-approval");
      await press("li", "approve");
      await cardIn("alerts", "undone", 60);
      expect((await checkout()).image).toBe("registry.local/shop/checkout:1.9.1");
      await shoot("undo");
    },
    180 * seconds,
  );

  it(
    "posted twice is investigated once, and its resolution edits the card",
    async () => {
      await pane("ana").locator('[data-sample="Post sample alert"]').click();
      await pane("ana").locator('[data-sample="Post resolved"]').click();
      await stack.until(
        "the resolution on the card",
        async () =>
          (await cards("alerts"))[0]?.ts !== undefined &&
          (await pane("ana").textContent())?.includes("The alert was resolved"),
      );
      expect(await cards("alerts")).toHaveLength(1);
      const runs = JSON.parse(await stack.kubectl(["-n", "kubeclaw-agents", "get", "agentruns", "-o", "json"])) as {
        items: { metadata: { labels: Record<string, string> } }[];
      };
      expect(runs.items).toHaveLength(1);
    },
    60 * seconds,
  );
});

describe("a slash command", () => {
  it(
    "typed on the page is answered by a card, and a mistake only by an example for the person who made it",
    async () => {
      await page.goto(`${stack.slack.page}?people=ana,li&channel=sre`);
      const composer = pane("ana").locator(".composer textarea");
      await composer.fill("/kubeclaw investigate deploy checkout");
      await composer.press("Enter");
      await pane("ana").locator(".ephemeral").last().waitFor();
      expect(await pane("ana").locator(".ephemeral").last().textContent()).toContain(
        "/kubeclaw investigate deploy/checkout -n shop",
      );

      const before = Date.now();
      await composer.fill("/kubeclaw investigate deploy/checkout -n shop");
      await composer.press("Enter");
      await cardIn("sre", "awaiting-approval");
      console.log(`command typed -> card with an approvable plan: ${Date.now() - before} ms`);

      await press("li", "deny");
      await pane("li")
        .locator("[role=dialog] textarea, [role=dialog] input[type=text]")
        .fill("the tag is being built right now");
      await pane("li").locator('[data-dialog="submit"]').click();
      await cardIn("sre", "denied");
      await shoot("denied");
      expect((await checkout()).image).toBe("registry.local/shop/checkout:1.9.1");
    },
    90 * seconds,
  );
});

describe("a worker that is killed while a run is under way", () => {
  it(
    "leaves one Job, and the next worker follows it to its end",
    async () => {
      const system = ["-n", "kubeclaw-system"];
      // Without the gateway the agent waits, so that the run is under way for as long as it takes.
      await stack.kubectl([...system, "scale", "deployment/kubeclaw-gateway", "--replicas=0"]);
      await stack.until(
        "no gateway",
        async () => !(await stack.kubectl([...system, "get", "pods"])).includes("gateway"),
      );
      const known = new Set((await cards("sre")).map((card) => card.ts));
      const composer = pane("ana").locator(".composer textarea");
      await composer.fill("/kubeclaw investigate -n shop");
      await composer.press("Enter");
      const card = await stack.until("a new card", async () =>
        (await cards("sre")).find((entry) => !known.has(entry.ts)),
      );
      const run = card.metadata?.event_payload?.run ?? "";
      await stack.until("its Job", async () =>
        (await stack.kubectl(["-n", "kubeclaw-agents", "get", "jobs"])).includes(run),
      );

      await stack.kubectl([
        ...system,
        "delete",
        "pod",
        "-l",
        "app.kubernetes.io/name=kubeclaw-worker",
        "--force",
        "--grace-period=0",
      ]);
      await stack.kubectl([...system, "scale", "deployment/kubeclaw-gateway", "--replicas=1"]);
      await stack.until(
        "the run's end",
        async () =>
          (await stack.kubectl(["-n", "kubeclaw-agents", "get", "agentrun", run, "-o", "jsonpath={.status.phase}"])) ===
          "Succeeded",
        60,
      );
      const pods = await stack.kubectl([
        "-n",
        "kubeclaw-agents",
        "get",
        "pods",
        "-l",
        `kubeclaw.dev/run=${run}`,
        "-o",
        "name",
      ]);
      expect(pods.trim().split("\n")).toHaveLength(1);
      expect((await cards("sre")).filter((entry) => entry.metadata?.event_payload?.run === run)).toHaveLength(1);
    },
    120 * seconds,
  );
});

describe("afterwards", () => {
  it(
    "no rights of an execution are left, and no Job of ours runs",
    async () => {
      await stack.until("the grants taken back", async () => {
        const left = await stack.kubectl([
          "get",
          "roles,rolebindings,serviceaccounts",
          "-A",
          "-l",
          "kubeclaw.dev/kind=execution",
          "-o",
          "name",
        ]);
        return left.trim() === "";
      });
      await stack.until("every Job ended", async () => {
        const listed = await stack.kubectl([
          "get",
          "jobs",
          "-A",
          "-l",
          "app.kubernetes.io/managed-by=kubeclaw",
          "-o",
          "json",
        ]);
        const { items } = JSON.parse(listed) as { items: { status: { active?: number } }[] };
        return items.length > 0 && items.every((job) => (job.status.active ?? 0) === 0);
      });
    },
    40 * seconds,
  );

  it(
    "the doctor finds the installation well, the gateway reachable from a Job included",
    async () => {
      const doctor = ["-n", "kubeclaw-system"];
      await stack.kubectl([...doctor, "create", "job", "--from=cronjob/kubeclaw-doctor", "doctor"]);
      await stack.kubectl([...doctor, "wait", "--for=jsonpath={.status.ready}=0", "job/doctor", "--timeout=60s"]);
      const report = await stack.until("the doctor's last line", async () => {
        const text = await stack.kubectl([...doctor, "logs", "job/doctor"]);
        return / not asked$/m.test(text) ? text : null;
      });
      writeFileSync(join(screenshots, "doctor.txt"), report);
      expect(report).toMatch(/\d+ well, 0 to look at, 0 failed, 1 not asked/);
      expect(report).toContain("- model    answers: rules only");
    },
    90 * seconds,
  );

  it(
    "the audit chain holds every step of both paths, and verifies",
    async () => {
      const text = await stack.until("the sealed denial", async () => {
        const exported = await stack.kubectl([
          "-n",
          "kubeclaw-system",
          "exec",
          "deploy/kubeclaw-controller",
          "--",
          "node",
          "/app/main/cli.js",
          "audit",
          "export",
        ]);
        return exported.includes('"approval.denied"') ? exported : null;
      });
      writeFileSync(join(screenshots, "audit.jsonl"), text);
      expect(verifyChain(text.split("\n"))).toMatchObject({ kind: "intact" });
      const kinds = new Set(
        text
          .trim()
          .split("\n")
          .map((line) => (JSON.parse(line) as { kind: string }).kind),
      );
      for (const kind of [
        "delivery.accepted",
        "delivery.duplicate",
        "run.created",
        "run.finding",
        "read",
        "run.finished",
        "approval.requested",
        "approval.refused",
        "approval.approved",
        "execution.started",
        "execution.dry-run",
        "execution.applied",
        "execution.verified",
        "approval.denied",
      ]) {
        expect([...kinds]).toContain(kind);
      }
    },
    40 * seconds,
  );
});
