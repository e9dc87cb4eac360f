import { describe, expect, it } from "@jest/globals";
import { type Answer, type ContractCluster, jsonPatch, mergePatch, until } from "./contract-cluster.js";
import { aConfigMap, aDeployment, aJob, anAgentRun } from "./objects.js";

/** Creation, replacement, patches, subresources, deletion. */
export function describeWrites(cluster: () => ContractCluster): void {
  const maps = () => cluster().path("configmaps");
  const deployments = () => cluster().path("deployments", "apps/v1");
  const patch = (path: string, body: unknown, contentType = jsonPatch) =>
    cluster().call("PATCH", path, { body, contentType });

  /** A Deployment that its controller has seen, so that nobody but the test writes to it. */
  async function settled(name: string): Promise<Answer> {
    await cluster().call("POST", deployments(), { body: aDeployment(name) });
    let found: Answer | undefined;
    await until(async () => {
      const last = found?.metadata.resourceVersion;
      found = (await cluster().call("GET", `${deployments()}/${name}`)).body;
      const { resourceVersion, generation } = found.metadata;
      const { status } = found as Partial<Answer>;
      return status?.["observedGeneration"] === generation && resourceVersion === last;
    });
    return found!;
  }

  describe("creating", () => {
    it("fills in what the server decides", async () => {
      const { status, body } = await cluster().call("POST", maps(), { body: aConfigMap("made") });
      expect(status).toBe(201);
      expect(body.metadata).toMatchObject({ name: "made", namespace: cluster().namespace });
      expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    });

    it("takes a name once", async () => {
      await cluster().call("POST", maps(), { body: aConfigMap("once") });
      const { status, body } = await cluster().call("POST", maps(), { body: aConfigMap("once") });
      expect([status, body.reason, body.message]).toEqual([409, "AlreadyExists", 'configmaps "once" already exists']);
    });

    it("keeps nothing of a dry run", async () => {
      const { status } = await cluster().call("POST", `${maps()}?dryRun=All`, { body: aConfigMap("dry") });
      expect(status).toBe(201);
      expect((await cluster().call("GET", `${maps()}/dry`)).status).toBe(404);
    });

    it("completes a Deployment", async () => {
      const made = await settled("completed");
      expect(made.metadata.generation).toBe(1);
      expect(made.spec).toEqual({
        progressDeadlineSeconds: 600,
        replicas: 0,
        paused: true,
        revisionHistoryLimit: 10,
        selector: { matchLabels: { app: "completed" } },
        strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" }, type: "RollingUpdate" },
        template: {
          metadata: { labels: { app: "completed" } },
          spec: {
            containers: [
              {
                image: "registry.local/shop/checkout:1.9.0",
                imagePullPolicy: "IfNotPresent",
                name: "web",
                ports: [{ containerPort: 8080, protocol: "TCP" }],
                resources: {},
                terminationMessagePath: "/dev/termination-log",
                terminationMessagePolicy: "File",
              },
            ],
            dnsPolicy: "ClusterFirst",
            restartPolicy: "Always",
            schedulerName: "default-scheduler",
            securityContext: {},
            terminationGracePeriodSeconds: 30,
          },
        },
      });
    }, 30_000);

    it.each<[string, object, number, string]>([
      ["a name that is none", aConfigMap("C_1"), 422, "Invalid"],
      ["no name", aConfigMap(""), 422, "Invalid"],
      ["another kind", { ...aConfigMap("other"), kind: "Secret" }, 400, "BadRequest"],
      [
        "another namespace",
        { ...aConfigMap("other"), metadata: { name: "other", namespace: "default" } },
        400,
        "BadRequest",
      ],
      ["a field that it does not know", { ...aConfigMap("other"), nope: 1 }, 400, "BadRequest"],
      ["a number for a text", { ...aConfigMap("other"), data: { a: 1 } }, 400, "BadRequest"],
    ])("refuses %s", async (_, body, status, reason) => {
      const reply = await cluster().call("POST", `${maps()}?fieldValidation=Strict`, { body });
      expect([reply.status, reply.body.reason]).toEqual([status, reason]);
    });

    it("refuses a namespace that is not there", async () => {
      const { status, body } = await cluster().call("POST", "/api/v1/namespaces/kubeclaw-absent/configmaps", {
        body: aConfigMap("x"),
      });
      expect([status, body.message]).toEqual([404, 'namespaces "kubeclaw-absent" not found']);
    });
  });

  describe("replacing", () => {
    it("is refused on another version", async () => {
      await cluster().call("POST", maps(), { body: aConfigMap("replaced") });
      const stale = { ...aConfigMap("replaced", { a: "2" }), metadata: { name: "replaced", resourceVersion: "1" } };
      const { status, body } = await cluster().call("PUT", `${maps()}/replaced`, { body: stale });
      expect([status, body.reason]).toEqual([409, "Conflict"]);
      expect(body.message).toBe(
        'Operation cannot be fulfilled on configmaps "replaced": the object has been modified; please apply your changes to the latest version and try again',
      );
    });

    it("makes a new version", async () => {
      const { body: made } = await cluster().call("POST", maps(), { body: aConfigMap("versions") });
      const { status, body } = await cluster().call("PUT", `${maps()}/versions`, {
        body: { ...made, data: { a: "2" } },
      });
      expect([status, body.data]).toEqual([200, { a: "2" }]);
      expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
      expect(body.metadata.uid).toBe(made.metadata.uid);
    });
  });

  describe("JSON Patch", () => {
    it.each<[string, unknown, number]>([
      [
        "a test that fails",
        [
          { op: "test", path: "/data/a", value: "9" },
          { op: "replace", path: "/data/a", value: "2" },
        ],
        422,
      ],
      ["a path that is not there", [{ op: "replace", path: "/data/none/below", value: "2" }], 422],
      ["the removal of nothing", [{ op: "remove", path: "/data/none" }], 422],
      ["an operation that it does not know", [{ op: "frob", path: "/data/a" }], 422],
      ["a value of another type", [{ op: "add", path: "/data/n", value: 5 }], 422],
      ["a field that it does not know", [{ op: "add", path: "/nope", value: 5 }], 422],
      ["another name", [{ op: "replace", path: "/metadata/name", value: "x" }], 400],
      ["another version", [{ op: "add", path: "/metadata/resourceVersion", value: "1" }], 409],
      ["no list", { a: 1 }, 400],
    ])("refuses %s, and changes nothing", async (_, body, status) => {
      await cluster().call("POST", maps(), { body: aConfigMap("patched") });
      const before = await cluster().call("GET", `${maps()}/patched`);
      const reply = await patch(`${maps()}/patched?fieldValidation=Strict`, body);
      expect([reply.status, reply.body.kind]).toEqual([status, "Status"]);
      expect((await cluster().call("GET", `${maps()}/patched`)).body).toEqual(before.body);
    });

    it("does not tell which test failed", async () => {
      await cluster().call("POST", maps(), { body: aConfigMap("tested") });
      const { body } = await patch(`${maps()}/tested`, [{ op: "test", path: "/data/a", value: "9" }]);
      expect(body).toEqual({
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: "the server rejected our request due to an error in our request",
        reason: "Invalid",
        details: {},
        code: 422,
      });
    });

    it("applies on the uid, the generation and the version that its tests name", async () => {
      const { metadata } = await settled("bound");
      const image = "/spec/template/spec/containers/0/image";
      const tests = [
        { op: "test", path: "/metadata/uid", value: metadata.uid },
        { op: "test", path: "/metadata/generation", value: metadata.generation },
        { op: "test", path: "/metadata/resourceVersion", value: metadata.resourceVersion },
        { op: "test", path: image, value: "registry.local/shop/checkout:1.9.0" },
      ];
      const change = [...tests, { op: "replace", path: image, value: "registry.local/shop/checkout:1.9.1" }];
      expect((await patch(`${deployments()}/bound`, change)).status).toBe(200);
      expect((await patch(`${deployments()}/bound`, change)).status).toBe(422);
    }, 30_000);

    it("refuses a patch of another kind", async () => {
      expect((await patch(`${maps()}/patched`, {}, "text/plain")).status).toBe(415);
    });

    it("keeps nothing of a dry run, and shows what would be", async () => {
      const before = await settled("dry-patch");
      const { status, body } = await patch(`${deployments()}/dry-patch?dryRun=All`, [
        { op: "replace", path: "/spec/progressDeadlineSeconds", value: 90 },
      ]);
      expect([status, body.spec["progressDeadlineSeconds"], body.metadata.generation]).toEqual([200, 90, 2]);
      expect(body.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
      expect((await cluster().call("GET", `${deployments()}/dry-patch`)).body).toEqual(before);
    }, 30_000);
  });

  describe("generation", () => {
    it("grows with what is wanted, with nothing else", async () => {
      const name = "generations";
      const first = await settled(name);
      const labelled = await patch(`${deployments()}/${name}`, [
        { op: "replace", path: "/metadata/labels/app", value: "zz" },
      ]);
      expect(labelled.body.metadata.generation).toBe(1);
      expect(labelled.body.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
      const changed = await patch(`${deployments()}/${name}`, [
        { op: "replace", path: "/spec/progressDeadlineSeconds", value: 90 },
      ]);
      expect(changed.body.metadata.generation).toBe(2);
    }, 30_000);

    it("stays, with the version, where nothing changed", async () => {
      const before = await settled("unchanged");
      const { body } = await patch(`${deployments()}/unchanged`, [
        { op: "replace", path: "/spec/progressDeadlineSeconds", value: 600 },
      ]);
      expect(body.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
      expect(body.metadata.generation).toBe(1);
    }, 30_000);

    it.each([
      ["/spec/replicas", -1],
      ["/spec/selector/matchLabels/app", "other"],
      ["/spec/template/spec/containers/0/image", ""],
    ])(
      "refuses %s = %p",
      async (path, value) => {
        await settled("invalid");
        const { status, body } = await patch(`${deployments()}/invalid`, [{ op: "replace", path, value }]);
        expect([status, body.reason, body.details.kind]).toEqual([422, "Invalid", "Deployment"]);
      },
      30_000,
    );

    it.each(["/spec/bogus", "/spec/template/spec/containers/0/imag"])(
      "refuses the unknown field %s",
      async (path) => {
        await settled("strict");
        const { status, body } = await patch(`${deployments()}/strict?fieldValidation=Strict`, [
          { op: "add", path, value: "x" },
        ]);
        expect([status, body.reason]).toEqual([422, "Invalid"]);
      },
      30_000,
    );
  });

  describe("subresources", () => {
    it("keep the status from the rest, and the rest from the status", async () => {
      const name = "parts";
      const before = await settled(name);
      const main = await patch(`${deployments()}/${name}`, { status: { replicas: 7 } }, mergePatch);
      expect([main.status, main.body.status["replicas"]]).toEqual([200, before.status["replicas"]]);
      const status = await patch(
        `${deployments()}/${name}/status`,
        { spec: { replicas: 7 }, status: { collisionCount: 1 } },
        mergePatch,
      );
      expect([
        status.body.spec["replicas"],
        status.body.status["collisionCount"],
        status.body.metadata.generation,
      ]).toEqual([0, 1, 1]);
    }, 30_000);

    it("scale a Deployment, as a new generation", async () => {
      const { metadata } = await settled("scaled");
      const read = await cluster().call("GET", `${deployments()}/scaled/scale`);
      expect(read.body).toMatchObject({
        kind: "Scale",
        apiVersion: "autoscaling/v1",
        spec: {},
        status: { replicas: 0, selector: "app=scaled" },
      });
      const body = {
        apiVersion: "autoscaling/v1",
        kind: "Scale",
        metadata: { name: "scaled", namespace: cluster().namespace, resourceVersion: metadata.resourceVersion },
        spec: { replicas: 1 },
      };
      expect((await cluster().call("PUT", `${deployments()}/scaled/scale`, { body })).body.spec).toEqual({
        replicas: 1,
      });
      expect((await cluster().call("GET", `${deployments()}/scaled`)).body).toMatchObject({
        metadata: { generation: 2 },
        spec: { replicas: 1 },
      });
      expect((await cluster().call("PUT", `${deployments()}/scaled/scale`, { body })).status).toBe(409);
    }, 30_000);
  });

  describe("deleting", () => {
    it("is bound to a uid where one is given", async () => {
      await cluster().call("POST", maps(), { body: aConfigMap("kept") });
      const { status, body } = await cluster().call("DELETE", `${maps()}/kept`, {
        body: { preconditions: { uid: "another" } },
      });
      expect([status, body.reason]).toEqual([409, "Conflict"]);
      expect((await cluster().call("GET", `${maps()}/kept`)).status).toBe(200);
    });

    it("answers with what it deleted, and 404 the next time", async () => {
      const { body: made } = await cluster().call("POST", maps(), { body: aConfigMap("deleted") });
      const { status, body } = await cluster().call("DELETE", `${maps()}/deleted`, {
        body: { propagationPolicy: "Background" },
      });
      expect(status).toBe(200);
      expect(body).toEqual({
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Success",
        details: { name: "deleted", kind: "configmaps", uid: made.metadata.uid },
      });
      expect((await cluster().call("DELETE", `${maps()}/deleted`)).status).toBe(404);
    });

    it("takes what the object owned with it", async () => {
      const runs = cluster().path("agentruns", "kubeclaw.dev/v1alpha1");
      const jobs = cluster().path("jobs", "batch/v1");
      const { body: run } = await cluster().call("POST", runs, { body: anAgentRun("owner") });
      const made = await cluster().call("POST", jobs, { body: aJob("owned", run) });
      expect(made.status).toBe(201);
      await cluster().call("DELETE", `${runs}/owner`, { body: { propagationPolicy: "Background" } });
      await until(async () => (await cluster().call("GET", `${jobs}/owned`)).status === 404);
    }, 30_000);
  });
}
