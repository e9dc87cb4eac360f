import { at, type KubernetesObject, listAt, numberAt, textAt } from "../../../src/domain/kubernetes-object.js";

/** What a scenario waits for sees. */
export interface Seen {
  list(apiVersion: string, kind: string): Promise<readonly KubernetesObject[]>;
}
export type Check = (seen: Seen) => Promise<boolean>;

const statuses = (pod: KubernetesObject) =>
  ["initContainerStatuses", "containerStatuses"].flatMap((field) => listAt(pod, "status", field));
const anyPod =
  (test: (pod: KubernetesObject) => boolean): Check =>
  async (seen) =>
    (await seen.list("v1", "Pod")).some(test);

export const all =
  (...checks: readonly Check[]): Check =>
  async (seen) => {
    for (const check of checks) if (!(await check(seen))) return false;
    return true;
  };

/** Some container waits for one of these reasons. */
export const waiting = (...reasons: readonly string[]): Check =>
  anyPod((pod) => statuses(pod).some((status) => reasons.includes(textAt(status, "state", "waiting", "reason") ?? "")));

/** Some container was started again that often, and waits or lies dead now. */
export const crashed = (times = 2): Check =>
  anyPod((pod) =>
    statuses(pod).some(
      (status) => (numberAt(status, "restartCount") ?? 0) >= times && at(status, "state", "running") === undefined,
    ),
  );

export const restarted = (times = 1): Check =>
  anyPod((pod) => statuses(pod).some((status) => (numberAt(status, "restartCount") ?? 0) >= times));

/** So many pods are ready. */
export const ready =
  (count = 1, app?: string): Check =>
  async (seen) => {
    const pods = (await seen.list("v1", "Pod")).filter(
      ({ metadata }) => app === undefined || metadata.labels?.["app"] === app,
    );
    const isReady = (pod: KubernetesObject) =>
      listAt(pod, "status", "conditions").some(
        (condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True",
      );
    return pods.filter(isReady).length >= count;
  };

export const unschedulable: Check = anyPod((pod) =>
  listAt(pod, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "PodScheduled" && textAt(condition, "status") === "False",
  ),
);

export const phase = (wanted: string): Check => anyPod((pod) => textAt(pod, "status", "phase") === wanted);

/** An event with this reason, whose message holds a text. */
export const event =
  (reason: string, text = ""): Check =>
  async (seen) =>
    (await seen.list("v1", "Event")).some(
      (entry) => textAt(entry, "reason") === reason && (textAt(entry, "message") ?? "").includes(text),
    );

export const condition =
  (apiVersion: string, kind: string, type: string, status = "True"): Check =>
  async (seen) =>
    (await seen.list(apiVersion, kind)).some((object) =>
      listAt(object, "status", "conditions").some(
        (entry) => textAt(entry, "type") === type && textAt(entry, "status") === status,
      ),
    );

/** An object of a kind with a value at a path of its status. */
export const status =
  (apiVersion: string, kind: string, field: string, value: unknown): Check =>
  async (seen) =>
    (await seen.list(apiVersion, kind)).some((object) => at(object, "status", field) === value);

/** Nothing to wait for but the age that the scenario asks for. */
export const settled: Check = () => Promise.resolve(true);
