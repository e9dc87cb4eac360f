import { expect, it } from "@jest/globals";
import { createHome } from "../../../src/intake/index.js";
import { after, noon } from "../../builders/kubernetes.js";
import { anInstallation } from "../../builders/request.js";
import { aRunSummary, createMutes, createRunIndex } from "../../fakes/intake.js";
import { createPeople } from "../../fakes/people.js";

function aHome(guests: Record<string, { guest?: boolean; team?: string }> = {}) {
  const runs = createRunIndex(
    aRunSummary({ subject: "waits", state: "awaiting-approval" }),
    aRunSummary({ subject: "goes", state: "investigating" }),
    aRunSummary({ subject: "went", state: "verified" }),
  );
  const muted = { target: "t", namespace: "shop", object: "deploy/cart", until: after(600), by: "U0LI" };
  const home = createHome({
    runs,
    mutes: createMutes(muted),
    people: createPeople({ S0SRE: ["U0LI"] }, guests),
    spend: { today: () => Promise.resolve(1.5), of: () => Promise.resolve(0.25) },
    installation: anInstallation(),
    now: () => noon,
  });
  return async (user: string) => {
    const view = await home(user, "T0SHOP");
    return view?.blocks.map((block) => JSON.stringify(block));
  };
}

it("shows an approver what waits for them, and everybody what runs, ran and is muted", async () => {
  const [waiting, running, last, muted, spend] = (await aHome()("U0LI")) ?? [];
  expect(waiting).toContain("• waits · awaiting-approval · $0.25");
  expect(running).toContain("• goes · investigating");
  expect(last).toContain("• went · verified");
  expect(muted).toContain("`deploy/cart` in `shop` until 12:10 UTC by <@U0LI>");
  expect(spend).toContain("Today: $1.50 of $20.00");
});

it("asks nobody who may not approve", async () => {
  const [waiting] = (await aHome()("U0ANA")) ?? [];
  expect(waiting).toContain("Nothing.");
});

it.each([
  ["a guest", { guest: true }],
  ["somebody of another workspace", { team: "T0ACME" }],
])("shows nothing to %s", async (_who, person) => {
  expect(await aHome({ U0GIL: person })("U0GIL")).toBeUndefined();
});
