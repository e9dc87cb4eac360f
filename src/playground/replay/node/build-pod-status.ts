import { type Condition, type ContainerStatus, type Pod, type PodStatus, withCondition } from "../objects/kinds.js";

function phaseOf(containers: readonly ContainerStatus[], restarts: boolean): PodStatus["phase"] {
  const ended = containers.map(({ state }) => ("terminated" in state ? state.terminated.exitCode : undefined));
  if (!restarts && ended.every((code) => code !== undefined))
    return ended.every((code) => code === 0) ? "Succeeded" : "Failed";
  const begun = ({ state, lastState }: ContainerStatus) => !("waiting" in state) || lastState.terminated !== undefined;
  return containers.every(begun) ? "Running" : "Pending";
}

/** A pod's status from those of its containers. @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
export function buildPodStatus(
  pod: Pod,
  containers: readonly ContainerStatus[],
  at: string,
  facts: { podIP: string; mounted: boolean },
): PodStatus {
  const phase = phaseOf(containers, pod.spec.restartPolicy === "Always");
  const unready = containers.filter(({ ready }) => !ready).map(({ name }) => name);
  const over = phase === "Succeeded";
  const notReady = over
    ? { status: "False" as const, reason: "PodCompleted" }
    : {
        status: "False" as const,
        reason: "ContainersNotReady",
        message: `containers with unready status: [${unready.join(" ")}]`,
      };
  const state = (
    type: string,
    met: boolean,
    otherwise: Pick<Condition, "status" | "reason" | "message">,
  ): Condition => ({
    type,
    ...(met ? { status: "True" as const } : otherwise),
    lastTransitionTime: at,
  });
  const wanted = [
    state("PodReadyToStartContainers", facts.mounted && phase !== "Failed" && !over, { status: "False" }),
    state("Initialized", true, { status: "False" }),
    state("Ready", unready.length === 0, notReady),
    state("ContainersReady", unready.length === 0, notReady),
    state("PodScheduled", true, { status: "False" }),
  ];
  return {
    phase,
    conditions: wanted.reduce(withCondition, pod.status?.conditions ?? []),
    hostIP: "10.89.0.1",
    ...(facts.mounted ? { podIP: facts.podIP } : {}),
    startTime: pod.status?.startTime ?? at,
    containerStatuses: [...containers],
    qosClass: "BestEffort",
  };
}
