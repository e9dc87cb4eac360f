import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrapRoles } from "./access/bootstrap-roles.js";
import { Tokens } from "./access/tokens.js";
import { createApiServer } from "./api/server.js";
import { version } from "./api/discovery.js";
import { Clock } from "./clock.js";
import { runControllers } from "./controllers/context.js";
import { createDeploymentController } from "./controllers/deployments.js";
import { createEndpointSliceController } from "./controllers/endpoint-slices.js";
import { EventRecorder } from "./controllers/events.js";
import { createGarbageCollector } from "./controllers/garbage-collector.js";
import { createJobController } from "./controllers/jobs.js";
import { createNamespaceController } from "./controllers/namespaces.js";
import { createReplicaSetController } from "./controllers/replica-sets.js";
import { buildKubeconfig } from "./kubeconfig.js";
import { createKubelet, nodeName } from "./node/kubelet.js";
import { type ProcessSettings, startLocalProcess } from "./node/local-process.js";
import { defaultTiming, type Timing } from "./node/node-facts.js";
import { parseCrd } from "./objects/parse-crd.js";
import { Resources } from "./objects/resources.js";
import { ensureObject, playHistory } from "./scenario/play-history.js";
import type { Scenario } from "./scenario/scenario.js";
import { type Draft, Store } from "./store.js";

export { parseScenario, ScenarioError } from "./scenario/parse-scenario.js";
export type { Scenario } from "./scenario/scenario.js";
export { readManifests } from "./read-manifests.js";
export type { Timing } from "./node/node-facts.js";

export interface ReplayClusterOptions {
  scenario: Scenario;
  /** 0, the default, takes a free port. */
  port?: number;
  host?: string;
  /** Pods of this image run as processes of this machine; without it every pod is simulated. */
  runJobs?: Pick<ProcessSettings, "image" | "command">;
  /** Objects of an installation: custom resource definitions, namespaces, accounts and rights are taken, the rest is not. */
  manifests?: readonly unknown[];
  timing?: Partial<Timing>;
}

export interface ReplayCluster {
  url: string;
  adminToken: string;
  /** A kubeconfig's text for a service account, with a token of its own, or for the administrator. */
  kubeconfig(account: { namespace: string; name: string } | "admin"): string;
  close(): Promise<void>;
}

const monthSeconds = 30 * 86_400;
const takenKinds = ["Namespace", "ServiceAccount", "ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding"];
type Manifest = Draft & { kind: string };

function addNode(store: Store, clock: Clock): void {
  const ready = {
    type: "Ready",
    status: "True",
    reason: "KubeletReady",
    message: "kubelet is posting ready status",
    lastTransitionTime: clock.stamp(),
  };
  store.create("Node", {
    metadata: { name: nodeName, labels: { "kubernetes.io/hostname": nodeName, "kubernetes.io/os": "linux" } },
    spec: {},
    status: { conditions: [ready], nodeInfo: { kubeletVersion: version.gitVersion } },
  });
}

/**
 * Starts a stand-in for a cluster: the Kubernetes API as far as KubeClaw uses it, controllers and one node over the
 * facts of a scenario. All is kept in memory; what happens is computed from the objects, as in a cluster.
 * Rejects when the port is taken.
 */
export async function startReplayCluster(options: ReplayClusterOptions): Promise<ReplayCluster> {
  const { scenario, runJobs, port = 0, host = "127.0.0.1", manifests = [] } = options;
  const now = new Date();
  const clock = new Clock(new Date(now.getTime() - scenario.age));
  const resources = new Resources();
  const objects = manifests as readonly Manifest[];
  for (const manifest of objects) if (manifest.kind === "CustomResourceDefinition") resources.add(parseCrd(manifest));
  const store = new Store(resources, clock);
  const tokens = new Tokens(store, clock);
  const context = { store, clock, events: new EventRecorder(store, clock) };
  const programs = new Map(
    scenario.programs.map(({ image, logs, exits }) => [
      image,
      { logs, exits: exits && { code: exits.code, afterMs: exits.after } },
    ]),
  );
  const facts = {
    timing: { ...defaultTiming, ...options.timing },
    registries: scenario.registries,
    program: (image: string) => programs.get(image),
    pulled: new Set<string>(),
  };
  let url = "";
  const folder = mkdtempSync(join(tmpdir(), "kubeclaw-pods-"));
  const kubelet = createKubelet(context, facts, (pod, podIP) =>
    runJobs && clock.live
      ? startLocalProcess(context, tokens, { ...runJobs, folder, url: () => url }, pod, podIP)
      : undefined,
  );
  runControllers(context, [
    createNamespaceController(context),
    createDeploymentController(context),
    createReplicaSetController(context),
    createJobController(context),
    kubelet,
    createEndpointSliceController(context),
    createGarbageCollector(context),
  ]);

  const close = async (): Promise<void> => {
    await kubelet.close();
    clock.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    addNode(store, clock);
    for (const [kind, draft] of bootstrapRoles) store.create(kind, draft);
    const spaces = ["default", "kube-system", ...scenario.namespaces].map((name) => ({
      kind: "Namespace",
      metadata: { name },
    }));
    const given = [...objects.filter(({ kind }) => takenKinds.includes(kind)), ...(scenario.objects as Manifest[])];
    const order = (kind: string) => (takenKinds.includes(kind) ? takenKinds.indexOf(kind) : takenKinds.length);
    for (const object of [...spaces, ...given].sort((left, right) => order(left.kind) - order(right.kind)))
      ensureObject(store, object);
    playHistory(store, clock, scenario, now);
    // Nobody watched the past: a watch from back then is told to list again.
    store.forgetHistory();
    clock.goLive();
    const server = createApiServer({
      store,
      clock,
      tokens,
      logs: (pod, container, previous) => kubelet.logs(pod, container, previous),
    });
    await server.listen({ port, host });
    url = `http://${host.includes(":") ? `[${host}]` : host}:${(server.server.address() as AddressInfo).port}`;
    return {
      url,
      adminToken: tokens.adminToken,
      kubeconfig(account) {
        if (account === "admin") return buildKubeconfig(url, "admin", tokens.adminToken);
        return buildKubeconfig(
          url,
          account.name,
          tokens.issue(account, { audiences: [], seconds: monthSeconds }).token,
        );
      },
      async close() {
        await close();
        await server.close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
