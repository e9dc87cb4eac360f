import { describe, expect, it } from "@jest/globals";
import { type Demo, eventually, type Message, stateOf } from "./demo.js";
import { demoForAll } from "./demo-for-all.js";

describe("a workload that was scaled away, and an alert that says so", () => {
  let demo: Demo;
  let card: Message;
  let replicas: number;
  demoForAll(async (started) => {
    demo = started;
    replicas = (await demo.deployment("catalog")).spec.replicas;
    await demo.scale("catalog", 0);
  });
  const told = async (user: string) =>
    (await demo.messages("alerts", user)).filter(({ ephemeral }) => ephemeral === true);

  it("is found, with the number of replicas that it had", async () => {
    await demo.post("messages", {
      channel: "alerts",
      user: "Alertmanager",
      bot: "Alertmanager",
      text: "",
      attachments: [
        {
          color: "danger",
          title: "[FIRING:1] KubeDeploymentReplicasMismatch shop (catalog warning)",
          text: "*namespace:* shop\n*deployment:* catalog",
        },
      ],
    });
    card = await demo.card("alerts", ["awaiting-approval"], (found) =>
      JSON.stringify(found).includes("catalog is scaled to zero"),
    );
    expect(JSON.stringify(card)).toContain(`Scale catalog from 0 to ${replicas} replicas`);
  }, 30_000);

  it("nothing is approved while changes are frozen; only admins lift that", async () => {
    await demo.command("ana", "freeze shop");
    expect((await demo.deployment("catalog")).spec.replicas).toBe(0);
    await demo.command("li", "freeze shop");
    await demo.press("jo", card, "approve", "alerts");
    await eventually(async () => ((await told("jo")).some(({ text }) => text.includes("frozen")) ? true : undefined));
    expect(stateOf((await demo.cards("alerts"))[0]!)).toBe("awaiting-approval");
    expect((await demo.deployment("catalog")).spec.replicas).toBe(0);
    await demo.command("li", "unfreeze shop");
  }, 30_000);

  it("is scaled back after an approval, and verified", async () => {
    await demo.press("jo", card, "approve", "alerts");
    card = await demo.card("alerts", ["verified", "failed", "unknown", "no-effect", "rolled-back"]);
    expect(stateOf(card)).toBe("verified");
    expect(JSON.stringify(card.blocks)).toContain("Scaled and verified");
    expect((await demo.deployment("catalog")).spec.replicas).toBe(replicas);
  }, 30_000);

  it("its undo would take everything away, and needs a second person: T3, in the dialog, with a reason", async () => {
    await demo.press("li", card, "undo", "alerts");
    const asked = await demo.card("alerts", ["awaiting-approval"]);
    expect(JSON.stringify(asked.blocks)).toContain("T3");
    await demo.press("li", asked, "approve", "alerts");
    await demo.submit("li", "review-plan", { reason: "I asked for it" });
    expect((await demo.deployment("catalog")).spec.replicas).toBe(replicas);
    await demo.press("jo", asked, "approve", "alerts");
    await demo.submit("jo", "review-plan", { reason: "the sale is over" });
    await demo.card("alerts", ["undone"]);
    expect((await demo.deployment("catalog")).spec.replicas).toBe(0);
  }, 30_000);
});
