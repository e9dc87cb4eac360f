import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { verifyChain } from "../../../src/audit/index.js";
import { createRedactor } from "../../../src/domain/redaction.js";
import { readChain } from "../../../src/platform/files/audit-chain.js";
import { createAudit } from "../../../src/platform/redis/audit-stream.js";
import { aRunId } from "../../builders/request.js";
import type { ApiProxy, Call, Fate } from "./api-proxy.js";
import { clockOff, plansOf } from "./plans.js";
import { inAWorld, type Process, sleep, until, type World } from "./world.js";

const patience = 120_000;
const isDryRun = ({ method, dryRun }: Call) => method === "PATCH" && dryRun;
const isDecisionStatus = ({ method, path }: Call) => method === "PATCH" && /\/decisions\/[^/]+\/status$/.test(path);
const isAccount = ({ method, path }: Call) => method === "POST" && path.endsWith("/serviceaccounts");

const controller = (
  world: World,
  more: Record<string, string> = {},
  fate: ApiProxy["fate"] = () => "pass",
): Promise<Process> =>
  world.start("controller", { KUBECLAW_AUDIT_DIR: world.folder(), ...more }, (proxy) => {
    proxy.fate = fate;
  });
const leads = (process: Process) => process.logged("leading").length > 0;

/** A process that is held at a call, whose call arrives when the test lets it. */
function holdAt(isMoment: (call: Call) => boolean) {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const hold = {
    process: null as Process | null,
    held: false,
    async fate(call: Call): Promise<Fate> {
      if (!isMoment(call) || hold.held) return "pass";
      hold.held = true;
      hold.process?.child.kill("SIGSTOP");
      await released;
      return "pass";
    },
    goOn() {
      release();
      hold.process?.child.kill("SIGCONT");
    },
  };
  return hold;
}

it.concurrent(
  "a leader that is killed while it plans: another takes over, one Decision, one plan in the thread",
  inAWorld(async (world) => {
    const plans = plansOf(world);
    const name = await plans.deployment();
    const first: Process = await controller(world, {}, (call) => {
      if (!isDryRun(call)) return "pass";
      first.child.kill("SIGKILL");
      return "hang";
    });
    await until(() => leads(first));
    await controller(world);
    const run = await plans.propose(name);
    await until(() => first.child.signalCode === "SIGKILL");
    console.log(`leader killed -> plan: ${await until(async () => (await world.told(run, "plan")).length > 0)} s`);
    await sleep(1_000);
    expect(await plans.decisions(run)).toMatchObject([{ status: { phase: "AwaitingApproval" } }]);
    expect(await world.told(run, "plan")).toHaveLength(1);
  }),
  patience,
);

it.concurrent(
  "a leader that is held past its lease and goes on: its late write changes nothing that was decided since",
  inAWorld(async (world) => {
    const plans = plansOf(world);
    const name = await plans.deployment();
    const hold = holdAt(isDecisionStatus);
    const first = await controller(world, {}, (call) => hold.fate(call));
    hold.process = first;
    await until(() => leads(first));
    const second = await controller(world);
    const run = await plans.propose(name);
    await until(() => hold.held);
    await until(() => leads(second));
    await until(async () => (await world.told(run, "plan")).length > 0);
    const decision = (await plans.decisions(run))[0]?.metadata.name ?? "";
    const at = new Date().toISOString();
    await plans.say({ kind: "settled", run, at, requestedBy: null, decision, state: "denied", by: "U0LI" });
    const phase = async () => (await plans.decisions(run)).map(({ status }) => status?.phase);
    await until(async () => (await phase())[0] === "Denied");
    hold.goOn();
    await sleep(5_000);
    // The late write did arrive, and was refused for the version that it was made for.
    expect(first.proxy.forwarded.filter(isDecisionStatus).length).toBeGreaterThan(0);
    expect(await phase()).toEqual(["Denied"]);
    expect(await world.told(run, "plan")).toHaveLength(1);
    expect(first.child.exitCode).toBeNull();
  }),
  patience,
);

it.concurrent(
  "rights that a leader mints after it was overtaken and the run is over are taken back",
  inAWorld(async (world) => {
    const plans = plansOf(world);
    const hold = holdAt(isAccount);
    const first = await controller(world, {}, (call) => hold.fate(call));
    hold.process = first;
    await until(() => leads(first));
    const second = await controller(world);
    const { execution, run } = await plans.approved();
    await until(() => hold.held);
    await until(async () => (await plans.condition(execution, "Authorized"))?.status === "True");
    expect(await plans.grants()).toHaveLength(5);
    await plans.end(execution);
    await until(async () => (await plans.condition(execution, "RightsTakenBack")) !== undefined);
    expect(await plans.grants()).toEqual([]);
    hold.goOn();
    await sleep(4_000);
    await until(async () => (await plans.grants()).length === 0);
    expect(await world.told(run, "outcome")).toHaveLength(1);

    // The same where the late one dies before it can see that it was late: whoever leads next finds what it left.
    await world.admin.create({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: {
        name: `kubeclaw-executor-${execution}`,
        namespace: world.executors,
        labels: {
          "app.kubernetes.io/managed-by": "kubeclaw",
          "kubeclaw.dev/kind": "execution",
          "kubeclaw.dev/run": execution,
        },
      } as { name: string },
    });
    await Promise.all([first, second].map((process) => process.signal("SIGTERM")));
    await controller(world);
    await until(async () => (await plans.grants()).length === 0);
  }),
  patience,
);

it.concurrent(
  "an execution that crashed: one outcome, though it is told twice, and no account, role or binding is left",
  inAWorld(async (world) => {
    const plans = plansOf(world);
    await controller(world);
    const { execution, run, decision } = await plans.approved();
    await until(async () => (await plans.condition(execution, "Authorized"))?.status === "True");
    expect((await plans.grants()).length).toBe(5);
    await plans.end(execution);
    const seconds = await until(async () => (await plans.condition(execution, "RightsTakenBack")) !== undefined);
    console.log(`execution crashed -> outcome told, rights taken back: ${seconds} s`);
    expect(await plans.grants()).toEqual([]);
    const outcome = plans.outcome(decision);
    for (const id of ["once", "twice"])
      await plans.say({ kind: "outcome", run, at: outcome.finishedAt, requestedBy: null, outcome }, id);
    await until(async () => (await world.queues.decisions.getCompletedCount()) === 2);
    expect(await world.told(run, "outcome")).toMatchObject([{ outcome: { state: "failed", applied: false } }]);
    expect(await plans.decisions(run)).toMatchObject([{ status: { phase: "Failed", applied: false } }]);
  }),
  patience,
);

it.concurrent(
  "an approval that expired while no controller ran is not executed, whatever the next one's clock says",
  inAWorld(async (world) => {
    const plans = plansOf(world);
    const { execution, run } = await plans.approved(2_000);
    await sleep(3_500);
    await controller(world, clockOff(world, -4));
    await until(async () => (await plans.condition(execution, "Authorized")) !== undefined);
    expect(await plans.condition(execution, "Authorized")).toMatchObject({ status: "False", reason: "expired" });
    expect(await plans.grants()).toEqual([]);
    await plans.end(execution);
    await until(async () => (await world.told(run, "outcome")).length === 1);
    expect(await world.told(run, "outcome")).toMatchObject([{ outcome: { state: "failed", applied: false } }]);
  }),
  patience,
);

it.concurrent(
  "clocks four minutes off, one ahead and one behind: one leader, a plan, a takeover; a worker ahead launches",
  inAWorld(async (world) => {
    const plans = plansOf(world);
    const name = await plans.deployment();
    const folder = world.folder();
    const ahead = await controller(world, { ...clockOff(world, 4), KUBECLAW_AUDIT_DIR: folder });
    await until(() => leads(ahead));
    const behind = await controller(world, { ...clockOff(world, -4), KUBECLAW_AUDIT_DIR: folder });
    const run = await plans.propose(name);
    await until(async () => (await world.told(run, "plan")).length === 1);
    await sleep(8_000);
    expect([ahead, behind].map(leads)).toEqual([true, false]);
    await ahead.signal("SIGKILL");
    console.log(`leader with a clock ahead killed -> one behind leads: ${await until(() => leads(behind))} s`);
    const { execution } = await plans.approved();
    await until(async () => (await plans.condition(execution, "Authorized"))?.status === "True");
    await world.start("worker", clockOff(world, 4));
    const asked = await world.ask();
    await until(async () => (await world.run(asked))?.status?.jobName === asked);
    expect((await world.run(asked))?.status?.phase).not.toBe("Failed");
  }),
  patience,
);

it.concurrent(
  "SIGTERM under load: ends in time with 0, another goes on, every plan is told once",
  inAWorld(async (world) => {
    const plans = plansOf(world);
    const name = await plans.deployment();
    const first = await controller(world, {}, async (call): Promise<Fate> => {
      if (isDryRun(call)) await sleep(400);
      return "pass";
    });
    await until(() => leads(first));
    const runs: string[] = [];
    for (let index = 0; index < 20; index += 1) runs.push(await plans.propose(name));
    await until(async () => (await world.queues.decisions.getCompletedCount()) > 2);
    const { code, seconds } = await first.signal("SIGTERM");
    const left = 20 - (await world.queues.decisions.getCompletedCount());
    expect([code, await world.queues.decisions.getActiveCount()]).toEqual([0, 0]);
    await controller(world);
    const took = await until(async () => (await world.queues.decisions.getCompletedCount()) === 20);
    console.log(
      `SIGTERM with ${left} of 20 to plan -> gone: ${seconds} s; the next one had planned the rest after ${took} s`,
    );
    for (const run of runs) expect([run, (await world.told(run, "plan")).length]).toEqual([run, 1]);
  }),
  patience,
);

const onlyAsRoot = process.getuid?.() === 0 ? it.concurrent : it.skip;

onlyAsRoot(
  "an audit volume that is full: no rights are minted, the thread is told once, and it goes on when there is room",
  inAWorld(async (world) => {
    const plans = plansOf(world);
    const folder = world.folder();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
    world.onClose(() => execFileSync("umount", ["-l", folder]));
    const one = await controller(world, { KUBECLAW_AUDIT_DIR: folder });
    await until(() => leads(one));
    const audit = createAudit(world.redis, createRedactor());
    const record = () =>
      audit({
        at: new Date().toISOString(),
        kind: "run.started",
        actor: { kind: "system", id: "worker" },
        run: aRunId,
        detail: { text: "x".repeat(3_000) },
      });
    await record();
    await until(() => readChain(folder).length > 0);
    try {
      writeFileSync(join(folder, "ballast"), Buffer.alloc(64 * 1024));
    } catch {
      // it takes what there is
    }
    for (let index = 0; index < 3; index += 1) await record();
    await until(() => one.logged("seal_failed").length > 0);
    const { execution, run } = await plans.approved();
    await until(async () => (await world.told(run, "executing")).length > 0);
    await sleep(7_000);
    expect(await plans.grants()).toEqual([]);
    expect(await world.told(run, "executing")).toMatchObject([
      { text: expect.stringContaining("audit log cannot be written") as unknown },
    ]);
    rmSync(join(folder, "ballast"));
    const seconds = await until(async () => (await plans.condition(execution, "Authorized"))?.status === "True");
    console.log(`room on the audit volume again -> authorized: ${seconds} s`);
    expect(verifyChain(readChain(folder))).toMatchObject({ kind: "intact" });
  }),
  patience,
);

it.concurrent(
  "Decisions that were settled more than 30 days ago are deleted, and no others",
  inAWorld(async (world) => {
    const plans = plansOf(world);
    const days = (count: number) => new Date(Date.now() - count * 86_400_000).toISOString();
    const name = await plans.deployment();
    const first = await controller(world);
    const runs = [await plans.propose(name), await plans.propose(name), await plans.propose(name)];
    await until(async () => (await Promise.all(runs.map((run) => world.told(run, "plan")))).flat().length === 3);
    await first.signal("SIGTERM");
    const namespace = world.executors;
    const target = { apiVersion: "kubeclaw.dev/v1alpha1", kind: "Decision", namespace };
    const made = (await Promise.all(runs.map((run) => plans.decisions(run)))).flat();
    const [old, fresh, waiting] = made.map(({ metadata }) => metadata.name);
    const { apiVersion, kind, spec } = made[0] ?? {};
    const ancient = { ...spec, expiresAt: days(31) };
    await world.admin.remove({ ...target, name: old });
    await world.admin.create({
      apiVersion: apiVersion ?? "",
      kind: kind ?? "",
      metadata: { name: old ?? "", namespace },
      spec: ancient,
    });
    await world.admin.mergeStatus({ ...target, name: old }, { phase: "Verified", finishedAt: days(31) });
    await world.admin.mergeStatus({ ...target, name: fresh }, { phase: "Denied", decidedAt: days(31) });
    await controller(world);
    await until(async () => (await world.admin.find({ ...target, name: old })) === null);
    for (const name of [fresh, waiting]) expect(await world.admin.find({ ...target, name })).not.toBeNull();
  }),
  patience,
);
