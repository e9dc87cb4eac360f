import { type KubernetesObject, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence } from "../build-evidence.js";
import { elapsed } from "../elapsed.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { isOpenJob, refOf, type ScopeModel } from "../scope-model.js";

const rules = describeRules("job", [
  [
    "job-blocked-by-sidecar",
    "A sidecar keeps the Job from ending",
    "the Job's own container has ended with code 0, another one runs on",
    "propose",
  ],
]);

/** Names under which helpers of meshes, proxies, agents and log shippers are known to run beside the work. */
const helper =
  /(?:^|-)(?:istio-proxy|linkerd-proxy|envoy|sidecar|proxy|cloud-?sql-proxy|cloudsql|vault-agent|agent|fluent-?bit|fluentd|filebeat|promtail|otel-collector|dapr|daprd|log-?shipper)(?:-|$)/;

function blockedBy(model: ScopeModel, job: KubernetesObject): Cause[] {
  if ((numberAt(job, "status", "active") ?? 0) === 0 || !isOpenJob(model, job)) return [];
  const pods = model
    .list("Pod", job.metadata.namespace)
    .filter((pod) => model.controllerOf(pod)?.kind === "Job" && model.controllerOf(pod)?.name === job.metadata.name);
  for (const pod of pods) {
    if (textAt(pod, "status", "phase") !== "Running") continue;
    const containers = model.containersIn(pod).filter(({ init }) => !init);
    const done = containers.find(({ ended }) => ended?.exitCode === 0);
    const going = containers.filter(({ running }) => running);
    if (!done || going.length === 0 || containers.some(({ ended }) => ended !== undefined && ended.exitCode !== 0))
      continue;
    const known = going.every(({ name }) => helper.test(name)) && !helper.test(done.name);
    const ago = elapsed(model.now, done.ended?.finishedAt);
    if (ago < (known ? 1 : 30) * 60_000) continue;
    const names = going.map(({ name }) => name).join(", ");
    const owner = model.topOwner(job);
    return [
      buildCause(model, {
        causeId: "job-blocked-by-sidecar",
        object: owner,
        container: going[0]?.name,
        pods: [],
        symptom: pod,
        summary: `Job ${job.metadata.name} does not end: ${done.name} has ended with exit code 0, and ${names} runs on`,
        evidence: [
          fieldEvidence(pod, done.ended?.path ?? "status.containerStatuses", `${done.name}: exit code 0`),
          fieldEvidence(pod, "status.containerStatuses", `${names}: running`),
        ],
        confidence: known ? "confirmed" : "likely",
        since: done.ended?.finishedAt,
        effects: [{ object: refOf(job), summary: `Job ${job.metadata.name} did not finish` }],
        explains: [job, owner, pod],
      }),
    ];
  }
  return [];
}

/**
 * Jobs whose work is done and whose pod goes on; an init container with restartPolicy Always would end with it.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export const jobSidecarFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    model
      .list("Job")
      .filter((job) => !explained.has(job))
      .flatMap((job) => blockedBy(model, job)),
};
