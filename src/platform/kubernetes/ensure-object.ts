import { isKubeClawError, KubeClawError } from "../../domain/errors.js";
import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import type { KubernetesApi } from "./api.js";
import type { ObjectToCreate } from "./resource-paths.js";

/**
 * Creates an object, or returns the one of its name that is there. A 409 where nothing is there (a quota that was
 * changed at the same moment) is worth another try.
 */
export async function ensureObject(api: KubernetesApi, object: ObjectToCreate): Promise<KubernetesObject> {
  try {
    return await api.create(object);
  } catch (error) {
    if (!isKubeClawError(error, "conflict")) throw error;
    const { apiVersion, kind, metadata } = object;
    const there = await api.find({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
    if (there) return there;
    throw new KubeClawError("conflict", error.message, { retryable: true, cause: error });
  }
}
