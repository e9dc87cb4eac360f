import { expect, it } from "@jest/globals";
import { investigationId } from "../../../src/domain/ids.js";
import { buildAgentRun } from "../../../src/worker/index.js";
import { aRequest } from "../../builders/request.js";
import { freshName } from "../accounts.js";
import type { ApiProxy, Call } from "./api-proxy.js";
import { inAWorld, sleep, until, type World } from "./world.js";

const patience = 170_000;
const isBookmark = (line: string) => line.includes('"type":"BOOKMARK"');

/** A run that another worker recorded before it died: only the watch says that it is there. */
async function recorded(world: World): Promise<string> {
  const run = investigationId("default", freshName("delivery"));
  const request = aRequest({ run });
  await world.admin.create(
    buildAgentRun(
      { kind: "investigation", request, deadlineSeconds: 300 },
      { agents: world.agents, executors: world.executors },
    ),
  );
  return run;
}
const phase = async (world: World, run: string) => (await world.run(run))?.status?.phase;
const suspended = (call: Call, body: string): string => {
  if (call.method !== "POST" || !call.path.endsWith("/jobs")) return body;
  const job = JSON.parse(body) as { spec: { suspend?: boolean } };
  job.spec.suspend = true;
  return JSON.stringify(job);
};
const lists = (proxy: ApiProxy) =>
  proxy.forwarded.filter(({ method, watch, path }) => method === "GET" && !watch && /\/(agentruns|jobs)$/.test(path))
    .length;

/** What happens to the lines of every watch. */
const faults: Record<string, (proxy: ApiProxy) => void> = {
  "cut every two seconds": (proxy) => {
    const timer = setInterval(() => {
      proxy.cutAll();
    }, 2_000);
    setTimeout(() => {
      clearInterval(timer);
    }, 30_000);
  },
  "open and without a byte for longer than the idle limit": (proxy) => {
    const silentUntil = performance.now() + 20_000;
    proxy.watchLines = () => (performance.now() < silentUntil ? () => [] : null);
  },
  "ended with 410 Gone, again and again": (proxy) => {
    const gone = JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } });
    const until = performance.now() + 15_000;
    proxy.watchLines = () => (performance.now() < until ? () => [gone] : null);
    proxy.fate = (call) => (call.watch && performance.now() < until ? { status: 410 } : "pass");
  },
  "told everything twice, the older after the newer": (proxy) => {
    proxy.watchLines = () => {
      let before: string[] = [];
      return (line) => {
        const now = [line, ...before, line, ...before];
        before = [line];
        return now;
      };
    };
  },
  "given bookmarks only": (proxy) => {
    proxy.watchLines = () => (line) => (isBookmark(line) ? [line] : []);
  },
};

it.concurrent.each(Object.entries(faults))(
  "a worker whose watches are %s learns of every run and of its end, without a storm of lists",
  async (what, inject) => {
    await inAWorld(async (world) => {
      const worker = await world.start("worker", {}, (proxy) => {
        proxy.rewrite = suspended;
        inject(proxy);
      });
      await sleep(1_000);
      const run = await recorded(world);
      const launched = await until(async () => (await phase(world, run)) !== undefined, 100_000);
      // A person takes the Job away: its end, too, is something that only the cluster says.
      await until(async () => (await world.run(run))?.status?.jobName === run);
      await world.admin.remove(world.job(run));
      const ended = await until(async () => (await phase(world, run)) === "Failed", 60_000);
      console.log(`watches ${what}: launched ${launched} s, end seen ${ended} s, lists ${lists(worker.proxy)}`);
      expect((await world.run(run))?.status?.error).toBe("its Job was deleted before it ended");
      expect(await world.told(run, "ended")).toHaveLength(1);
      expect(await world.jobs()).toEqual([]);
      // Four collections: one list each at the start, and then one a minute, or a few while it is told to list.
      expect(lists(worker.proxy)).toBeLessThan(40);
      expect(worker.child.exitCode).toBeNull();
    })();
  },
  patience,
);
