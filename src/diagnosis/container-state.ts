import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";

/** How one run of a container ended. */
export interface Termination {
  exitCode: number;
  reason: string;
  message: string;
  startedAt: string | undefined;
  finishedAt: string | undefined;
  /** Where in the pod it stands, as evidence names it. */
  path: string;
}

/** One container of one pod, with what its status says. */
export interface ContainerState {
  pod: KubernetesObject;
  name: string;
  init: boolean;
  image: string;
  /** The container as the pod's spec has it. */
  spec: unknown;
  /** Where in the pod its waiting state stands, as evidence names it. */
  path: string;
  waitingReason: string | undefined;
  waitingMessage: string;
  ready: boolean;
  restarts: number;
  /** Since when it runs; undefined where it does not. */
  runningSince: string | undefined;
  running: boolean;
  /** How it ended, where it has ended and was not started again. */
  ended: Termination | undefined;
  /** How the run before ended. */
  before: Termination | undefined;
}

function termination(status: unknown, field: "state" | "lastState", path: string): Termination | undefined {
  const found = at(status, field, "terminated");
  const exitCode = numberAt(found, "exitCode");
  if (exitCode === undefined) return undefined;
  return {
    exitCode,
    reason: textAt(found, "reason") ?? "",
    message: textAt(found, "message") ?? "",
    startedAt: textAt(found, "startedAt"),
    finishedAt: textAt(found, "finishedAt"),
    path: `${path}.${field}.terminated`,
  };
}

/** The containers of a pod, init containers first, each with its status where the pod has one. */
export function containersOf(pod: KubernetesObject): ContainerState[] {
  const read = (specs: string, statuses: string, init: boolean): ContainerState[] =>
    listAt(pod, "spec", specs).map((container) => {
      const name = textAt(container, "name") ?? "";
      const all = listAt(pod, "status", statuses);
      const index = all.findIndex((status) => textAt(status, "name") === name);
      const status = all[index];
      const path = `status.${statuses}[${Math.max(index, 0)}]`;
      return {
        pod,
        name,
        // An init container that restarts always is a sidecar: it runs beside the others.
        init: init && textAt(container, "restartPolicy") !== "Always",
        image: textAt(container, "image") ?? textAt(status, "image") ?? "",
        spec: container,
        path: `${path}.state.waiting`,
        waitingReason: textAt(status, "state", "waiting", "reason"),
        waitingMessage: textAt(status, "state", "waiting", "message") ?? "",
        ready: at(status, "ready") === true,
        restarts: numberAt(status, "restartCount") ?? 0,
        runningSince: textAt(status, "state", "running", "startedAt"),
        running: at(status, "state", "running") !== undefined,
        ended: termination(status, "state", path),
        before: termination(status, "lastState", path),
      };
    });
  return [...read("initContainers", "initContainerStatuses", true), ...read("containers", "containerStatuses", false)];
}

const minute = 60_000;

/** The run that a crash is about: the one that has just ended, else the one before. */
export function lastEnd(container: ContainerState): Termination | undefined {
  return container.ended ?? container.before;
}

/**
 * Does a container crash: `now`, or again and again with longer runs between (`at times`)? One that has outlived its
 * last run is well again. The kubelet forgets its back-off after ten minutes of running.
 */
export function crashes(container: ContainerState, now: Date): "now" | "at times" | null {
  const { waitingReason, running, ended, before, restarts, pod } = container;
  if (waitingReason === "CrashLoopBackOff") return "now";
  if (ended) {
    const restarted = textAt(pod, "spec", "restartPolicy") ?? "Always";
    if (ended.exitCode !== 0) return "now";
    return restarted === "Always" && !container.init && restarts > 0 ? "now" : null;
  }
  if (!running || !before)
    return waitingReason === "RunContainerError" || waitingReason === "StartError" ? "now" : null;
  const since = Date.parse(container.runningSince ?? "");
  const finished = Date.parse(before.finishedAt ?? "");
  if (Number.isNaN(since) || Number.isNaN(finished)) return null;
  const lives = now.getTime() - since;
  const lived = finished - Date.parse(before.startedAt ?? "");
  const lifetime = Number.isNaN(lived) ? 30_000 : Math.max(lived, 30_000);
  const ago = now.getTime() - finished;
  if (lives > lifetime) return null;
  if (restarts >= 2 && ago <= 10 * minute) return "now";
  return restarts >= 3 && ago <= 60 * minute ? "at times" : null;
}
