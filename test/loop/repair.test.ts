import { readdir } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { type ClusterObject, type Demo, eventually, isAlive, type Message, runOf, stateOf } from "./demo.js";
import { demoForAll } from "./demo-for-all.js";

const imageOf = (deployment: ClusterObject) => deployment.spec.template.spec.containers[0]?.image;
const good = "registry.local/shop/checkout:1.9.0";
const bad = "registry.local/shop/checkout:1.9.1";

describe("one incident, from the command to the undo", () => {
  let folder: string;
  let demo: Demo;
  let card: Message;
  demoForAll((started, own) => {
    demo = started;
    folder = own;
  });

  it("is up", async () => {
    expect(await demo.get("healthz")).toEqual({ ok: true });
    expect(Object.keys(demo.ready.pids)).toEqual(["bot", "gateway", "worker", "controller"]);
  });

  it("finds why checkout is broken, and offers a plan", async () => {
    expect(await demo.command("ana", "investigate deploy/checkout -n shop")).toMatchObject({ ok: true });
    // Two messages bring the finding and the plan; for a moment either may stand there alone.
    card = await demo.card("sre", ["awaiting-approval"], ({ text }) => text.includes("the new image does not exist"));
    const text = JSON.stringify(card.blocks);
    expect(text).toContain(bad);
    expect(text).toContain("Roll back checkout to revision 1");
    expect(imageOf(await demo.deployment("checkout"))).toBe(bad);
  }, 30_000);

  it("lets nobody approve who may not, and says so to them alone", async () => {
    await demo.press("max", card, "approve");
    const told = await eventually(async () =>
      (await demo.messages("sre", "max")).find((message) => message.ephemeral === true),
    );
    expect(told.text).toContain("approve changes in shop");
    expect((await demo.messages("sre", "ana")).filter((message) => message.ephemeral === true)).toEqual([]);
    expect(stateOf((await demo.cards("sre"))[0]!)).toBe("awaiting-approval");
    expect(imageOf(await demo.deployment("checkout"))).toBe(bad);
  }, 30_000);

  it("rolls back what was approved, and verifies it", async () => {
    await demo.press("li", card, "approve");
    card = await demo.card("sre", ["verified", "failed", "unknown", "no-effect", "rolled-back"]);
    expect(stateOf(card)).toBe("verified");
    const deployment = await demo.deployment("checkout");
    expect(imageOf(deployment)).toBe(good);
    expect(deployment.metadata.annotations["deployment.kubernetes.io/revision"]).toBe("3");
    expect(deployment.status).toMatchObject({ replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
  }, 30_000);

  it("runs an approved plan once", async () => {
    await demo.press("jo", card, "approve").catch(() => undefined);
    expect((await demo.deployment("checkout")).metadata.generation).toBe(3);
  }, 30_000);

  it("undoes it, after another approval", async () => {
    await demo.press("li", card, "undo");
    const asked = await demo.card("sre", ["awaiting-approval"]);
    expect(imageOf(await demo.deployment("checkout"))).toBe(good);
    await demo.press("jo", asked, "approve");
    await demo.card("sre", ["undone"]);
    expect(imageOf(await demo.deployment("checkout"))).toBe(bad);
    expect(await demo.cards("sre")).toHaveLength(1);
    expect(runOf(asked)).toBe(runOf(card));
  }, 30_000);

  it("leaves no right and no pod behind", async () => {
    const names = async (path: string) => {
      const { items } = await demo.cluster(path);
      return items.map((item) => item.metadata.name).filter((name) => name.startsWith("kubeclaw-executor-"));
    };
    const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces";
    await eventually(async () => {
      const left = await Promise.all(
        [
          `${rbac}/shop/roles`,
          `${rbac}/shop/rolebindings`,
          `${rbac}/kubeclaw-executors/roles`,
          "/api/v1/namespaces/kubeclaw-executors/serviceaccounts",
        ].map(names),
      );
      return left.flat().length === 0 ? true : undefined;
    });
    const { items: pods } = await demo.cluster("/api/v1/namespaces/kubeclaw-executors/pods");
    expect(pods.map((pod) => pod.status.phase)).toEqual(["Succeeded", "Succeeded"]);
  }, 30_000);

  it.each([
    ["payments", "the registry refuses access"],
    ["cart", "ConfigMap cart-settings-v2 does not exist"],
    ["search", "ConfigMap search-settings has no key RANKING_MODEL"],
  ])(
    "finds what is wrong with %s",
    async (name, why) => {
      await demo.command("ana", `investigate deploy/${name} -n shop`);
      const found = await demo.card("sre", ["finding", "awaiting-approval"], (candidate) =>
        candidate.text.includes(name),
      );
      expect(JSON.stringify(found)).toContain(why);
    },
    30_000,
  );

  it.each(["catalog", "frontend"])(
    "finds nothing wrong with %s",
    async (name) => {
      await demo.command("ana", `investigate deploy/${name} -n shop`);
      await demo.card("sre", ["healthy"], (candidate) => candidate.text.includes(name));
    },
    30_000,
  );

  it("stops on SIGINT, and leaves no process and no file", async () => {
    const pids = Object.values(demo.ready.pids);
    expect(pids.every(isAlive)).toBe(true);
    expect(await demo.stop()).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    await expect(fetch(`${demo.ready.slack}/playground/healthz`)).rejects.toThrow();
  }, 30_000);
});
