import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import type { KubernetesApi } from "./api.js";
import type { Target } from "./resource-paths.js";

/**
 * The objects of a collection, page by page, with the resourceVersion that a watch can go on from; `cut` says that
 * there are more.
 * @param most after so many objects no further page is read.
 */
export async function listAll(
  api: KubernetesApi,
  target: Target,
  options: { labelSelector?: string | undefined; most?: number } = {},
): Promise<{ items: KubernetesObject[]; resourceVersion: string; cut: boolean }> {
  const { labelSelector, most = Number.POSITIVE_INFINITY } = options;
  const items: KubernetesObject[] = [];
  let resourceVersion: string;
  let page: string | undefined;
  do {
    const list = await api.list(target, { labelSelector, continue: page });
    items.push(...list.items);
    resourceVersion = list.resourceVersion;
    page = list.continue;
  } while (page !== undefined && items.length < most);
  return { items, resourceVersion, cut: page !== undefined };
}
