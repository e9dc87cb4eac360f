import { at, type KubernetesObject, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, conditionOf, endEvidence, eventEvidence, fieldEvidence } from "../build-evidence.js";
import { lastEnd } from "../container-state.js";
import { eventReason, eventText, eventTime } from "../event-text.js";
import { isNamedByAlert } from "../named-by-alert.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { isOpenJob, refOf, type ScopeModel } from "../scope-model.js";

const jobRules = describeRules("job", [
  ["job-backoff-limit-exceeded", "Job gave up", "Job condition Failed, reason BackoffLimitExceeded", "propose"],
  ["job-deadline-exceeded", "Job ran out of time", "Job condition Failed, reason DeadlineExceeded", "propose"],
]);
const cronRules = describeRules("cronjob", [
  ["cronjob-suspended", "CronJob is suspended", "spec.suspend, and a firing alert names it", "propose", "warning"],
  ["cronjob-schedule-invalid", "Schedule cannot be read", "event UnparseableSchedule or InvalidSchedule", "propose"],
  ["cronjob-timezone-invalid", "Time zone is not known", "event UnknownTimeZone", "propose"],
  ["cronjob-too-many-missed", "Too many starts were missed", "event TooManyMissedTimes"],
  ["cronjob-deadline-missed", "Start deadline was missed", "event MissSchedule"],
  ["cronjob-blocked-by-running-job", "The run before is still going", "Forbid and event JobAlreadyActive", "propose"],
]);

function explainJob(model: ScopeModel, job: KubernetesObject): Cause[] {
  const failed = conditionOf(job, "Failed");
  if (failed?.status !== "True" || !isOpenJob(model, job)) return [];
  const late = failed.reason === "DeadlineExceeded";
  if (
    !late &&
    !["BackoffLimitExceeded", "PodFailurePolicy", "MaxFailedIndexesExceeded", "FailedIndexes"].includes(failed.reason)
  )
    return [];
  const pods = model
    .list("Pod", job.metadata.namespace)
    .filter((pod) => model.controllerOf(pod)?.kind === "Job" && model.controllerOf(pod)?.name === job.metadata.name);
  const ended = pods
    .flatMap((pod) => model.containersIn(pod))
    .flatMap((container) => {
      const end = lastEnd(container);
      return end && end.exitCode !== 0 ? [{ container, end }] : [];
    })[0];
  const tries = numberAt(job, "status", "failed");
  const code = ended ? `; the last try ended with exit code ${ended.end.exitCode}` : "";
  const owner = model.topOwner(job);
  return [
    buildCause(model, {
      causeId: late ? "job-deadline-exceeded" : "job-backoff-limit-exceeded",
      object: owner,
      pods: [],
      symptom: job,
      summary: late
        ? `Job ${job.metadata.name} was stopped after ${numberAt(job, "spec", "activeDeadlineSeconds") ?? "its"} s without an end`
        : `Job ${job.metadata.name} gave up after ${tries ?? "all"} failed tries${code}`,
      evidence: [...conditionEvidence(job, "Failed"), ...(ended ? [endEvidence(ended.container, ended.end)] : [])],
      since: failed.since,
      notChecked: pods.length === 0 ? ["pods of the Job: gone"] : [],
      effects: [{ object: refOf(job), summary: `Job ${job.metadata.name} did not finish` }],
      explains: [job, owner, ...pods],
    }),
  ];
}

const byReason = new Map([
  ["UnparseableSchedule", ["cronjob-schedule-invalid", "its schedule cannot be read"]],
  ["InvalidSchedule", ["cronjob-schedule-invalid", "its schedule is not valid"]],
  ["UnknownTimeZone", ["cronjob-timezone-invalid", "its time zone is not known"]],
  ["TooManyMissedTimes", ["cronjob-too-many-missed", "it missed too many starts"]],
  ["MissSchedule", ["cronjob-deadline-missed", "it missed its start"]],
  [
    "JobAlreadyActive",
    ["cronjob-blocked-by-running-job", "the run before it is still going, and Forbid keeps the next from starting"],
  ],
] as const);

function explainCronJob(model: ScopeModel, cronJob: KubernetesObject): Cause[] {
  const name = cronJob.metadata.name;
  if (at(cronJob, "spec", "suspend") === true) {
    if (!isNamedByAlert(model, cronJob)) return [];
    return [
      buildCause(model, {
        causeId: "cronjob-suspended",
        object: cronJob,
        pods: [],
        summary: `CronJob ${name} is suspended`,
        evidence: [fieldEvidence(cronJob, "spec.suspend", "true")],
        severity: "warning",
      }),
    ];
  }
  const started = textAt(cronJob, "status", "lastScheduleTime") ?? "";
  const event = model
    .eventsOf(cronJob)
    .findLast((entry) => byReason.has(eventReason(entry) as "MissSchedule") && eventTime(entry) > started);
  const row = event && byReason.get(eventReason(event) as "MissSchedule");
  if (!event || !row) return [];
  return [
    buildCause(model, {
      causeId: row[0],
      object: cronJob,
      pods: [],
      summary: `CronJob ${name} does not start: ${row[1]}: ${eventText(event)}`,
      evidence: [
        eventEvidence(event, cronJob),
        fieldEvidence(
          cronJob,
          "spec.schedule",
          `${textAt(cronJob, "spec", "schedule") ?? ""} ${textAt(cronJob, "spec", "timeZone") ?? ""}`.trim(),
        ),
      ],
    }),
  ];
}

/** Jobs that gave up, and CronJobs that do not start any. */
export const jobFamily: RuleFamily = {
  rules: [...jobRules, ...cronRules],
  evaluate: (model, explained) => [
    ...model
      .list("Job")
      .filter((job) => !explained.has(job) && !explained.has(model.topOwner(job)))
      .flatMap((job) => explainJob(model, job)),
    ...model.list("CronJob").flatMap((cronJob) => explainCronJob(model, cronJob)),
  ],
};
