import type { Job, Pod } from "../objects/kinds.js";
import { controllerReference, isControlledBy } from "../objects/stored.js";
import { createPod } from "../node/pods.js";
import { buildJobStatus, decideEnding, isFinished } from "./build-job-status.js";
import type { Controller, ControllerContext } from "./context.js";
import { randomSuffix } from "./names.js";

const retryMs = 1_000;

/** Jobs to pods, and their end. @see https://kubernetes.io/docs/concepts/workloads/controllers/job/ */
export function createJobController(context: ControllerContext): Controller {
  const { store, clock, events } = context;
  const timed = new Set<string>();
  const resting = new Set<string>();

  /** Looks again at one time, once. */
  function lookAt(job: Job, what: string, time: number, act: (found: Job) => void): void {
    const { uid, namespace, name } = job.metadata;
    const key = `${uid} ${what}`;
    if (timed.has(key)) return;
    timed.add(key);
    clock.after(Math.max(time - clock.now().getTime(), 0), () => {
      const found = store.find("Job", namespace, name);
      if (found?.metadata.uid === uid) act(found);
    });
  }

  function startPod(job: Job): void {
    const { name, namespace, uid } = job.metadata;
    if (resting.has(uid)) return;
    const labels = {
      "batch.kubernetes.io/controller-uid": uid,
      "batch.kubernetes.io/job-name": name,
      "controller-uid": uid,
      "job-name": name,
    };
    const pod = `${name}-${randomSuffix()}`;
    const made = createPod(store, {
      metadata: {
        name: pod,
        generateName: `${name}-`,
        namespace,
        labels: { ...job.spec.template.metadata.labels, ...labels },
        ownerReferences: [controllerReference(job)],
      },
      spec: job.spec.template.spec,
    });
    if (made.kind === "created") {
      events.record(job, {
        type: "Normal",
        reason: "SuccessfulCreate",
        message: `Created pod: ${pod}`,
        component: "job-controller",
      });
      return;
    }
    events.record(job, {
      type: "Warning",
      reason: "FailedCreate",
      message: `Error creating: ${made.message}`,
      component: "job-controller",
    });
    resting.add(uid);
    clock.after(retryMs, () => {
      resting.delete(uid);
      reconcile();
    });
  }

  function podsOf(job: Job): Pod[] {
    return store.all("Pod", job.metadata.namespace).filter((pod) => isControlledBy(pod, job));
  }

  function reconcileOne(job: Job): void {
    const over = isFinished(job.status);
    if (over) {
      const { ttlSecondsAfterFinished: ttl } = job.spec;
      if (ttl !== undefined)
        lookAt(job, "ttl", Date.parse(over.lastTransitionTime) + ttl * 1_000, (found) => {
          store.remove(found);
        });
      return;
    }
    const ending = decideEnding(job, podsOf(job), clock.now());
    const running = podsOf(job).filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed");
    if (ending) for (const pod of running) store.markDeleted(pod, pod.spec.terminationGracePeriodSeconds);
    else if (running.length === 0 && !job.spec.suspend) startPod(job);
    const status = buildJobStatus(job, podsOf(job), ending, clock.stamp());
    store.change(job, (draft) => {
      draft.status = status;
    });
    const deadline = job.spec.activeDeadlineSeconds;
    if (deadline !== undefined)
      lookAt(job, "deadline", Date.parse(status.startTime ?? clock.stamp()) + deadline * 1_000, reconcileOne);
    const last = isFinished(status);
    if (!last) return;
    const completed = last.type === "Complete";
    events.record(
      job,
      completed
        ? { type: "Normal", reason: "Completed", message: "Job completed", component: "job-controller" }
        : {
            type: "Warning",
            reason: last.reason ?? "Failed",
            message: last.message ?? "",
            component: "job-controller",
          },
    );
  }

  function reconcile(): void {
    for (const job of store.all("Job")) reconcileOne(job);
  }

  return { kinds: ["Job", "Pod"], reconcile };
}
