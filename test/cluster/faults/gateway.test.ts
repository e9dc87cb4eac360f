import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { runLabels } from "../../../src/domain/labels.js";
import { createRunStore } from "../../../src/platform/redis/run-store.js";
import { keys } from "../../../src/platform/redis/keys.js";
import { aRequest, aRunId } from "../../builders/request.js";
import { kubectl } from "../../e2e/kubectl.js";
import { freePort } from "../../integration/free-port.js";
import { tokenOf } from "../accounts.js";
import { type ApiProxy, startApiProxy } from "./api-proxy.js";
import { inAWorld, sleep, until, type World } from "./world.js";

const patience = 120_000;
const kubeconfig = process.env["KUBECLAW_TEST_KUBECONFIG"] ?? "";

/** A gateway that may be killed and started again on its port, and the pod of a run that speaks to it. */
async function aGateway(world: World) {
  const { admin, agents, executors, shop } = world;
  const rbac = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole" };
  const subjects = [{ kind: "ServiceAccount", name: "gateway", namespace: executors }];
  await admin.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "gateway", namespace: executors } });
  const binding = ["clusterrolebinding", executors];
  const toReviewTokens = ["--clusterrole=kubeclaw-gateway", `--serviceaccount=${executors}:gateway`];
  await kubectl(kubeconfig, ["create", ...binding, ...toReviewTokens]);
  world.onClose(() => kubectl(kubeconfig, ["delete", ...binding]));
  const bind = (namespace: string, role: string, who: { kind: string; name: string; namespace: string }[]) =>
    admin.create({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: role, namespace },
      roleRef: { ...rbac, name: role },
      subjects: who,
    });
  await bind(agents, "kubeclaw-investigator", subjects);
  await bind(shop, "kubeclaw-investigator", [
    { kind: "ServiceAccount", name: "kubeclaw-agent-default", namespace: agents },
  ]);
  const pod = await admin.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "run", namespace: agents, labels: runLabels(aRunId, "investigation", "default") } as {
      name: string;
    },
    spec: {
      serviceAccountName: "kubeclaw-agent-default",
      nodeSelector: { "kubeclaw.dev/nowhere": "true" },
      containers: [{ name: "run", image: "registry.local/kubeclaw:none" }],
    },
  });
  const answer = await admin.open({
    method: "POST",
    path: `/api/v1/namespaces/${agents}/serviceaccounts/kubeclaw-agent-default/token`,
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: {
        audiences: ["kubeclaw-gateway"],
        expirationSeconds: 600,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "run", uid: pod.metadata.uid },
      },
    },
  });
  const { token } = ((await answer.json()) as { status: { token: string } }).status;
  const request = aRequest({ scope: { namespace: shop, object: null } });
  await createRunStore(world.redis).put({ kind: "investigation", request, deadlineSeconds: 300 });

  const proxy: ApiProxy = await startApiProxy();
  world.onClose(() => {
    proxy.close();
  });
  const port = await freePort();
  const own = await tokenOf(admin, executors, "gateway");
  const url = `http://127.0.0.1:${port}`;
  const gateway = {
    proxy,
    url,
    token,
    child: null as ReturnType<typeof spawn> | null,
    async start(): Promise<void> {
      const child = spawn(process.execPath, ["dist/main/cli.js", "gateway"], {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...world.environment(), KUBECONFIG: proxy.kubeconfig(own), PORT: String(port) },
      });
      gateway.child = child;
      world.onClose(() => child.kill("SIGKILL"));
      await until(() =>
        fetch(`${url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
    },
  };
  await gateway.start();
  return gateway;
}

it.concurrent(
  "a gateway that is killed three times during a run, and away for 5 s each time: the run goes on, told once",
  inAWorld(async (world) => {
    const gateway = await aGateway(world);
    let calls = 0;
    gateway.proxy.fate = ({ path }) => {
      if (!path.endsWith("/tokenreviews")) return "pass";
      calls += 1;
      if (![1, 3, 5].includes(calls)) return "pass";
      gateway.child?.kill("SIGKILL");
      setTimeout(() => void gateway.start(), 5_000);
      return "cut";
    };
    const agents = await startApiProxy();
    world.onClose(() => {
      agents.close();
    });
    const tokenPath = join(world.folder(), "token");
    writeFileSync(tokenPath, gateway.token);
    const began = performance.now();
    const agent = spawn(process.execPath, ["dist/main/cli.js", "agent"], {
      stdio: "inherit",
      env: {
        PATH: process.env["PATH"],
        KUBECONFIG: agents.kubeconfig(await tokenOf(world.admin, world.agents, "kubeclaw-agent-default")),
        KUBECLAW_RUN: aRunId,
        KUBECLAW_GATEWAY_URL: gateway.url,
        KUBECLAW_GATEWAY_TOKEN_PATH: tokenPath,
        LOG_LEVEL: "silent",
      },
    });
    const [code] = (await once(agent, "exit")) as [number | null];
    console.log(`gateway killed three times -> run ended: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    expect([code, calls > 5]).toEqual([0, true]);
    expect((await world.facts(aRunId)).map(({ kind }) => kind).sort()).toEqual(["finding", "progress"]);
  }),
  patience,
);

it.concurrent(
  "SIGTERM under load: what is under way is answered, ends in time with 0, and nothing that was answered is lost",
  inAWorld(async (world) => {
    const gateway = await aGateway(world);
    gateway.proxy.delayMs = 700;
    const report = (apiCalls: number) =>
      fetch(`${gateway.url}/v1/reads`, {
        method: "POST",
        headers: { authorization: `Bearer ${gateway.token}`, "content-type": "application/json" },
        body: JSON.stringify({
          apiCalls,
          bytes: 1,
          objects: 1,
          events: 1,
          logLines: 1,
          snapshotDigest: "0".repeat(64),
        }),
      }).then(
        ({ status }) => status,
        () => "cut",
      );
    const answers = Array.from({ length: 40 }, (_, index) => report(index));
    await sleep(400);
    const began = performance.now();
    gateway.child?.kill("SIGTERM");
    const [code] = gateway.child ? ((await once(gateway.child, "exit")) as [number | null]) : [null];
    console.log(`gateway, SIGTERM under load -> gone: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    expect(code).toBe(0);
    expect(await Promise.all(answers)).toEqual(Array(40).fill(202));
    const recorded = (await world.redis.xrange(keys.audit, "-", "+")).map(([, fields]) => fields.join(" "));
    expect(recorded.filter((text) => text.includes('"kind":"read"'))).toHaveLength(40);
  }),
  patience,
);
