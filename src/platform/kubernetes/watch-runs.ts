import { AgentRun } from "../../domain/agent-run.js";
import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import type { RunFollower } from "../../worker/index.js";
import type { KubernetesApi } from "./api.js";
import { watchCollection } from "./watch-collection.js";

/** Hands a follower every AgentRun of a namespace and every change. One that is malformed is named, and stops no other. */
export function watchRuns(
  api: KubernetesApi,
  namespace: string,
  labelSelector: string,
  follower: RunFollower,
  onError: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const parse = (object: KubernetesObject): AgentRun[] => {
    const parsed = AgentRun.safeParse(object);
    if (parsed.success) return [parsed.data];
    onError(new Error(`AgentRun ${object.metadata.name} is malformed: ${parsed.error.message.slice(0, 200)}`));
    return [];
  };
  return watchCollection(
    api,
    { apiVersion: "kubeclaw.dev/v1alpha1", kind: "AgentRun", namespace },
    labelSelector,
    {
      onList: (objects) => {
        follower.runs(namespace, objects.flatMap(parse));
      },
      onChange: (object, deleted) => {
        for (const run of parse(object)) follower.run(run, deleted);
      },
      onError,
    },
    signal,
  );
}
