import { networkInterfaces } from "node:os";
import {
  ApiException,
  KubeConfig,
  KubernetesObjectApi,
  type KubernetesObject as ClientObject,
  PatchStrategy,
} from "@kubernetes/client-node";
import { KubernetesApi } from "../../platform/kubernetes/api.js";
import { readManifests } from "../replay/index.js";
import { buildAccountKubeconfig } from "./build-account-kubeconfig.js";
import { buildOptIn } from "./build-opt-in.js";
import type { Cleanup } from "./cleanup.js";
import type { DemoCluster } from "./demo-cluster.js";

/** How long the processes' tokens hold: as long as a demo can reasonably last. */
const tokenSeconds = 86_400;

/** An address of this machine that a pod can reach; the first that is not loopback, unless it is said. */
function addressForPods(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal);
  if (!found) throw new Error("--host: no address of this machine that a pod could reach; name one");
  return found.address;
}

/** The policy that bounds the worker's Jobs names their image: the one of this demo. */
function withImage(object: ClientObject, image: string): ClientObject {
  if (object.kind !== "ValidatingAdmissionPolicy" || object.metadata?.name !== "kubeclaw-worker-jobs") return object;
  const policy = structuredClone(object) as ClientObject & {
    spec: { variables: { name: string; expression: string }[] };
  };
  for (const variable of policy.spec.variables) if (variable.name === "image") variable.expression = `'${image}'`;
  return policy;
}

/**
 * A cluster of the kubeconfig as the demo's: resources, accounts, rights and admission policies as
 * `manifests/overlays/outside` has them, made for the demo and taken away with it. Jobs run in the cluster, the four
 * processes here, each with a token of its own account.
 * @throws Error when KubeClaw is installed there already, or the image is not named.
 */
export async function useRealCluster(input: {
  context: string;
  namespaces: readonly string[];
  image: string | undefined;
  host: string | undefined;
  manifests: (folder: string) => string;
  cleanup: Cleanup;
}): Promise<DemoCluster> {
  const { context, namespaces, image, host, manifests, cleanup } = input;
  if (image === undefined || image === "") {
    throw new Error("--context needs KUBECLAW_AGENT_IMAGE: an image of this Dockerfile that the cluster can pull");
  }
  const api = KubernetesApi.fromEnvironment({ context });
  if (await api.find({ apiVersion: "v1", kind: "Namespace", name: "kubeclaw-system" })) {
    throw new Error(`--context ${context}: KubeClaw is installed there already; the demo would take its place`);
  }
  const config = new KubeConfig();
  config.loadFromDefault();
  config.setCurrentContext(context);
  const client = KubernetesObjectApi.makeApiClient(config);

  const wanted = [
    ...readManifests(manifests("rights")).filter((object) => (object as ClientObject).kind === "Namespace"),
    ...readManifests(manifests("crds"), manifests("rights")).filter(
      (object) => !["Namespace", "Kustomization"].includes((object as ClientObject).kind ?? ""),
    ),
    ...buildOptIn(readManifests(manifests("samples")), namespaces),
  ] as ClientObject[];
  for (const object of wanted) {
    await client.patch(
      withImage(object, image),
      undefined,
      undefined,
      "kubeclaw-demo",
      true,
      PatchStrategy.ServerSideApply,
    );
    cleanup.add(`${object.kind ?? ""} ${object.metadata?.name ?? ""}`, async () => {
      await client.delete(object).catch((error: unknown) => {
        if (!(error instanceof ApiException && error.code === 404)) throw error;
      });
    });
  }

  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error(`--context ${context}: it names no cluster of the kubeconfig`);
  return {
    url: api.server,
    image,
    gatewayHost: host ?? addressForPods(),
    async kubeconfig({ namespace, name }) {
      const answer = await api.open({
        method: "POST",
        path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
        body: {
          apiVersion: "authentication.k8s.io/v1",
          kind: "TokenRequest",
          spec: { expirationSeconds: tokenSeconds },
        },
      });
      const { status } = (await answer.json()) as { status: { token: string } };
      return buildAccountKubeconfig(cluster, name, status.token);
    },
  };
}
