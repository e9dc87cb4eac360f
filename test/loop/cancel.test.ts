import { describe, expect, it } from "@jest/globals";
import { type Demo, eventually } from "./demo.js";
import { demoForAll } from "./demo-for-all.js";

describe("a run that somebody stops", () => {
  let demo: Demo;
  demoForAll((started) => {
    demo = started;
  });

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
