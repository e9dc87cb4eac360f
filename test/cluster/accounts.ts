import { randomBytes } from "node:crypto";
import { KubeConfig } from "@kubernetes/client-node";
import { KubernetesApi } from "../../src/platform/kubernetes/api.js";

const kubeconfig = process.env["KUBECLAW_TEST_KUBECONFIG"] ?? "";

/** The cluster under test as its administrator. */
export function asAdmin(): KubernetesApi {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return new KubernetesApi(config);
}

/** The same cluster with a token in place of the administrator's certificate. */
export function withToken(token: string): KubernetesApi {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error("no cluster in KUBECLAW_TEST_KUBECONFIG");
  const fresh = new KubeConfig();
  fresh.loadFromClusterAndUser(cluster, { name: "account", token });
  return new KubernetesApi(fresh);
}

/** A real token of a service account, from the API server. */
export async function tokenOf(
  admin: KubernetesApi,
  namespace: string,
  name: string,
  audience?: string,
): Promise<string> {
  const answer = await admin.open({
    method: "POST",
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: 600, ...(audience === undefined ? {} : { audiences: [audience] }) },
    },
  });
  return ((await answer.json()) as { status: { token: string } }).status.token;
}

/** The cluster as one of our accounts sees it. */
export async function as(admin: KubernetesApi, namespace: string, name: string): Promise<KubernetesApi> {
  return withToken(await tokenOf(admin, namespace, name));
}

/** A name that no other run of the suite uses. */
export function freshName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString("hex")}`;
}
