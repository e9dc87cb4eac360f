import { expect, it } from "@jest/globals";
import { inAWorld, running, sleep, until, type World } from "./world.js";

type Job = { spec: { activeDeadlineSeconds: number; template: { spec: Record<string, unknown> } } };

/** The Job with other fields of its own or of its pod. */
const changed = (change: (spec: Job["spec"]) => void) => (body: string) => {
  const job = JSON.parse(body) as Job;
  change(job.spec);
  return JSON.stringify(job);
};

const podOf = async (world: World, run: string) =>
  (
    await world.admin.list(
      { apiVersion: "v1", kind: "Pod", namespace: world.agents },
      { labelSelector: `kubeclaw.dev/run=${run}` },
    )
  ).items[0];
const phaseOf = (object: unknown) => (object as { status?: { phase?: string } } | undefined)?.status?.phase;

interface Scenario {
  job: (body: string) => string;
  /** What is done to it once its pod runs. */
  then?: (world: World, run: string) => Promise<unknown>;
  /** What the thread is told while it waits. */
  waits?: string;
  error: RegExp;
}

const sleeping = running("sleep 300");
const scenarios: Record<string, Scenario> = {
  "exits 1 with a message": {
    job: running("echo 'the gateway does not answer' > /dev/termination-log; exit 1"),
    error: /^the gateway does not answer$/,
  },
  "exits 1 without a word": { job: running("exit 1"), error: /exit code 1$/ },
  "runs out of memory": {
    job: running("tail /dev/zero", { resources: { limits: { memory: "24Mi" } } }),
    // Seldom, the runtime writes down the end before it hears of the kernel's kill.
    error: /ran out of memory \(OOMKilled\)|was killed \(exit code 137\), most often for want of memory/,
  },
  "hangs past its deadline": {
    job: (body) =>
      changed((spec) => {
        spec.activeDeadlineSeconds = 6;
      })(sleeping(body)),
    error: /did not end in time \(DeadlineExceeded\)$/,
  },
  "has no node that fits it": {
    job: changed((spec) => {
      spec.activeDeadlineSeconds = 12;
      spec.template.spec["nodeSelector"] = { "kubeclaw.dev/nowhere": "true" };
    }),
    waits: "its pod has no node yet",
    error: /did not end in time \(DeadlineExceeded\); before that: its pod has no node yet/,
  },
  "has an image that cannot be pulled": {
    job: (body) =>
      changed((spec) => {
        spec.activeDeadlineSeconds = 20;
      })(running("true", { image: "registry.local/nobody/has-this:1" })(body)),
    waits: "its pod cannot start (",
    error:
      /did not end in time \(DeadlineExceeded\); before that: its pod cannot start \((ErrImagePull|ImagePullBackOff)/,
  },
  "is evicted": {
    job: sleeping,
    then: async (world, run) => {
      const pod = await podOf(world, run);
      const metadata = { name: pod?.metadata.name ?? "", namespace: world.agents };
      await world.admin.text({
        method: "POST",
        path: `/api/v1/namespaces/${world.agents}/pods/${metadata.name}/eviction`,
        body: { apiVersion: "policy/v1", kind: "Eviction", metadata },
      });
    },
    error: /^its pod was taken away \(.*DisruptionTarget/,
  },
  "has its Job deleted by a person": {
    job: sleeping,
    then: (world, run) => world.admin.remove(world.job(run)),
    error: /^its Job was deleted before it ended$/,
  },
};

it(
  "what becomes of an agent's pod is said in words, once; nothing is launched again, and no Job is left running",
  inAWorld(async (world) => {
    const jobs = new Map<string, (body: string) => string>();
    await world.start("worker", {}, (proxy) => {
      proxy.rewrite = (call, body) =>
        call.method === "POST" && call.path.endsWith("/jobs")
          ? ([...jobs].find(([run]) => body.includes(run))?.[1](body) ?? body)
          : body;
    });
    await Promise.all(
      Object.entries(scenarios).map(async ([name, { job, then, waits, error }]) => {
        const scope = { namespace: "shop" };
        const run = await world.ask({ scope: { ...scope, object: { kind: "Deployment", name: "checkout" } } });
        jobs.set(run, job);
        await until(async () => (await world.run(run))?.status?.jobName === run);
        if (then) {
          await until(async () => phaseOf(await podOf(world, run)) === "Running");
          await then(world, run);
        }
        const seconds = await until(async () => (await world.run(run))?.status?.phase === "Failed", 90_000);
        const status = (await world.run(run))?.status;
        console.log(`agent ${name}: ${seconds} s: ${status?.error ?? ""}`);
        expect(status?.error).toMatch(error);
        const told = await world.told(run, "ended");
        expect(told).toMatchObject([{ result: "failed", error: status?.error }]);
        const progress = (await world.told(run, "progress")) as { text: string }[];
        const waiting = progress.map(({ text }) => text);
        if (waits === undefined) expect(waiting).toEqual([]);
        else expect(waiting.filter((text) => text.startsWith(`Waiting: ${waits}`))).not.toEqual([]);
      }),
    );
    await sleep(6_000); // longer than a resync
    const left = (await world.jobs()).filter(
      (job) => Number(job["status"] && (job["status"] as { active?: number }).active) > 0,
    );
    expect(left).toEqual([]);
    const attempts = await world.admin.list({ apiVersion: "v1", kind: "Pod", namespace: world.agents });
    const runs = attempts.items.map(({ metadata }) => metadata.labels?.["kubeclaw.dev/run"]);
    expect(runs).toEqual([...new Set(runs)]);
  }),
  170_000,
);
