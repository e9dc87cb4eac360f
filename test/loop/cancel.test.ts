import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Demo, eventually } from "./demo.js";

describe("a run that somebody stops", () => {
  let folder: string;
  let demo: Demo;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kubeclaw-loop-"));
    demo = await Demo.start({ TMPDIR: folder });
  }, 90_000);
  afterAll(async () => {
    await demo.stop();
    await rm(folder, { recursive: true, force: true });
  }, 30_000);

  const jobs = async () =>
    (await demo.cluster("/apis/batch/v1/namespaces/kubeclaw-agents/jobs")).items.map(({ metadata }) => metadata.name);

  it("loses its Job, and its card says so; only the requester and operators may", async () => {
    // A gateway that stands still keeps the agent waiting, so that there is something to stop.
    process.kill(demo.ready.pids["gateway"]!, "SIGSTOP");
    try {
      await demo.command("ana", "investigate deploy/checkout -n shop");
      const card = await demo.card("sre", ["queued", "investigating"]);
      const run = String(card.metadata?.event_payload.run);
      await eventually(async () => ((await jobs()).includes(run) ? true : undefined));

      const ack = async (user: string) => JSON.stringify(await demo.command(user, `cancel ${run}`));
      expect(await ack("max")).toContain("Only the person who asked, and operators, can stop a run.");
      expect(await jobs()).toContain(run);
      expect(await ack("ana")).toContain("is being stopped");
      await demo.card("sre", ["cancelled"]);
      await eventually(async () => ((await jobs()).includes(run) ? undefined : true));
      const found = await demo.cluster(`/apis/kubeclaw.dev/v1alpha1/namespaces/kubeclaw-agents/agentruns/${run}`);
      expect(found.status.phase).toBe("Cancelled");
    } finally {
      process.kill(demo.ready.pids["gateway"]!, "SIGCONT");
    }
  }, 60_000);

  it("can be asked again at once", async () => {
    await demo.command("ana", "investigate deploy/checkout -n shop");
    await demo.card("sre", ["awaiting-approval"]);
  }, 40_000);
});
