import { describe, expect, it } from "@jest/globals";
import { type ContractCluster, mergePatch } from "./contract-cluster.js";
import { anAgentRun } from "./objects.js";

/** AgentRun and Decision, as their CRDs say. */
export function describeCustomResources(cluster: () => ContractCluster): void {
  const runs = () => cluster().path("agentruns", "kubeclaw.dev/v1alpha1");
  const create = (name: string, over: object = {}, query = "") =>
    cluster().call("POST", `${runs()}${query}`, { body: { ...anAgentRun(name), ...over } });
  const merge = (path: string, body: unknown) =>
    cluster().call("PATCH", `${runs()}/${path}`, { body, contentType: mergePatch });

  describe("AgentRun", () => {
    it("gets no status by creation", async () => {
      const { status, body } = await create("fresh", { status: { phase: "Running" } });
      expect([status, body.status, body.metadata.generation]).toEqual([201, undefined, 1]);
    });

    it("has a spec that nobody changes", async () => {
      await create("fixed");
      const { status, body } = await merge("fixed", { spec: { subject: "another" } });
      expect([status, body.reason]).toEqual([422, "Invalid"]);
      expect(body.message).toContain("spec is immutable");
    });

    it("has a status of its own", async () => {
      await create("reported");
      const { status, body } = await merge("reported/status", {
        status: { phase: "Running" },
        spec: { subject: "another" },
      });
      expect([status, body.status, body.spec["subject"], body.metadata.generation]).toEqual([
        200,
        { phase: "Running" },
        "shop/deployment/checkout",
        1,
      ]);
      const main = await merge("reported", { status: { phase: "Failed" }, metadata: { labels: { a: "b" } } });
      expect([main.body.status["phase"], main.body.metadata.labels]).toEqual(["Running", { a: "b" }]);
    });

    it("refuses a status for another version", async () => {
      await create("versioned");
      const { status, body } = await merge("versioned/status", {
        metadata: { resourceVersion: "1" },
        status: { phase: "Running" },
      });
      expect([status, body.reason]).toEqual([409, "Conflict"]);
    });

    it.each<[string, object]>([
      ["a text where there is none", { spec: { ...anAgentRun("x").spec, tenant: 5 } }],
      ["what is too long", { spec: { ...anAgentRun("x").spec, subject: "x".repeat(401) } }],
      ["what is missing", { spec: { kind: "investigation" } }],
      ["a word that is not of the list", { spec: { ...anAgentRun("x").spec, kind: "other" } }],
      ["a number out of bounds", { spec: { ...anAgentRun("x").spec, deadlineSeconds: 0 } }],
      ["a text that does not match", { spec: { ...anAgentRun("x").spec, decision: "x" } }],
    ])("refuses %s", async (_, over) => {
      const { status, body } = await create("refused", over);
      expect([status, body.reason]).toEqual([422, "Invalid"]);
      expect(body.details).toMatchObject({ name: "refused", group: "kubeclaw.dev", kind: "AgentRun" });
    });

    it("refuses a phase that there is not", async () => {
      await create("phases");
      expect((await merge("phases/status", { status: { phase: "Nope" } })).status).toBe(422);
    });

    it("drops an unknown field, or refuses it where asked", async () => {
      const over = { spec: { ...anAgentRun("x").spec, bogus: 1 } };
      const { status, body } = await create("loose", over);
      expect([status, body.spec["bogus"]]).toEqual([201, undefined]);
      const strict = await create("strict", over, "?fieldValidation=Strict");
      expect([strict.status, strict.body.reason]).toEqual([400, "BadRequest"]);
      expect(strict.body.message).toContain('unknown field "spec.bogus"');
    });

    it("lists with the kind on each item", async () => {
      await create("listed");
      const { body } = await cluster().call("GET", runs());
      expect(body.items[0]).toMatchObject({ kind: "AgentRun", apiVersion: "kubeclaw.dev/v1alpha1" });
    });

    it("has no scale", async () => {
      await create("unscaled");
      expect((await cluster().call("GET", `${runs()}/unscaled/scale`)).status).toBe(404);
    });
  });
}
