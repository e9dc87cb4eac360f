import { isKubeClawError } from "../../domain/errors.js";
import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import type { KubernetesApi } from "./api.js";
import type { Target } from "./resource-paths.js";

/** What one page is to weigh at most, by the weight of those before it; the first one is short, for nothing is known yet. */
const pageBytes = 8 * 2 ** 20;
const firstPage = 50;
const longestPage = 500;

/** For reads of a namespace as a whole: no read is unbounded, and a Job's memory holds what it reads of one kind. */
export const readBounds = { objects: 5_000, bytes: 48 * 2 ** 20 };

interface Listed {
  items: KubernetesObject[];
  resourceVersion: string;
  /** There are more. */
  cut: boolean;
}

/**
 * The objects of a collection, page by page, with the resourceVersion that a watch can go on from.
 * @param bounds after so many objects or bytes no further page is read. Where bytes are bounded, pages are, too.
 */
export async function listAll(
  api: KubernetesApi,
  target: Target,
  options: { labelSelector?: string | undefined; bounds?: { objects: number; bytes: number } } = {},
): Promise<Listed> {
  try {
    return await readPages(api, target, options);
  } catch (error) {
    // The place in the list expires after some minutes (410): what is there is read from the start, once.
    if (isKubeClawError(error, "conflict")) return readPages(api, target, options);
    throw error;
  }
}

async function readPages(
  api: KubernetesApi,
  target: Target,
  { labelSelector, bounds }: NonNullable<Parameters<typeof listAll>[2]>,
): Promise<Listed> {
  const items: KubernetesObject[] = [];
  let bytes = 0;
  let limit = bounds ? firstPage : longestPage;
  let page: string | undefined;
  for (;;) {
    const list = await api.list(target, { labelSelector, limit, continue: page });
    items.push(...list.items);
    bytes += list.bytes;
    page = list.continue;
    const full = bounds !== undefined && (items.length >= bounds.objects || bytes >= bounds.bytes);
    if (page === undefined || full) return { items, resourceVersion: list.resourceVersion, cut: page !== undefined };
    if (bounds) limit = Math.min(Math.max(Math.floor((pageBytes * items.length) / bytes), 1), longestPage);
  }
}
