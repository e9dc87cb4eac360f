import { describe, expect, it } from "@jest/globals";
import { type ContractCluster, jsonPatch, until } from "./contract-cluster.js";
import { aConfigMap } from "./objects.js";

/** Lists, pages, selectors, watches. */
export function describeReads(cluster: () => ContractCluster): void {
  const path = () => cluster().path("configmaps");

  async function some(group: string, count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await cluster().call("POST", path(), { body: aConfigMap(`${group}-${index}`, { n: String(index) }, { group }) });
    }
  }

  describe("reading", () => {
    it("answers 404 with a Status for what is not there", async () => {
      const { status, body } = await cluster().call("GET", `${path()}/none`);
      expect(status).toBe(404);
      expect(body).toEqual({
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: 'configmaps "none" not found',
        reason: "NotFound",
        details: { name: "none", kind: "configmaps" },
        code: 404,
      });
    });

    it("answers 404 for a resource that it does not know", async () => {
      const { status, body } = await cluster().call("GET", cluster().path("nonsense"));
      expect([status, body.reason]).toEqual([404, "NotFound"]);
    });

    it("lists in pages, items without a kind of their own", async () => {
      await some("pages", 3);
      const first = await cluster().call("GET", `${path()}?labelSelector=group%3Dpages&limit=2`);
      expect(first.body.kind).toBe("ConfigMapList");
      expect(first.body.items.map((item) => item.metadata.name)).toEqual(["pages-0", "pages-1"]);
      expect(first.body.items[0]).not.toHaveProperty("kind");
      const next = String(first.body.metadata.continue);
      const second = await cluster().call(
        "GET",
        `${path()}?labelSelector=group%3Dpages&limit=2&continue=${encodeURIComponent(next)}`,
      );
      expect(second.body.items.map((item) => item.metadata.name)).toEqual(["pages-2"]);
      expect(second.body.metadata.continue ?? "").toBe("");
      expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    });

    it("refuses a continue token that it did not give", async () => {
      const { status, body } = await cluster().call("GET", `${path()}?limit=1&continue=zzz`);
      expect([status, body.reason]).toEqual([400, "BadRequest"]);
    });

    it.each([
      ["labelSelector=group%3Dselect", ["select-0", "select-1"]],
      ["labelSelector=group%3D%3Dselect,group", ["select-0", "select-1"]],
      ["labelSelector=group%20in%20(select,other)", ["select-0", "select-1"]],
      ["labelSelector=group%20in%20(select),!absent", ["select-0", "select-1"]],
      ["labelSelector=group%3Dselect,group!%3Dselect", []],
      ["labelSelector=group%3Dselect&fieldSelector=metadata.name%3Dselect-1", ["select-1"]],
    ])("selects by %s", async (query, names) => {
      await some("select", 2);
      const { body } = await cluster().call("GET", `${path()}?${query}`);
      expect(body.items.map((item) => item.metadata.name)).toEqual(names);
    });

    it.each(["labelSelector=a%3D%3D%3Db", "fieldSelector=data.x%3Db"])("refuses the selector %s", async (query) => {
      const { status, body } = await cluster().call("GET", `${path()}?${query}`);
      expect([status, body.reason]).toEqual([400, "BadRequest"]);
    });

    it("watches from a version: what comes, what changes, what no longer fits the selector", async () => {
      const list = await cluster().call("GET", path());
      const from = list.body.metadata.resourceVersion;
      await cluster().call("POST", path(), { body: aConfigMap("watched", { a: "1" }, { seen: "yes" }) });
      const watching = cluster().watch(
        `${path()}?watch=true&labelSelector=seen%3Dyes&resourceVersion=${from}&allowWatchBookmarks=true&timeoutSeconds=3`,
      );
      await cluster().call("POST", path(), { body: aConfigMap("unwatched") });
      await cluster().call("PATCH", `${path()}/watched`, {
        body: [{ op: "replace", path: "/data/a", value: "2" }],
        contentType: jsonPatch,
      });
      await cluster().call("PATCH", `${path()}/watched`, {
        body: [{ op: "replace", path: "/metadata/labels/seen", value: "no" }],
        contentType: jsonPatch,
      });
      const events = await watching;
      const changes = events.filter(({ type }) => type !== "BOOKMARK");
      expect(changes.map(({ type, object }) => [type, object.metadata.name, object.kind])).toEqual([
        ["ADDED", "watched", "ConfigMap"],
        ["MODIFIED", "watched", "ConfigMap"],
        ["DELETED", "watched", "ConfigMap"],
      ]);
      const versions = changes.map(({ object }) => Number(object.metadata.resourceVersion));
      expect(versions).toEqual([...versions].sort((left, right) => left - right));
    }, 20_000);

    it("begins a watch without a version with what is there", async () => {
      await some("initial", 1);
      const events = await cluster().watch(`${path()}?watch=true&labelSelector=group%3Dinitial&timeoutSeconds=1`);
      expect(events.map(({ type, object }) => [type, object.metadata.name])).toEqual([["ADDED", "initial-0"]]);
    }, 20_000);

    it("tells of a deletion", async () => {
      const made = await cluster().call("POST", path(), { body: aConfigMap("leaving", {}, { going: "yes" }) });
      const from = made.body.metadata.resourceVersion;
      const watching = cluster().watch(
        `${path()}?watch=true&labelSelector=going%3Dyes&resourceVersion=${from}&timeoutSeconds=1`,
      );
      await cluster().call("DELETE", `${path()}/leaving`);
      expect((await watching).map(({ type }) => type)).toEqual(["DELETED"]);
    }, 20_000);

    it("says 410 inside the stream where the version is too old", async () => {
      const runs = cluster().path("agentruns", "kubeclaw.dev/v1alpha1");
      await until(async () => (await cluster().call("GET", runs)).status === 200);
      const [event, ...more] = await cluster().watch(`${runs}?watch=true&resourceVersion=1&timeoutSeconds=2`);
      expect(more).toEqual([]);
      expect(event?.type).toBe("ERROR");
      expect(event?.object).toMatchObject({ kind: "Status", code: 410, reason: "Expired" });
    }, 20_000);
  });
}
