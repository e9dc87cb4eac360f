import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Answer, until } from "../../contract/contract-cluster.js";
import { image, type Replay, startReplay } from "./replay.js";

/** Says what it was given, then does what its first argument says. */
const program = `
import { readFileSync, writeFileSync } from "node:fs";
const [what, value] = process.argv.slice(2);
const text = (path) => { try { return readFileSync(path, "utf8"); } catch { return null; } };
if (what === "tell") console.log(JSON.stringify({
  argument: value, plain: process.env.PLAIN, environment: Object.keys(process.env).sort(),
  gateway: text(process.env.GATEWAY_TOKEN), namespace: text(process.env.API + "/namespace"), certificate: text(process.env.API + "/ca.crt"),
  kubeconfig: text(process.env.KUBECONFIG) }));
if (what === "exit") process.exitCode = Number(value);
if (what === "wait") { process.on("SIGTERM", () => { if (value === "stubborn") return; if (value) writeFileSync(value, "asked to end"); process.exit(0); }); console.log("waiting " + process.pid + " " + process.env.TMPDIR); setInterval(() => {}, 1000); }
`;
const place = "/var/run/secrets";

function aRealJob(name: string, args: string[], over: object = {}, pod: object = {}) {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: {
      backoffLimit: 0,
      ...over,
      template: {
        metadata: { labels: { mark: name } },
        spec: {
          restartPolicy: "Never",
          terminationGracePeriodSeconds: 1,
          serviceAccountName: "default",
          containers: [
            {
              name: "run",
              image,
              args,
              env: [
                { name: "PLAIN", value: "as it is" },
                { name: "GATEWAY_TOKEN", value: `${place}/gateway/token` },
                { name: "API", value: `${place}/api` },
              ],
              volumeMounts: [
                { name: "api", mountPath: `${place}/api` },
                { name: "gateway", mountPath: `${place}/gateway` },
              ],
            },
          ],
          volumes: [
            {
              name: "api",
              projected: {
                sources: [
                  { serviceAccountToken: { path: "token", expirationSeconds: 600 } },
                  { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
                  { downwardAPI: { items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }] } },
                ],
              },
            },
            {
              name: "gateway",
              projected: {
                sources: [
                  { serviceAccountToken: { path: "token", audience: "kubeclaw-gateway", expirationSeconds: 600 } },
                ],
              },
            },
          ],
          ...pod,
        },
      },
    },
  };
}

describe("a Job of the replay cluster", () => {
  let opened: Replay;
  beforeAll(async () => {
    opened = await startReplay("title: Jobs", program);
  });
  afterAll(() => opened.close());

  const jobs = () => opened.cluster.path("jobs", "batch/v1");
  const create = (job: object) => opened.cluster.call("POST", jobs(), { body: job });
  const conditions = async (name: string) => {
    const { status } = (await opened.cluster.call("GET", `${jobs()}/${name}`)).body as Partial<Answer>;
    return ((status?.["conditions"] ?? []) as { type: string; reason: string; message: string }[]).map(
      ({ type, reason, message }) => ({ type, reason, message }),
    );
  };
  const ended = async (name: string, type: "Complete" | "Failed") => {
    await until(async () => (await conditions(name)).some((condition) => condition.type === type));
    return (await conditions(name)).find((condition) => condition.type === type)!;
  };
  const podsOf = async (name: string): Promise<Answer[]> =>
    (await opened.cluster.call("GET", `${opened.cluster.path("pods")}?labelSelector=mark%3D${name}`)).body.items;
  const logOf = async (name: string) => {
    const [pod] = await podsOf(name);
    if (!pod) return "";
    return (
      (await opened.cluster.call("GET", `${opened.cluster.path("pods")}/${pod.metadata.name}/log`)).body as unknown as {
        text: string;
      }
    ).text;
  };
  /** Waits until the process runs; answers with its id and its folder. */
  const running = async (name: string) => {
    const line = /^waiting (\d+) (\S+)\n$/;
    await until(async () => line.test(await logOf(name)));
    const [, pid, folder = ""] = line.exec(await logOf(name)) ?? [];
    return { pid: Number(pid), folder };
  };
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it("runs as a process, with its arguments, its tokens in files, and nothing of ours around it", async () => {
    await create(aRealJob("tell", ["tell", "this"]));
    await ended("tell", "Complete");
    const told = JSON.parse(await logOf("tell")) as Record<string, string> & { environment: string[] };
    expect(told).toMatchObject({
      argument: "this",
      plain: "as it is",
      namespace: opened.cluster.namespace,
      certificate: "",
    });
    expect(told.environment).toEqual(["API", "GATEWAY_TOKEN", "KUBECONFIG", "PATH", "PLAIN", "TMPDIR"]);
    expect(told["kubeconfig"]).toContain(opened.replay.url);
    const review = async (token: string, audiences: string[]) =>
      (
        await opened.cluster.call("POST", "/apis/authentication.k8s.io/v1/tokenreviews", {
          body: { spec: { token, audiences } },
        })
      ).body.status;
    const [pod] = await podsOf("tell");
    expect(await review(told["gateway"]!, ["kubeclaw-gateway"])).toMatchObject({
      authenticated: true,
      user: {
        extra: {
          "authentication.kubernetes.io/pod-name": [pod?.metadata.name],
          "authentication.kubernetes.io/pod-uid": [pod?.metadata.uid],
        },
      },
    });
    expect(await review(told["gateway"]!, [])).not.toHaveProperty("authenticated");
    const own = /token: (\S+)/.exec(told["kubeconfig"]!)![1]!;
    expect(await review(own, [])).toMatchObject({ authenticated: true });
    // A token dies with its pod.
    await opened.cluster.call("DELETE", `${jobs()}/tell`, { body: { propagationPolicy: "Background" } });
    await until(async () => (await podsOf("tell")).length === 0);
    expect(await review(own, [])).not.toHaveProperty("authenticated");
  });

  it("says how it ended", async () => {
    await create(aRealJob("good", ["exit", "0"]));
    expect(await ended("good", "Complete")).toMatchObject({ reason: "CompletionsReached" });
    expect((await podsOf("good")).map(({ status }) => status["phase"])).toEqual(["Succeeded"]);
    await create(aRealJob("bad", ["exit", "7"]));
    expect(await ended("bad", "Failed")).toMatchObject({
      reason: "BackoffLimitExceeded",
      message: "Job has reached the specified backoff limit",
    });
    const [pod] = await podsOf("bad");
    expect(JSON.stringify(pod?.status)).toContain('"exitCode":7');
    expect(await conditions("bad")).toHaveLength(2);
  });

  it("fails by its policy", async () => {
    const podFailurePolicy = {
      rules: [{ action: "FailJob", onExitCodes: { containerName: "run", operator: "In", values: [42] } }],
    };
    await create(aRealJob("policy", ["exit", "42"], { backoffLimit: 3, podFailurePolicy }));
    const { reason, message } = await ended("policy", "Failed");
    expect(reason).toBe("PodFailurePolicy");
    expect(message).toMatch(
      /^Container run for pod .*\/policy-.{5} failed with exit code 42 matching FailJob rule at index 0$/,
    );
  });

  it("is ended at its deadline, even if it does not want to", async () => {
    await create(aRealJob("late", ["wait", "stubborn"], { activeDeadlineSeconds: 1 }));
    expect(await ended("late", "Failed")).toMatchObject({
      reason: "DeadlineExceeded",
      message: "Job was active longer than specified deadline",
    });
    expect(await podsOf("late")).toEqual([]);
  }, 20_000);

  it("has its process ended when it is deleted", async () => {
    const farewell = join(opened.folder, "farewell");
    await create(aRealJob("deleted", ["wait", farewell]));
    const { pid } = await running("deleted");
    expect((await opened.cluster.call("GET", `${jobs()}/deleted`)).body.status).toMatchObject({ active: 1, ready: 1 });
    await opened.cluster.call("DELETE", `${jobs()}/deleted`, { body: { propagationPolicy: "Background" } });
    await until(async () => (await podsOf("deleted")).length === 0);
    expect(isAlive(pid)).toBe(false);
    expect(await readFile(farewell, "utf8")).toBe("asked to end");
  }, 20_000);

  it("gets no pod before its account is there", async () => {
    await create(aRealJob("waiting", ["exit", "0"], {}, { serviceAccountName: "later" }));
    const failure = `Error creating: pods "`;
    await until(async () =>
      (await opened.cluster.call("GET", opened.cluster.path("events"))).body.items.some(({ message }) =>
        message.startsWith(failure),
      ),
    );
    expect(await podsOf("waiting")).toEqual([]);
    await opened.cluster.call("POST", opened.cluster.path("serviceaccounts"), {
      body: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "later" } },
    });
    await ended("waiting", "Complete");
  }, 20_000);

  it("goes away by itself some time after its end", async () => {
    await create(aRealJob("brief", ["exit", "0"], { ttlSecondsAfterFinished: 1 }));
    await until(async () => (await opened.cluster.call("GET", `${jobs()}/brief`)).status === 404);
    await until(async () => (await podsOf("brief")).length === 0);
  }, 20_000);

  it("leaves neither process nor file when the cluster closes", async () => {
    await create(aRealJob("open", ["wait"]));
    const { pid, folder } = await running("open");
    await opened.replay.close();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(dirname(folder))).toBe(false);
    await rm(opened.folder, { recursive: true });
    opened = await startReplay("title: Jobs", program);
  }, 20_000);
});
