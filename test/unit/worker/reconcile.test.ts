import { describe, expect, it } from "@jest/globals";
import type { AgentRun } from "../../../src/domain/agent-run.js";
import { KubeClawError } from "../../../src/domain/errors.js";
import { createLaunch, createReconcile } from "../../../src/worker/index.js";
import { after, noon } from "../../builders/kubernetes.js";
import { aRequest, aRunId, anExecutionId, anExecutionRun, anInvestigationRun } from "../../builders/request.js";
import { createRecorder } from "../../fakes/recorder.js";
import { aJobState, createRunCluster } from "../../fakes/run-cluster.js";

const job = {
  image: "registry.local/kubeclaw@sha256:abc",
  gatewayUrl: "http://gateway:8080",
  approvalPublicKey: "-----BEGIN PUBLIC KEY-----",
  executorNamespace: "kubeclaw-executors",
  logLevel: "info",
};

function aWorld(run: AgentRun, over: { cancelled?: boolean } = {}) {
  const said = createRecorder();
  const cluster = createRunCluster(said.log);
  cluster.runs.set(run.metadata.name, run);
  const reconcile = createReconcile({
    cluster,
    ...said,
    isCancelled: () => Promise.resolve(over.cancelled ?? false),
    summary: () => Promise.resolve({ verdicts: 2, usd: 0.0123 }),
    job,
    now: () => noon,
  });
  const step = () => reconcile(cluster.runs.get(run.metadata.name)!);
  const status = () => cluster.runs.get(run.metadata.name)?.status;
  return { cluster, said, step, status, log: said.log };
}

const running = anInvestigationRun({ status: { phase: "Running", jobName: aRunId } });

describe("launching", () => {
  it("creates the Job, then says so", async () => {
    const { cluster, step, status, log } = aWorld(anInvestigationRun());
    await step();
    expect(log).toEqual(["create job", "status Pending"]);
    expect(cluster.manifests.map(({ metadata }) => metadata.name)).toEqual([aRunId]);
    expect(status()).toEqual({ phase: "Pending", jobName: aRunId });
  });

  it("follows the Job of its own that is there already: the crash was after the create", async () => {
    const { cluster, step, status } = aWorld(anInvestigationRun());
    await step();
    cluster.runs.set(aRunId, anInvestigationRun());
    await step();
    expect(cluster.manifests).toHaveLength(1);
    expect(status()).toMatchObject({ jobName: aRunId });
  });

  it("raises an alarm over a Job of its name with another specification", async () => {
    const { cluster, step, status } = aWorld(anInvestigationRun());
    cluster.findJob = () => Promise.resolve(null); // it came between the look and the create
    cluster.jobs.set(aRunId, aJobState());
    cluster.digests.set(aRunId, "0".repeat(64));
    await expect(step()).rejects.toMatchObject({ code: "conflict" });
    expect(status()?.jobName).toBeUndefined();
  });

  it("keeps the reason where a person looks, and tries again", async () => {
    const { cluster, step, status } = aWorld(anInvestigationRun());
    cluster.fail.createJob = new KubeClawError("forbidden", "exceeded quota: pods");
    await expect(step()).rejects.toThrow("exceeded quota: pods");
    expect(status()).toEqual({ phase: "Pending", error: "exceeded quota: pods" });
    delete cluster.fail.createJob;
    await step();
    expect(cluster.manifests).toHaveLength(1);
  });
});

describe("a run that starts", () => {
  it("is recorded and told once it runs", async () => {
    const { cluster, said, step, log } = aWorld(anInvestigationRun({ status: { phase: "Pending", jobName: aRunId } }));
    cluster.jobs.set(aRunId, aJobState({ phase: "Running", startedAt: after(1) }));
    await step();
    expect(log).toEqual(["audit run.started", "tell started", "status Running"]);
    expect([...said.facts.keys()]).toEqual([`${aRunId}-started`]);
    await step();
    expect(log).toHaveLength(3);
  });
});

describe("a run that ends", () => {
  it.each([
    ["Succeeded", "audit run.finished", "succeeded"],
    ["Failed", "audit run.failed", "failed"],
  ] as const)("%s is told before its phase is final", async (phase, record, result) => {
    const { cluster, said, step, status, log } = aWorld(running);
    cluster.jobs.set(aRunId, aJobState({ phase, finishedAt: after(9) }));
    await step();
    expect(log).toEqual([record, "tell ended", `status ${phase}`]);
    expect(said.facts.get(`${aRunId}-ended`)).toMatchObject({ kind: "ended", result });
    expect(status()).toMatchObject({ phase, verdicts: 2, costUsd: "0.0123", finishedAt: after(9) });
  });

  it("is told again where the process died before the phase was final, under the same id", async () => {
    const { cluster, said, step, status } = aWorld(running);
    cluster.jobs.set(aRunId, aJobState({ phase: "Succeeded" }));
    cluster.fail.updateRunStatus = new KubeClawError("unavailable", "died here");
    await expect(step()).rejects.toThrow("died here");
    delete cluster.fail.updateRunStatus;
    await step();
    expect(said.facts.size).toBe(1);
    expect(status()?.phase).toBe("Succeeded");
  });

  it("is not final where its record cannot be made", async () => {
    const { cluster, said, status } = aWorld(running);
    cluster.jobs.set(aRunId, aJobState({ phase: "Succeeded" }));
    const reconcile = createReconcile({
      cluster,
      ...said,
      audit: () => Promise.reject(new Error("redis is away")),
      isCancelled: () => Promise.resolve(false),
      summary: () => Promise.resolve({ verdicts: null, usd: 0 }),
      job,
      now: () => noon,
    });
    await expect(reconcile(running)).rejects.toThrow("redis is away");
    expect(status()?.phase).toBe("Running");
  });

  it("by a person's word loses its Job before its phase is final", async () => {
    const { cluster, step, status, log } = aWorld(running, { cancelled: true });
    cluster.jobs.set(aRunId, aJobState({ phase: "Running" }));
    await step();
    expect(log).toEqual(["audit run.cancelled", "tell ended", "delete job", "status Cancelled"]);
    expect(status()).toMatchObject({ phase: "Cancelled", error: "stopped by a person" });
  });

  it("as an execution leaves the word to the controller, and its conditions alone", async () => {
    const conditions = [
      { type: "Authorized", status: "True" as const, reason: "Approved", message: "", lastTransitionTime: after(0) },
    ];
    const run = anExecutionRun({ status: { phase: "Running", jobName: anExecutionId, conditions } });
    const { cluster, said, step, status } = aWorld(run);
    cluster.jobs.set(anExecutionId, aJobState({ phase: "Succeeded" }));
    await step();
    expect(said.facts.size).toBe(0);
    expect(status()).toMatchObject({ phase: "Succeeded", conditions });
    expect(status()?.costUsd).toBeUndefined();
  });

  it("with a Job that still works loses it", async () => {
    const { cluster, step, log } = aWorld(anInvestigationRun({ status: { phase: "Failed" } }));
    cluster.jobs.set(aRunId, aJobState({ phase: "Running" }));
    await step();
    expect(log).toEqual(["delete job"]);
  });
});

describe("launch", () => {
  function aLaunch(reconcile: () => Promise<void> = () => Promise.resolve()) {
    const said = createRecorder();
    const cluster = createRunCluster(said.log);
    const errors: string[] = [];
    const launch = createLaunch({
      cluster,
      inputs: {
        put: () => {
          said.log.push("put input");
          return Promise.resolve();
        },
      },
      tell: said.tell,
      audit: said.audit,
      namespaces: { agents: "kubeclaw-agents", executors: "kubeclaw-executors" },
      reconcile: () => {
        said.log.push("reconcile");
        return reconcile();
      },
      now: () => noon,
      onError: (run) => errors.push(run),
    });
    return { said, errors, go: () => launch({ kind: "investigation", request: aRequest(), deadlineSeconds: 300 }) };
  }

  it("keeps the pod's input, tells the thread and makes the audit record before the run exists", async () => {
    const { said, go } = aLaunch();
    await go();
    expect(said.log).toEqual(["put input", "tell requested", "audit run.created", "ensure run", "reconcile"]);
  });

  it("makes one run, one record, however often it is asked", async () => {
    const { said, go } = aLaunch();
    await go();
    await go();
    expect(said.events).toHaveLength(1);
    expect(said.log.slice(-1)).toEqual(["reconcile"]);
  });

  it("is done once the run exists: what fails then is its follower's to try again", async () => {
    const { errors, go } = aLaunch(() => Promise.reject(new Error("away")));
    await go();
    expect(errors).toEqual([aRunId]);
  });
});
