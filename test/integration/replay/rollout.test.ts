import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Answer, jsonPatch, until } from "../../contract/contract-cluster.js";
import { aDeployment } from "../../contract/objects.js";
import { type Replay, startReplay } from "./replay.js";

const scenario = `
title: Rollouts
registries: {registry.local: {images: {shop/checkout: ["1.9.0", "2.0.0"]}}}
programs: [{image: "registry.local/shop/checkout:2.0.0", logs: [starting, "no database"], exits: {code: 3, after: 0s}}]
`;
const revision = "deployment.kubernetes.io/revision";
const image = "/spec/template/spec/containers/0/image";
type Annotated = Answer & { metadata: { annotations: Record<string, string> } };

describe("a rollout of the replay cluster", () => {
  let opened: Replay;
  beforeAll(async () => {
    opened = await startReplay(scenario);
  });
  afterAll(() => opened.close());

  const get = async (plural: string, name = "") =>
    (
      await opened.cluster.call(
        "GET",
        `${opened.cluster.path(plural, plural === "pods" || plural === "events" ? "v1" : "apps/v1")}${name}`,
      )
    ).body as Annotated;
  const checkout = () => get("deployments", "/checkout");
  const setImage = (tag: string) =>
    opened.cluster.call("PATCH", `${opened.cluster.path("deployments", "apps/v1")}/checkout`, {
      body: [{ op: "replace", path: image, value: `registry.local/shop/checkout:${tag}` }],
      contentType: jsonPatch,
    });
  // A Deployment that its controller has not seen yet has no status.
  const progressing = (object: { status?: Record<string, unknown> }) =>
    ((object.status?.["conditions"] ?? []) as { type: string; reason: string; status: string }[]).find(
      ({ type }) => type === "Progressing",
    );
  const done = async () => progressing(await checkout())?.reason === "NewReplicaSetAvailable";
  const sets = async () =>
    Object.fromEntries(
      (await get("replicasets")).items.map((set): [string, [string, unknown]] => [
        (set as Annotated).metadata.annotations[revision] ?? "",
        [set.metadata.name, set.spec["replicas"]],
      ]),
    );
  const messages = async () => (await get("events")).items.map((event) => event.message);

  it("makes a revision, and serves", async () => {
    const wanted = aDeployment("checkout");
    await opened.cluster.call("POST", opened.cluster.path("deployments", "apps/v1"), {
      body: { ...wanted, spec: { ...wanted.spec, replicas: 4, paused: false } },
    });
    await until(done);
    const found = await checkout();
    expect(found.metadata.annotations[revision]).toBe("1");
    expect(found.status).toMatchObject({
      observedGeneration: 1,
      replicas: 4,
      updatedReplicas: 4,
      readyReplicas: 4,
      availableReplicas: 4,
    });
    const pod = (await get("pods")).items[0]!;
    expect(pod.metadata.labels).toMatchObject({
      app: "checkout",
      "pod-template-hash": (await get("replicasets")).items[0]?.metadata.labels["pod-template-hash"],
    });
    expect(pod.metadata.generation).toBe(1);
  });

  it("keeps old pods while the new ones cannot start, and says why", async () => {
    await setImage("1.9.1");
    await until(async () =>
      (await get("pods")).items.some((pod) => JSON.stringify(pod.status).includes("ImagePullBackOff")),
    );
    await until(async () => (await checkout()).status["replicas"] === 5);
    expect((await checkout()).status).toMatchObject({
      observedGeneration: 2,
      updatedReplicas: 2,
      availableReplicas: 3,
      unavailableReplicas: 2,
    });
    const text = JSON.stringify((await get("pods")).items.map(({ status }) => status));
    expect(text).toContain(
      'Back-off pulling image \\"registry.local/shop/checkout:1.9.1\\": ErrImagePull: rpc error: code = NotFound',
    );
    expect(await messages()).toEqual(
      expect.arrayContaining([
        "Error: ErrImagePull",
        "Error: ImagePullBackOff",
        'Back-off pulling image "registry.local/shop/checkout:1.9.1"',
      ]),
    );
  });

  it("takes the old ReplicaSet again on the way back, under a new revision", async () => {
    const before = await sets();
    await setImage("1.9.0");
    await until(done);
    const after = await sets();
    expect(after).toEqual({ 2: [before["2"]?.[0], 0], 3: [before["1"]?.[0], 4] });
    expect((await checkout()).metadata.annotations[revision]).toBe("3");
    const set = (await get("replicasets")).items.find(
      ({ metadata }) => metadata.name === before["1"]?.[0],
    ) as Annotated;
    expect(set.metadata.annotations["deployment.kubernetes.io/revision-history"]).toBe("1");
    expect(await messages()).toContain(`Scaled up replica set ${String(before["1"]?.[0])} from 3 to 4`);
  });

  it("lets a container that exits go round in circles, with its log", async () => {
    await setImage("2.0.0");
    await until(async () =>
      (await get("pods")).items.some((pod) => JSON.stringify(pod.status).includes("CrashLoopBackOff")),
    );
    const pod = (await get("pods")).items.find(({ status }) => JSON.stringify(status).includes("CrashLoopBackOff"))!;
    const [container] = pod.status["containerStatuses"] as {
      restartCount: number;
      lastState: { terminated: { exitCode: number; reason: string } };
    }[];
    expect(container?.restartCount).toBeGreaterThanOrEqual(1);
    expect(container?.lastState.terminated).toMatchObject({ exitCode: 3, reason: "Error" });
    const log = await opened.cluster.call(
      "GET",
      `${opened.cluster.path("pods")}/${pod.metadata.name}/log?previous=true&tailLines=1`,
    );
    expect(log.body).toEqual({ text: "no database\n" });
    const wrong = await opened.cluster.call(
      "GET",
      `${opened.cluster.path("pods")}/${pod.metadata.name}/log?container=nope`,
    );
    expect([wrong.status, wrong.body.message]).toEqual([
      400,
      `container nope is not valid for pod ${pod.metadata.name}`,
    ]);
  });

  it("replaces a pod that is deleted, and scales", async () => {
    await setImage("1.9.0");
    await until(done);
    const [gone] = (await get("pods")).items;
    await opened.cluster.call("DELETE", `${opened.cluster.path("pods")}/${gone!.metadata.name}`);
    await until(async () => !(await get("pods")).items.some(({ metadata }) => metadata.uid === gone!.metadata.uid));
    await until(async () => (await checkout()).status["availableReplicas"] === 4);
    await opened.cluster.call("PATCH", `${opened.cluster.path("deployments", "apps/v1")}/checkout/scale`, {
      body: [{ op: "replace", path: "/spec/replicas", value: 1 }],
      contentType: jsonPatch,
    });
    await until(async () => (await get("pods")).items.length === 1);
  });

  it("makes a Deployment anew while the one before is still on its way out", async () => {
    const path = opened.cluster.path("deployments", "apps/v1");
    const { spec, metadata } = await checkout();
    await opened.cluster.call("DELETE", `${path}/checkout`);
    const again = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "checkout" }, spec };
    expect((await opened.cluster.call("POST", path, { body: again })).status).toBe(201);
    await until(done);
    expect((await checkout()).metadata.uid).not.toBe(metadata.uid);
    expect((await get("pods")).items).toHaveLength(1);
  });

  it("takes everything with the Deployment", async () => {
    await opened.cluster.call("DELETE", `${opened.cluster.path("deployments", "apps/v1")}/checkout`);
    await until(async () => (await get("pods")).items.length + (await get("replicasets")).items.length === 0);
  });
});

describe("the world as it begins", () => {
  it("is what became of its history: old pods serve, a rollout has run into its deadline, and events are an hour old at most", async () => {
    const opened = await startReplay(`${scenario}
namespaces: [shop]
workloads:
  - name: checkout
    namespace: shop
    replicas: 4
    port: 8080
    history:
      - {ago: 6d, pod: {containers: [{name: web, image: "registry.local/shop/checkout:1.9.0"}]}}
      - {ago: 14m, pod: {containers: [{name: web, image: "registry.local/shop/checkout:1.9.1"}]}}
`);
    const read = async (path: string) => (await opened.cluster.call("GET", path)).body;
    const deployment = await read("/apis/apps/v1/namespaces/shop/deployments/checkout");
    expect(deployment.status).toMatchObject({ updatedReplicas: 2, availableReplicas: 3 });
    expect(JSON.stringify(deployment.status)).toContain("ProgressDeadlineExceeded");
    const ages = (await read("/api/v1/namespaces/shop/pods")).items.map(({ metadata }) =>
      Math.round((Date.now() - Date.parse(metadata.creationTimestamp)) / 60_000),
    );
    expect(ages.sort((left, right) => left - right)).toEqual([14, 14, 8_640, 8_640, 8_640]);
    const events = (await read("/api/v1/namespaces/shop/events")).items;
    expect(events.length).toBeGreaterThan(5);
    expect(Math.max(...events.map(({ metadata }) => Date.now() - Date.parse(metadata.creationTimestamp)))).toBeLessThan(
      3_600_000,
    );
    const slices = (await read("/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices")).items as unknown as {
      endpoints: { conditions: { ready: boolean } }[];
    }[];
    expect(slices[0]?.endpoints.map(({ conditions }) => conditions.ready).sort()).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    await opened.close();
  });
});
