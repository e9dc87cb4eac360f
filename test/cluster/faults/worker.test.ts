import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "@jest/globals";
import { buildAgentRun } from "../../../src/worker/index.js";
import { aRequest } from "../../builders/request.js";
import type { Call, Fate } from "./api-proxy.js";
import { inAWorld, type Process, sleep, until, type World } from "./world.js";

const patience = 150_000;
const creates = (what: string) => (call: Call) => call.method === "POST" && call.path.endsWith(`/${what}`);
const isJob = creates("jobs");
const isRun = creates("agentruns");
const isStatus = (call: Call) => call.method === "PATCH" && call.path.endsWith("/status");
/** A Job that makes no pod: what becomes of the pod is not what is asked. */
const suspended = (call: Call, body: string): string => {
  if (!isJob(call)) return body;
  const job = JSON.parse(body) as { spec: { suspend?: boolean } };
  job.spec.suspend = true;
  return JSON.stringify(job);
};
const worker = (world: World, fate: (call: Call) => Fate | Promise<Fate> = () => "pass"): Promise<Process> =>
  world.start("worker", {}, (proxy) => {
    proxy.rewrite = suspended;
    proxy.fate = fate;
  });
const launched = async (world: World, run: string) => (await world.run(run))?.status?.jobName === run;

/** One AgentRun, one Job, and one telling of each kind. */
async function expectOne(world: World, run: string): Promise<void> {
  expect((await world.jobs()).map(({ metadata }) => metadata.name)).toEqual([run]);
  expect(await world.run(run)).toMatchObject({ spec: { kind: "investigation" } });
  const kinds = (await world.facts(run)).map(({ kind }) => kind);
  expect(kinds).toEqual([...new Set(kinds)]);
  expect(kinds).not.toContain("ended");
}

it.concurrent.each<[string, (call: Call) => boolean, Fate]>([
  ["before the AgentRun is created", isRun, "cut"],
  ["before the Job is created", isJob, "cut"],
  ["after the Job is stored, before the answer", isJob, "lose-answer"],
])(
  "a worker that is killed %s: one Job, one AgentRun, and a second worker goes on",
  async (what, isMoment, fate) => {
    await inAWorld(async (world) => {
      const first = await worker(world, (call) => {
        if (!isMoment(call)) return "pass";
        setTimeout(() => void first.signal("SIGKILL"), fate === "cut" ? 0 : 200);
        return fate;
      });
      const run = await world.ask();
      await until(() => first.child.signalCode === "SIGKILL");
      const began = performance.now();
      await worker(world);
      await until(() => launched(world, run));
      console.log(`killed ${what} -> launched: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
      await expectOne(world, run);
    })();
  },
  patience,
);

it.concurrent(
  "a worker that is held past its lock and goes on: one Job, one AgentRun, no second telling",
  inAWorld(async (world) => {
    let held = false;
    // Held before it has the answer to the create of the AgentRun: the queue's job is still its own.
    const first = await worker(world, async (call): Promise<Fate> => {
      if (!isRun(call) || held) return "pass";
      held = true;
      first.child.kill("SIGSTOP");
      await sleep(200);
      return "pass";
    });
    const run = await world.ask();
    await until(() => held);
    await worker(world);
    console.log(`held -> launched by another: ${await until(() => launched(world, run))} s`);
    await sleep(4_000);
    first.child.kill("SIGCONT");
    await sleep(4_000);
    await expectOne(world, run);
    expect(first.child.exitCode).toBeNull();
    const later = await world.ask();
    await until(() => launched(world, later));
  }),
  patience,
);

it.concurrent(
  "poison jobs end in the failed set, their threads are told, and the others go on",
  inAWorld(async (world) => {
    const unfit = await world.ask();
    const deadly = await world.ask();
    await (await world.queues.investigations.getJob(unfit))?.updateData({ nonsense: true });
    const refused = await world.ask({ tenant: "no label value" });
    const failed = async (run: string) => (await (await world.queues.investigations.getJob(run))?.isFailed()) === true;
    const refusal = async (run: string) => (await world.queues.investigations.getJob(run))?.failedReason;
    let deaths = 0;
    while (!(await failed(deadly))) {
      const mortal: Process = await worker(world, (call) => {
        if (!call.path.endsWith(deadly)) return "pass";
        mortal.child.kill("SIGKILL");
        return "cut";
      });
      await until(async () => mortal.child.signalCode === "SIGKILL" || (await failed(deadly)));
      deaths += 1;
      mortal.child.kill("SIGKILL");
    }
    console.log(`workers that died of the deadly job: ${deaths - 1}`);
    const last = await worker(world);
    const healthy = await world.ask();
    await until(() => launched(world, healthy));
    await until(async () => (await failed(unfit)) && (await failed(refused)));
    await until(async () => (await world.told(deadly, "ended")).length === 1);
    for (const run of [unfit, refused, deadly])
      expect(await world.told(run, "ended")).toMatchObject([
        { result: "failed", error: expect.stringContaining("could not be launched") as unknown },
      ]);
    expect([await refusal(deadly), await refusal(refused)]).toEqual([
      "job stalled more than allowable limit",
      expect.stringContaining("metadata.labels"),
    ]);
    const { stdout } = await promisify(execFile)(process.execPath, ["dist/main/cli.js", "queue", "ls", "--failed"], {
      env: world.environment(),
    });
    for (const run of [unfit, refused, deadly]) expect(stdout).toContain(run);
    expect(last.child.exitCode).toBeNull();
  }),
  patience,
);

it.concurrent(
  "an API server that is away for 20 s delays a launch, and no more",
  inAWorld(async (world) => {
    const one = await worker(world);
    one.proxy.fate = () => "cut";
    one.proxy.cutAll();
    const run = await world.ask();
    await sleep(20_000);
    one.proxy.fate = () => "pass";
    console.log(`API server back after 20 s -> launched: ${await until(() => launched(world, run))} s`);
    await expectOne(world, run);
    expect((await world.queues.investigations.getJob(run))?.attemptsMade).toBe(1);
  }),
  patience,
);

it.concurrent(
  "an API server that answers 409, 429, 500 and 503 to creates and status writes: launched once in the end",
  inAWorld(async (world) => {
    const faults = [{ status: 409 }, { status: 429, retryAfter: 1 }, { status: 500 }, { status: 503 }];
    const left = new Map([isRun, isJob, isStatus].map((isMoment) => [isMoment, [...faults]]));
    await worker(world, (call) => {
      for (const [isMoment, fates] of left) if (isMoment(call)) return fates.shift() ?? "pass";
      return "pass";
    });
    const run = await world.ask();
    console.log(`twelve faults on the way -> launched: ${await until(() => launched(world, run), 90_000)} s`);
    await expectOne(world, run);
    expect([...left.values()].flat()).toEqual([]);
  }),
  patience,
);

it.concurrent(
  "answers that never come: launched once in the end",
  inAWorld(async (world) => {
    const hung = new Set<(call: Call) => boolean>();
    await worker(world, (call) => {
      const moment = [isRun, isJob].find((isMoment) => isMoment(call) && !hung.has(isMoment));
      if (!moment) return "pass";
      hung.add(moment);
      return "hang";
    });
    const run = await world.ask();
    console.log(`two answers that never came -> launched: ${await until(() => launched(world, run), 90_000)} s`);
    await expectOne(world, run);
  }),
  patience,
);

it.concurrent(
  "SIGTERM under load: ends in time with 0, and nothing is lost",
  inAWorld(async (world) => {
    const runs: string[] = [];
    for (let index = 0; index < 30; index += 1) runs.push(await world.ask());
    const first = await worker(world, async (call): Promise<Fate> => {
      if (isJob(call)) await sleep(300);
      return "pass";
    });
    await until(async () => (await world.jobs()).length > 2);
    const { code, seconds } = await first.signal("SIGTERM");
    const left = runs.length - (await world.jobs()).length;
    console.log(`SIGTERM with ${left} of 30 to launch -> gone: ${seconds} s`);
    expect(code).toBe(0);
    await worker(world);
    await until(async () => (await world.jobs()).length === runs.length);
    for (const run of runs) expect(await world.told(run, "requested")).toHaveLength(1);
  }),
  patience,
);

it.concurrent(
  "AgentRuns that ended more than a week ago are deleted, and no others; one that a person deletes is told of",
  inAWorld(async (world) => {
    const days = (count: number) => new Date(Date.now() - count * 86_400_000).toISOString();
    const aRun = async (status: object) => {
      const run = await world.ask();
      await world.queues.investigations.remove(run);
      const made = buildAgentRun(
        { kind: "investigation", request: aRequest({ run }), deadlineSeconds: 300 },
        { agents: world.agents, executors: world.executors },
      );
      const { apiVersion, kind } = made;
      await world.admin.create(made);
      await world.admin.mergeStatus({ apiVersion, kind, namespace: world.agents, name: run }, status);
      return run;
    };
    const old = await aRun({ phase: "Succeeded", finishedAt: days(8) });
    const fresh = await aRun({ phase: "Succeeded", finishedAt: days(6) });
    const one = await worker(world);
    await until(async () => (await world.run(old)) === null);
    expect(await world.run(fresh)).not.toBeNull();
    await until(() => one.logged("swept").length === 1);
    expect(one.logged("swept")).toMatchObject([{ runs: 1 }]);

    const asked = await world.ask();
    await until(() => launched(world, asked));
    await world.admin.remove({
      apiVersion: "kubeclaw.dev/v1alpha1",
      kind: "AgentRun",
      namespace: world.agents,
      name: asked,
    });
    await until(async () => (await world.told(asked, "ended")).length > 0);
    expect(await world.told(asked, "ended")).toMatchObject([{ error: "its AgentRun was deleted before it ended" }]);
    await until(async () => (await world.jobs()).length === 0);
    expect(await world.told(old, "ended")).toEqual([]);
  }),
  patience,
);
