import type { ContainerStatus } from "../objects/kinds.js";

const waitingTexts: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: "trying and failing to pull image",
};

/** Why there is no log of a container, in the kubelet's words; undefined where there is one. Pure. */
export function refuseLog(
  pod: string,
  { name, state, lastState }: ContainerStatus,
  previous: boolean,
): string | undefined {
  const which = JSON.stringify(name);
  if (lastState.terminated) return undefined;
  if (previous) return `previous terminated container ${which} in pod ${JSON.stringify(pod)} not found`;
  if (!("waiting" in state)) return undefined;
  const { reason } = state.waiting;
  return `container ${which} in pod ${JSON.stringify(pod)} is waiting to start: ${waitingTexts[reason] ?? reason}`;
}
