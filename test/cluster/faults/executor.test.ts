import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createReconcileExecution } from "../../../src/controller/index.js";
import type { Outcome } from "../../../src/domain/outcome.js";
import type { KubernetesApi } from "../../../src/platform/kubernetes/api.js";
import { createFreezes } from "../../fakes/freezes.js";
import { kubectl } from "../../e2e/kubectl.js";
import { asAdmin, freshName } from "../accounts.js";
import { optIn } from "../opt-in.js";
import { type ApiProxy, type Call, startApiProxy } from "./api-proxy.js";
import { cleanUp } from "./clean-up.js";
import { anApprovedExecution } from "./execution.js";

const kubeconfig = process.env["KUBECLAW_TEST_KUBECONFIG"] ?? "";
const manifests = fileURLToPath(new URL("../../../manifests", import.meta.url));
const shop = freshName("faults");

let admin: KubernetesApi;
let proxy: ApiProxy;
type Execution = Awaited<ReturnType<typeof anApprovedExecution>>;

const isWrite = ({ method, path, dryRun }: Call) => method === "PATCH" && path.includes("/deployments/") && !dryRun;
const isDryRun = ({ method, dryRun }: Call) => method === "PATCH" && dryRun;
const writes = () => proxy.forwarded.filter(isWrite).length;

/** What the controller makes of an executor that ended without a word, by reading the cluster. */
async function readOutcome(execution: Execution): Promise<Outcome | undefined> {
  const outcomes: Outcome[] = [];
  const reconcile = createReconcileExecution({
    cluster: execution.controller,
    planning: execution.planning,
    freezes: createFreezes(),
    sealing: () => true,
    tell: () => Promise.resolve(),
    verify: () => true,
    audit: () => Promise.resolve(),
    executorNamespace: "kubeclaw-executors",
    handleOutcome: (_run, outcome) => {
      outcomes.push(outcome);
      return Promise.resolve();
    },
    now: () => new Date(),
  });
  await reconcile(await execution.ended());
  return outcomes[0];
}

beforeAll(async () => {
  admin = asAdmin();
  await kubectl(kubeconfig, ["apply", "-k", join(manifests, "overlays/outside")]);
  await kubectl(kubeconfig, ["create", "namespace", shop]);
  await optIn(kubeconfig, shop);
  proxy = await startApiProxy();
}, 60_000);
afterAll(async () => {
  proxy.close();
  await cleanUp(kubeconfig);
  await kubectl(kubeconfig, ["delete", "namespace", shop, "--wait=false"]);
});
beforeEach(() => {
  proxy.fate = () => "pass";
  proxy.forwarded.length = 0;
});

it("an approved plan is applied once, verified, and a second executor of it changes nothing", async () => {
  const execution = await anApprovedExecution(admin, proxy, shop);
  expect(await execution.execute()).toMatchObject({ code: 0, outcomes: [{ applied: true }] });
  expect([writes(), await execution.image()]).toEqual([1, "1.9.0"]);
  expect(await execution.execute()).toMatchObject({ outcomes: [{ state: "failed", applied: false }] });
  expect(writes()).toBe(1);
}, 60_000);

it("a change that makes it worse is taken back by the executor itself", async () => {
  // The image does not exist: two pods that never come up are worse than none that was wanted.
  const execution = await anApprovedExecution(admin, proxy, shop, { type: "scale", parameters: { replicas: 2 } });
  expect(await execution.execute()).toMatchObject({ outcomes: [{ state: "rolled-back", applied: true }] });
  expect(await execution.replicas()).toMatchObject({ replicas: 0 });
  expect(writes()).toBe(2);
}, 60_000);

describe("an executor that is killed", () => {
  it.each<[string, string]>([
    ["before it says that it started", "before /v1/steps started"],
    ["after it said that it started", "after /v1/steps started"],
    ["before its last step before the write is recorded", "before /v1/steps dry-run"],
  ])(
    "%s: nothing was changed, and the cluster says so",
    async (_what, moment) => {
      const execution = await anApprovedExecution(admin, proxy, shop);
      const { signal } = await execution.execute((seen, child) => {
        if (seen === moment) child.kill("SIGKILL");
      });
      expect(signal).toBe("SIGKILL");
      expect([writes(), await execution.image()]).toEqual([0, "1.9.1"]);
      expect(await readOutcome(execution)).toMatchObject({ state: "failed", applied: false });
    },
    60_000,
  );

  it.each<[string, (call: Call) => boolean]>([
    ["at the dry-run", isDryRun],
    ["as it is about to write", isWrite],
  ])(
    "%s: nothing was changed, and the cluster says so",
    async (_what, isMoment) => {
      const execution = await anApprovedExecution(admin, proxy, shop);
      proxy.fate = (call) => {
        if (!isMoment(call)) return "pass";
        execution.kill();
        return "cut";
      };
      expect((await execution.execute()).signal).toBe("SIGKILL");
      expect([writes(), await execution.image()]).toEqual([0, "1.9.1"]);
      expect(await readOutcome(execution)).toMatchObject({ state: "failed", applied: false });
    },
    60_000,
  );

  it("after the write, before its answer: the change stands once, and is reported as unknown, with what the cluster shows", async () => {
    const execution = await anApprovedExecution(admin, proxy, shop);
    proxy.fate = (call) => {
      if (!isWrite(call)) return "pass";
      setTimeout(() => execution.kill(), 300);
      return "lose-answer";
    };
    await execution.execute();
    expect([writes(), await execution.image()]).toEqual([1, "1.9.0"]);
    proxy.fate = () => "pass";
    expect(await readOutcome(execution)).toMatchObject({ state: "unknown", applied: true });
    // Whoever starts it again finds another generation, and writes nothing.
    await execution.execute();
    expect(writes()).toBe(1);
  }, 60_000);

  it.each<[string, string]>([
    ["after it told of the write", "after /v1/steps applied"],
    ["before its outcome is taken", "before /v1/outcome"],
  ])(
    "%s: the change stands once, and is reported as unknown",
    async (_what, moment) => {
      const execution = await anApprovedExecution(admin, proxy, shop);
      await execution.execute((seen, child) => {
        if (seen === moment) child.kill("SIGKILL");
      });
      expect([writes(), await execution.image()]).toEqual([1, "1.9.0"]);
      expect(await readOutcome(execution)).toMatchObject({ state: "unknown", applied: true });
    },
    60_000,
  );
});

describe("an answer that is lost", () => {
  it("of a write that took effect is read from the cluster, and the write is not sent again", async () => {
    const execution = await anApprovedExecution(admin, proxy, shop);
    proxy.fate = (call) => (isWrite(call) ? "lose-answer" : "pass");
    expect(await execution.execute()).toMatchObject({ outcomes: [{ applied: true }] });
    expect([writes(), await execution.image()]).toEqual([1, "1.9.0"]);
  }, 60_000);

  it("of a write that never arrived is a failure before the write", async () => {
    const execution = await anApprovedExecution(admin, proxy, shop);
    proxy.fate = (call) => (isWrite(call) ? "cut" : "pass");
    expect(await execution.execute()).toMatchObject({ outcomes: [{ state: "failed", applied: false }] });
    expect([writes(), await execution.image()]).toEqual([0, "1.9.1"]);
  }, 60_000);
});

it.each([[409], [422], [429], [403]])(
  "a write that is refused with %i changed nothing, and is not sent again",
  async (status) => {
    const execution = await anApprovedExecution(admin, proxy, shop);
    let asked = 0;
    proxy.fate = (call) => {
      if (!isWrite(call)) return "pass";
      asked += 1;
      return { status };
    };
    expect(await execution.execute()).toMatchObject({ outcomes: [{ state: "failed", applied: false }] });
    expect([asked, await execution.image()]).toEqual([1, "1.9.1"]);
  },
  60_000,
);

it("an API server that is away for a while before the write delays it, and no more", async () => {
  const execution = await anApprovedExecution(admin, proxy, shop);
  const back = Date.now() + 8_000;
  proxy.fate = () => (Date.now() < back ? "cut" : "pass");
  expect(await execution.execute()).toMatchObject({ code: 0, outcomes: [{ applied: true }] });
  expect(writes()).toBe(1);
}, 60_000);

it("an object that somebody changed between the plan and the write is left as it is", async () => {
  const execution = await anApprovedExecution(admin, proxy, shop);
  const { namespace, name } = execution.planned.plan.target;
  await admin.patch({ apiVersion: "apps/v1", kind: "Deployment", namespace, name }, [
    { op: "add", path: "/spec/minReadySeconds", value: 1 },
  ]);
  expect(await execution.execute()).toMatchObject({
    outcomes: [{ state: "failed", applied: false, reason: "drifted" }],
  });
  expect(writes()).toBe(0);
}, 60_000);

it("an object that was made anew under the same name is left as it is", async () => {
  const execution = await anApprovedExecution(admin, proxy, shop);
  const { namespace, name } = execution.planned.plan.target;
  const target = { apiVersion: "apps/v1", kind: "Deployment", namespace, name };
  const { spec } = await admin.get(target);
  await admin.remove(target);
  while (await admin.find(target)) await new Promise((resolve) => setTimeout(resolve, 50));
  await admin.create({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace }, spec });
  expect(await execution.execute()).toMatchObject({
    outcomes: [{ state: "failed", applied: false, reason: "drifted" }],
  });
  expect(writes()).toBe(0);
}, 60_000);
