import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { buildGrants } from "../../src/controller/index.js";
import { KubeClawError } from "../../src/domain/errors.js";
import type { KubernetesObject } from "../../src/domain/kubernetes-object.js";
import type { KubernetesApi } from "../../src/platform/kubernetes/api.js";
import { createControllerCluster } from "../../src/platform/kubernetes/controller-cluster.js";
import { createRunCluster } from "../../src/platform/kubernetes/run-cluster.js";
import { buildAgentRun, buildJob, specDigestAnnotation } from "../../src/worker/index.js";
import { aPlan } from "../builders/plan.js";
import { aRequest } from "../builders/request.js";
import { kubectl } from "../e2e/kubectl.js";
import { as, asAdmin, freshName, tokenOf, withToken } from "./accounts.js";
import { optIn } from "./opt-in.js";

const manifests = fileURLToPath(new URL("../../manifests", import.meta.url));
const kubeconfig = process.env["KUBECLAW_TEST_KUBECONFIG"] ?? "";
const image = "registry.local/kubeclaw:second-wall";
const namespaces = { agents: "kubeclaw-agents", executors: "kubeclaw-executors" };
const shop = freshName("wall");

let admin: KubernetesApi;
let live: KubernetesObject;

/** What the API server says to an attempt: the code of its refusal, with its words. */
async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "allowed";
  } catch (error) {
    if (error instanceof KubeClawError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const deployment = (name: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: shop },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "web", image: "registry.local/shop/checkout:1.9.1" }] },
    },
  },
});
const target = (name: string) => ({ apiVersion: "apps/v1", kind: "Deployment", namespace: shop, name });
const toImage = (value: string) => [{ op: "replace" as const, path: "/spec/template/spec/containers/0/image", value }];

beforeAll(async () => {
  admin = asAdmin();
  await kubectl(kubeconfig, ["apply", "-k", join(manifests, "overlays/outside")]);
  await kubectl(kubeconfig, ["create", "namespace", shop]);
  await optIn(kubeconfig, shop);
  await kubectl(kubeconfig, [
    "patch",
    "validatingadmissionpolicy",
    "kubeclaw-worker-jobs",
    "--type=json",
    "-p",
    JSON.stringify([{ op: "replace", path: "/spec/variables/0/expression", value: `'${image}'` }]),
  ]);
  live = await admin.create(deployment("checkout"));
  await admin.create(deployment("catalog"));
}, 60_000);

afterAll(async () => {
  await kubectl(kubeconfig, ["delete", "namespace", shop, "--wait=false"]);
  await kubectl(kubeconfig, [
    "delete",
    "jobs,agentruns,decisions",
    "-A",
    "-l",
    "app.kubernetes.io/managed-by=kubeclaw",
    "--ignore-not-found",
    "--wait=false",
  ]);
});

describe("the worker's token", () => {
  const settings = {
    image,
    gatewayUrl: "http://gateway:8080",
    approvalPublicKey: "key",
    executorNamespace: "kubeclaw-executors",
    logLevel: "info",
  };
  let worker: KubernetesApi;
  let job: ReturnType<typeof buildJob>;

  beforeAll(async () => {
    worker = await as(admin, "kubeclaw-system", "kubeclaw-worker");
    const cluster = createRunCluster(worker);
    const run = await cluster.ensureRun(
      buildAgentRun({ kind: "investigation", request: aRequest(), deadlineSeconds: 60 }, namespaces),
    );
    job = buildJob(run, settings);
    // The API server reads a policy and its parameters a moment after they are made.
    for (let turn = 0; turn < 100; turn += 1) {
      const refusal = await refusalOf(
        worker.text({
          method: "POST",
          path: "/apis/batch/v1/namespaces/kubeclaw-agents/jobs",
          query: { dryRun: "All" },
          body: job,
        }),
      );
      if (refusal === "allowed") return;
      await sleep(300);
    }
  }, 60_000);

  it("launches the Job of a run, exactly as the worker builds it", async () => {
    await expect(createRunCluster(worker).createJob(job)).resolves.toBe(job.metadata.annotations[specDigestAnnotation]);
  });

  it("deletes the record of a run that is over, and of no other", async () => {
    const cluster = createRunCluster(worker);
    const { name } = job.metadata;
    const run = await cluster.findRun("kubeclaw-agents", name);
    if (!run) throw new Error("no run");
    expect(await refusalOf(cluster.deleteRun(run))).toContain("only a run that has ended is deleted");
    const finishedAt = new Date().toISOString();
    expect(await refusalOf(cluster.updateRunStatus(run, { phase: "Cancelled", finishedAt }))).toBe("allowed");
    expect(await refusalOf(cluster.deleteRun(run))).toBe("allowed");
  });

  it.each([
    [
      "another image",
      (spec: PodSpec) => {
        spec.containers[0]!.image = "registry.local/evil:1";
      },
      "of the installed image",
    ],
    [
      "a second container",
      (spec: PodSpec) => {
        spec.containers.push({ ...spec.containers[0]!, name: "more" });
      },
      "only one container",
    ],
    [
      "the controller's kind of account",
      (spec: PodSpec) => {
        spec.serviceAccountName = "default";
      },
      "account of its kind",
    ],
    [
      "a Secret as a volume",
      (spec: PodSpec) => {
        spec.volumes.push({ name: "s", secret: { secretName: "kubeclaw-bot" } });
      },
      "no volumes but",
    ],
    [
      "a host path",
      (spec: PodSpec) => {
        spec.volumes.push({ name: "h", hostPath: { path: "/" } });
      },
      "no volumes but",
    ],
    [
      "a token for another audience",
      (spec: PodSpec) => {
        spec.volumes.push({
          name: "t",
          projected: { sources: [{ serviceAccountToken: { path: "t", audience: "vault" } }] },
        });
      },
      "the two tokens",
    ],
    [
      "settings out of a Secret",
      (spec: PodSpec) => {
        spec.containers[0]!.envFrom = [{ secretRef: { name: "kubeclaw-bot" } }];
      },
      "nothing is read from Secrets",
    ],
    [
      "an automounted token",
      (spec: PodSpec) => {
        spec.automountServiceAccountToken = true;
      },
      "no token but",
    ],
  ])("may not launch %s", async (_what, change, words) => {
    const other = structuredClone(job);
    other.metadata.name = `${job.metadata.name.slice(0, -4)}ffff`;
    const spec = other.spec as { template: { metadata: { labels: Record<string, string> }; spec: PodSpec } };
    spec.template.metadata.labels["kubeclaw.dev/run"] = other.metadata.name;
    change(spec.template.spec);
    const refusal = await refusalOf(worker.create(other));
    expect(refusal).toMatch(/^(forbidden|invalid)/);
    expect(refusal).toContain(words);
  });

  it.each([
    [
      "create a pod",
      () =>
        worker.create({
          apiVersion: "v1",
          kind: "Pod",
          metadata: { name: "p", namespace: "kubeclaw-agents" },
          spec: { containers: [] },
        }),
    ],
    [
      "create a Job elsewhere",
      () => worker.create({ ...job, metadata: { ...job.metadata, namespace: "kubeclaw-system" } }),
    ],
    [
      "write a Decision",
      () =>
        worker.create({
          apiVersion: "kubeclaw.dev/v1alpha1",
          kind: "Decision",
          metadata: { name: "d", namespace: "kubeclaw-executors" },
          spec: {},
        }),
    ],
    ["read Deployments", () => worker.get(target("checkout"))],
    ["read Secrets", () => worker.text({ path: "/api/v1/namespaces/kubeclaw-system/secrets" })],
    [
      "change the image that its Jobs must have",
      () =>
        worker.text({
          method: "PATCH",
          path: "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/kubeclaw-worker-jobs",
          body: { spec: { variables: [] } },
          contentType: "application/merge-patch+json",
        }),
    ],
    [
      "touch admission objects",
      () =>
        worker.text({
          method: "DELETE",
          path: "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/kubeclaw-worker-jobs",
        }),
    ],
  ])("may not %s", async (_what, attempt) => {
    expect(await refusalOf(attempt())).toMatch(/^forbidden/);
  });
});

describe("the controller's token", () => {
  let controller: KubernetesApi;
  beforeAll(async () => {
    controller = await as(admin, "kubeclaw-system", "kubeclaw-controller");
    const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
    const known = { name: "kubeclaw-executor-known", namespace: shop };
    await controller.create({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: known, rules });
  });

  it("dry-runs a change of a Deployment in a namespace that opted in", async () => {
    const after = await controller.patch(target("checkout"), toImage("registry.local/shop/checkout:1.9.0"), {
      dryRun: true,
    });
    expect(JSON.stringify(after)).toContain("1.9.0");
  });

  it.each([
    [
      "change a Deployment for real",
      () => controller.patch(target("checkout"), toImage("registry.local/shop/checkout:1.9.0")),
      "dry-runs only",
    ],
    [
      "give itself a role",
      () =>
        controller.create({
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "Role",
          metadata: { name: "kubeclaw-mine", namespace: shop },
          rules: [],
        }),
      "grants are for executions only",
    ],
    [
      "give away what it does not hold",
      () =>
        controller.create({
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "Role",
          metadata: { name: "kubeclaw-executor-x", namespace: shop },
          rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
        }),
      "attempting to grant RBAC permissions",
    ],
    [
      "let an execution create things",
      () =>
        controller.create({
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "Role",
          metadata: { name: "kubeclaw-executor-x", namespace: shop },
          rules: [{ apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["create"] }],
        }),
      "an execution may get, list and patch",
    ],
    [
      "let an execution patch every Deployment",
      () =>
        controller.create({
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "Role",
          metadata: { name: "kubeclaw-executor-x", namespace: shop },
          rules: [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }],
        }),
      "one workload, by name",
    ],
    [
      "bind a role to a person",
      () =>
        controller.create({
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "RoleBinding",
          metadata: { name: "kubeclaw-executor-x", namespace: shop },
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "kubeclaw-executor-known" },
          subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "mallory" }],
        }),
      "accounts of executions only",
    ],
    [
      "create a pod",
      () => controller.create({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: shop }, spec: {} }),
      "",
    ],
    ["read Secrets", () => controller.text({ path: `/api/v1/namespaces/${shop}/secrets` }), ""],
    ["delete a namespace", () => controller.remove({ apiVersion: "v1", kind: "Namespace", name: shop }), ""],
    [
      "act in a namespace that did not opt in",
      () => controller.text({ path: "/apis/apps/v1/namespaces/kube-system/deployments" }),
      "",
    ],
    [
      "touch admission objects",
      () =>
        controller.text({
          method: "DELETE",
          path: "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/kubeclaw-controller-scope",
        }),
      "",
    ],
  ])("may not %s", async (_what, attempt, words) => {
    const refusal = await refusalOf(attempt());
    expect(refusal).toMatch(/^(forbidden|invalid)/);
    expect(refusal).toContain(words);
  });
});

describe("an executor's token, minted by the controller", () => {
  const run = `kc-exe-${"ab".repeat(10)}`;
  let executor: KubernetesApi;
  let minted: ReturnType<typeof buildGrants>;
  let controllers: ReturnType<typeof createControllerCluster>;

  beforeAll(async () => {
    controllers = createControllerCluster(
      await as(admin, "kubeclaw-system", "kubeclaw-controller"),
      "kubeclaw-executors",
    );
    const plan = aPlan({
      target: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        namespace: shop,
        name: "checkout",
        uid: live.metadata.uid ?? "",
        generation: 1,
      },
    });
    minted = buildGrants({
      run,
      tenant: "default",
      decision: `kc-dec-${"cd".repeat(10)}`,
      plan,
      executorNamespace: "kubeclaw-executors",
    });
    await controllers.mint(minted);
    executor = await as(admin, "kubeclaw-executors", `kubeclaw-executor-${run}`);
  });

  it("changes the template of the one Deployment that it was minted for", async () => {
    // Rights that were given a moment ago are not known to the authorizer at once.
    const first = () => refusalOf(executor.patch(target("checkout"), toImage("registry.local/shop/checkout:1.9.0")));
    let refusal = await first();
    for (let attempt = 0; refusal.startsWith("forbidden: ") && attempt < 20; attempt += 1) {
      await sleep(250);
      refusal = await first();
    }
    expect(refusal).toBe("allowed");
    expect(JSON.stringify(await admin.get(target("checkout")))).toContain("checkout:1.9.0");
  });

  it("changes its replicas within bounds", async () => {
    await executor.patch(target("checkout"), [{ op: "replace", path: "/spec/replicas", value: 1 }]);
    await executor.patch(target("checkout"), [{ op: "replace", path: "/spec/replicas", value: 0 }]);
  });

  it.each([
    ["another Deployment", () => executor.patch(target("catalog"), toImage("registry.local/shop/checkout:1.9.0")), ""],
    [
      "replicas to more than fifty",
      () => executor.patch(target("checkout"), [{ op: "replace", path: "/spec/replicas", value: 51 }]),
      "no more than 50 replicas",
    ],
    [
      "replicas and pods at once",
      () =>
        executor.patch(target("checkout"), [
          { op: "replace", path: "/spec/replicas", value: 1 },
          ...toImage("registry.local/shop/checkout:1.9.2"),
        ]),
      "never both",
    ],
    [
      "the strategy",
      () =>
        executor.patch(target("checkout"), [{ op: "replace", path: "/spec/strategy", value: { type: "Recreate" } }]),
      "selector, strategy, claims and history",
    ],
    [
      "what is paused",
      () => executor.patch(target("checkout"), [{ op: "add", path: "/spec/paused", value: true }]),
      "paused stays",
    ],
    [
      "labels",
      () => executor.patch(target("checkout"), [{ op: "add", path: "/metadata/labels", value: { a: "b" } }]),
      "labels, finalizers and owners",
    ],
    [
      "finalizers",
      () => executor.patch(target("checkout"), [{ op: "add", path: "/metadata/finalizers", value: ["a/b"] }]),
      "labels, finalizers and owners",
    ],
    [
      "the pods into privileged ones",
      () =>
        executor.patch(target("checkout"), [
          { op: "add", path: "/spec/template/spec/containers/0/securityContext", value: { privileged: true } },
        ]),
      "no privileged containers",
    ],
    [
      "the pods' volumes into the host's",
      () =>
        executor.patch(target("checkout"), [
          { op: "add", path: "/spec/template/spec/volumes", value: [{ name: "h", hostPath: { path: "/" } }] },
        ]),
      "no hostPath",
    ],
    [
      "the pods' network into the host's",
      () => executor.patch(target("checkout"), [{ op: "add", path: "/spec/template/spec/hostNetwork", value: true }]),
      "no host namespaces",
    ],
    [
      "the scale",
      () =>
        executor.patch(target("checkout"), [{ op: "replace", path: "/spec/replicas", value: 3 }], {
          subresource: "scale",
        }),
      "",
    ],
  ])("may not change %s", async (_what, attempt, words) => {
    const refusal = await refusalOf(attempt());
    expect(refusal).toMatch(/^(forbidden|invalid)/);
    expect(refusal).toContain(words);
  });

  it("restarts a StatefulSet that it was minted for, and changes nothing else of its pods", async () => {
    const name = "db";
    await admin.create({
      ...deployment(name),
      kind: "StatefulSet",
      spec: { ...deployment(name).spec, serviceName: name },
    });
    const run = `kc-exe-${"ef".repeat(10)}`;
    const live = await admin.get({ apiVersion: "apps/v1", kind: "StatefulSet", namespace: shop, name });
    const plan = aPlan({
      action: { type: "rollout-restart" },
      target: {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        namespace: shop,
        name,
        uid: live.metadata.uid ?? "",
        generation: 1,
      },
    });
    const grants = buildGrants({
      run,
      tenant: "default",
      decision: `kc-dec-${"ef".repeat(10)}`,
      plan,
      executorNamespace: "kubeclaw-executors",
    });
    await controllers.mint(grants);
    const own = await as(admin, "kubeclaw-executors", `kubeclaw-executor-${run}`);
    const db = { apiVersion: "apps/v1", kind: "StatefulSet", namespace: shop, name };
    const annotations = { "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" };
    await own.patch(db, [{ op: "add", path: "/spec/template/metadata/annotations", value: annotations }]);
    expect(await refusalOf(own.patch(db, toImage("registry.local/shop/checkout:1.9.2")))).toContain(
      "only annotations change",
    );
    expect(await refusalOf(own.patch(target("catalog"), toImage("registry.local/shop/checkout:1.9.2")))).toMatch(
      /^forbidden/,
    );
    await controllers.takeBack(grants);
  });

  it.each([
    ["delete the Deployment", () => executor.remove(target("checkout"))],
    [
      "create anything",
      () => executor.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: shop } }),
    ],
    ["read Secrets", () => executor.text({ path: `/api/v1/namespaces/${shop}/secrets` })],
    [
      "open a shell in a pod",
      () => executor.text({ method: "POST", path: `/api/v1/namespaces/${shop}/pods/any/exec` }),
    ],
    [
      "read other Decisions",
      () => executor.text({ path: "/apis/kubeclaw.dev/v1alpha1/namespaces/kubeclaw-executors/decisions" }),
    ],
    [
      "give itself rights",
      () =>
        executor.create({
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "Role",
          metadata: { name: "r", namespace: shop },
          rules: [],
        }),
    ],
    ["delete a namespace", () => executor.remove({ apiVersion: "v1", kind: "Namespace", name: shop })],
    [
      "touch admission objects",
      () =>
        executor.text({
          method: "DELETE",
          path: "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/kubeclaw-executor-scope",
        }),
    ],
  ])("may not %s", async (_what, attempt) => {
    expect(await refusalOf(attempt())).toMatch(/^forbidden/);
  });

  it("is stopped by the policy even where RBAC was opened by mistake", async () => {
    await kubectl(kubeconfig, [
      "-n",
      shop,
      "create",
      "rolebinding",
      "mistake",
      "--clusterrole=admin",
      `--serviceaccount=kubeclaw-executors:kubeclaw-executor-${run}`,
    ]);
    expect(
      await refusalOf(
        executor.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: shop } }),
      ),
    ).toContain("an execution may change a workload, and nothing else");
    expect(await refusalOf(executor.remove(target("catalog")))).toContain(
      "an execution may change a workload, and nothing else",
    );
    await kubectl(kubeconfig, ["-n", shop, "delete", "rolebinding", "mistake"]);
  });

  it("can do nothing any more once its rights are taken back", async () => {
    await controllers.takeBack(minted);
    await sleep(500);
    expect(await refusalOf(executor.patch(target("checkout"), toImage("registry.local/shop/checkout:1.9.1")))).toMatch(
      /^(forbidden|unauthenticated)/,
    );
  });
});

describe("an agent's token", () => {
  it("reads the namespace that the installer bound, no Secrets, and writes nothing", async () => {
    const agent = await as(admin, "kubeclaw-agents", "kubeclaw-agent-default");
    await expect(agent.get(target("checkout"))).resolves.toBeTruthy();
    for (const attempt of [
      () => agent.text({ path: `/api/v1/namespaces/${shop}/secrets` }),
      () => agent.text({ path: "/apis/apps/v1/namespaces/kube-system/deployments" }),
      () => agent.patch(target("checkout"), toImage("x"), { dryRun: true }),
      () => agent.remove(target("checkout")),
      () => agent.text({ method: "POST", path: `/api/v1/namespaces/${shop}/pods/any/exec` }),
      () => agent.text({ method: "POST", path: `/api/v1/namespaces/${shop}/pods/any/portforward` }),
    ]) {
      expect(await refusalOf(attempt())).toMatch(/^forbidden/);
    }
  });

  it("for the gateway is refused by the API server", async () => {
    const gateways = withToken(await tokenOf(admin, "kubeclaw-agents", "kubeclaw-agent-default", "kubeclaw-gateway"));
    expect(await refusalOf(gateways.get(target("checkout")))).toMatch(/^unauthenticated/);
  });
});

/** The part of a pod's specification that the cases change. */
interface PodSpec {
  serviceAccountName: string;
  automountServiceAccountToken: boolean;
  containers: { name: string; image: string; envFrom?: unknown[] }[];
  volumes: Record<string, unknown>[];
}
