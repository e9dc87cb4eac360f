import type { Controller, ControllerContext } from "../controllers/context.js";
import type { Pod } from "../objects/kinds.js";
import type { LogAnswer, NodeFacts, PodWorker } from "./node-facts.js";
import { startSimulatedPod } from "./simulated-pod.js";

export const nodeName = "node-1";

export interface Kubelet extends Controller {
  logs(pod: { namespace: string; name: string }, container: string | undefined, previous: boolean): LogAnswer;
  close(): Promise<void>;
}

/**
 * The one node, with its scheduler: binds pods, and runs each of them either as a local process (where `startProcess`
 * takes its image) or simulated.
 */
export function createKubelet(
  context: ControllerContext,
  facts: NodeFacts,
  startProcess: (pod: Pod, podIP: string) => PodWorker | undefined,
): Kubelet {
  const { store, clock, events } = context;
  const workers = new Map<string, PodWorker>();
  const ending = new Set<string>();
  let addresses = 1;

  function bind(pod: Pod): void {
    const bindTo = (draft: Pod): void => {
      draft.spec.nodeName = nodeName;
      draft.status = {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "True", lastTransitionTime: clock.stamp() }],
      };
    };
    // Binding is the scheduler's, and no change of what is wanted.
    store.change(pod, bindTo, false);
    const { namespace = "", name } = pod.metadata;
    events.record(pod, {
      type: "Normal",
      reason: "Scheduled",
      message: `Successfully assigned ${namespace}/${name} to ${nodeName}`,
      component: "default-scheduler",
    });
    const bound = store.get("Pod", namespace, name);
    addresses += 1;
    const podIP = `10.88.${Math.floor(addresses / 250) % 250}.${(addresses % 250) + 2}`;
    workers.set(pod.metadata.uid, startProcess(bound, podIP) ?? startSimulatedPod(context, facts, bound, podIP));
  }

  return {
    kinds: ["Pod"],
    reconcile() {
      const pods = store.all("Pod");
      for (const pod of pods) {
        const { uid, deletionTimestamp } = pod.metadata;
        if (deletionTimestamp !== undefined) {
          if (ending.has(uid)) continue;
          ending.add(uid);
          const worker = workers.get(uid);
          if (worker) worker.stop();
          else store.remove(pod);
        } else if (pod.spec.nodeName === undefined) bind(pod);
      }
      const there = new Set(pods.map(({ metadata }) => metadata.uid));
      for (const [uid, worker] of workers) {
        if (there.has(uid)) continue;
        workers.delete(uid);
        ending.delete(uid);
        void worker.abandon();
      }
    },
    logs({ namespace, name }, container, previous) {
      const pod = store.find("Pod", namespace, name);
      return workers.get(pod?.metadata.uid ?? "")?.logs(container, previous) ?? { lines: [] };
    },
    async close() {
      await Promise.all([...workers.values()].map((worker) => worker.abandon()));
    },
  };
}
