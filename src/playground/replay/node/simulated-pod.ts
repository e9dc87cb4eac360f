import type { ControllerContext } from "../controllers/context.js";
import type { ContainerStatus, Pod } from "../objects/kinds.js";
import type { Container } from "../objects/pod-schemas.js";
import { askRegistry } from "./ask-registry.js";
import { buildPodStatus } from "./build-pod-status.js";
import { createConfigSources } from "./config-sources.js";
import { findMissingConfig, findMissingVolume } from "./find-missing-config.js";
import { refuseLog } from "./refuse-log.js";
import type { NodeFacts, PodWorker } from "./node-facts.js";

interface ContainerRun {
  spec: Container;
  status: ContainerStatus;
  failedPulls: number;
  crashes: number;
}

const longestBackOffMs = 300_000;
const backOff = (first: number, failures: number) => Math.min(first * 2 ** failures, longestBackOffMs);
const seconds = (milliseconds: number) => {
  const whole = Math.round(milliseconds / 1_000);
  return whole < 60 ? `${whole}s` : `${Math.floor(whole / 60)}m${whole % 60}s`;
};

/**
 * A pod whose containers are not really there: what the world says of their images, their configuration and their
 * programs decides what a kubelet would make of them, step by step.
 */
export function startSimulatedPod(context: ControllerContext, facts: NodeFacts, pod: Pod, podIP: string): PodWorker {
  const { store, clock, events } = context;
  const { timing } = facts;
  const { namespace = "", name, uid } = pod.metadata;
  const timers = new Set<() => void>();
  let mounted = false;
  const runs: ContainerRun[] = pod.spec.containers.map((spec) => ({
    spec,
    failedPulls: 0,
    crashes: 0,
    status: {
      name: spec.name,
      image: spec.image,
      imageID: "",
      ready: false,
      started: false,
      restartCount: 0,
      state: { waiting: { reason: "ContainerCreating" } },
      lastState: {},
    },
  }));

  const sources = createConfigSources(store, namespace);

  function later(milliseconds: number, act: () => void): void {
    const cancel = clock.after(milliseconds, () => {
      timers.delete(cancel);
      act();
    });
    timers.add(cancel);
  }

  function publish(): void {
    store.change(pod, (draft) => {
      draft.status = buildPodStatus(draft, structuredClone(runs.map(({ status }) => status)), clock.stamp(), {
        podIP,
        mounted,
      });
    });
  }

  function say(run: ContainerRun | undefined, type: "Normal" | "Warning", reason: string, message: string): void {
    const fieldPath = run === undefined ? {} : { fieldPath: `spec.containers{${run.spec.name}}` };
    events.record(pod, { type, reason, message, component: "kubelet", ...fieldPath });
  }

  function wait(run: ContainerRun, reason: string, message: string): void {
    run.status = { ...run.status, ready: false, started: false, state: { waiting: { reason, message } } };
    publish();
  }

  function mount(tries: number): void {
    const problem = findMissingVolume(pod.spec, sources);
    if (problem === undefined) {
      mounted = true;
      publish();
      runs.forEach(pull);
      return;
    }
    say(undefined, "Warning", "FailedMount", problem);
    later(Math.min(500 * 2 ** tries, 122_000), () => {
      mount(tries + 1);
    });
  }

  function pull(run: ContainerRun): void {
    const { image, imagePullPolicy } = run.spec;
    if (imagePullPolicy !== "Always" && facts.pulled.has(image)) {
      say(run, "Normal", "Pulled", `Container image "${image}" already present on machine`);
      create(run);
      return;
    }
    if (imagePullPolicy === "Never") {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      say(run, "Warning", "ErrImageNeverPull", message);
      say(run, "Warning", "Failed", "Error: ErrImageNeverPull");
      wait(run, "ErrImageNeverPull", message);
      later(timing.configRetryMs, () => {
        pull(run);
      });
      return;
    }
    say(run, "Normal", "Pulling", `Pulling image "${image}"`);
    later(timing.pullMs, () => {
      pulled(run);
    });
  }

  function pulled(run: ContainerRun): void {
    const { image } = run.spec;
    const answer = askRegistry(image, facts.registries);
    if (answer.kind === "found") {
      facts.pulled.add(image);
      run.failedPulls = 0;
      say(
        run,
        "Normal",
        "Pulled",
        `Successfully pulled image "${image}" in ${timing.pullMs}ms (${timing.pullMs}ms including waiting). Image size: 1090029 bytes.`,
      );
      create(run);
      return;
    }
    if (answer.waiting === "InvalidImageName") {
      say(run, "Warning", "InspectFailed", answer.message);
      say(run, "Warning", "Failed", "Error: InvalidImageName");
      wait(run, "InvalidImageName", answer.message);
      return;
    }
    say(run, "Warning", "Failed", `Failed to pull image "${image}": ${answer.message}`);
    say(run, "Warning", "Failed", "Error: ErrImagePull");
    wait(run, "ErrImagePull", answer.message);
    const pause = backOff(timing.backOffMs, run.failedPulls);
    run.failedPulls += 1;
    later(timing.pullMs, () => {
      say(run, "Normal", "BackOff", `Back-off pulling image "${image}"`);
      say(run, "Warning", "Failed", "Error: ImagePullBackOff");
      wait(run, "ImagePullBackOff", `Back-off pulling image "${image}": ErrImagePull: ${answer.message}`);
    });
    later(pause, () => {
      pull(run);
    });
  }

  function create(run: ContainerRun): void {
    const problem = findMissingConfig(run.spec, namespace, sources);
    if (problem !== undefined) {
      say(run, "Warning", "Failed", `Error: ${problem}`);
      wait(run, "CreateContainerConfigError", problem);
      later(timing.configRetryMs, () => {
        pull(run);
      });
      return;
    }
    later(timing.startMs, () => {
      start(run);
    });
  }

  function start(run: ContainerRun): void {
    say(run, "Normal", "Created", `Created container: ${run.spec.name}`);
    say(run, "Normal", "Started", `Started container ${run.spec.name}`);
    const startedAt = clock.stamp();
    const restartCount = run.status.lastState.terminated === undefined ? 0 : run.status.restartCount + 1;
    run.status = {
      ...run.status,
      imageID: `${run.spec.image.split(":")[0] ?? ""}@sha256:${"0".repeat(64)}`,
      started: true,
      restartCount,
      state: { running: { startedAt } },
    };
    publish();
    const exits = facts.program(run.spec.image)?.exits;
    if (exits) {
      later(exits.afterMs, () => {
        exit(run, exits.code, startedAt);
      });
      return;
    }
    later(timing.readyMs, () => {
      run.status = { ...run.status, ready: true };
      publish();
    });
  }

  function exit(run: ContainerRun, exitCode: number, startedAt: string): void {
    const terminated = {
      exitCode,
      reason: exitCode === 0 ? "Completed" : "Error",
      startedAt,
      finishedAt: clock.stamp(),
    };
    if (pod.spec.restartPolicy === "Never" || (pod.spec.restartPolicy === "OnFailure" && exitCode === 0)) {
      run.status = { ...run.status, ready: false, started: false, state: { terminated } };
      publish();
      return;
    }
    run.status = { ...run.status, ready: false, started: false, lastState: { terminated } };
    // The first restart comes at once, every later one after a longer pause.
    const pause = run.crashes === 0 ? 0 : backOff(timing.backOffMs, run.crashes - 1);
    run.crashes += 1;
    if (pause > 0) {
      say(
        run,
        "Warning",
        "BackOff",
        `Back-off restarting failed container ${run.spec.name} in pod ${name}_${namespace}(${uid})`,
      );
      wait(
        run,
        "CrashLoopBackOff",
        `back-off ${seconds(pause)} restarting failed container=${run.spec.name} pod=${name}_${namespace}(${uid})`,
      );
    }
    later(pause, () => {
      pull(run);
    });
  }

  publish();
  later(0, () => {
    mount(0);
  });

  return {
    stop() {
      for (const run of runs)
        if ("running" in run.status.state) say(run, "Normal", "Killing", `Stopping container ${run.spec.name}`);
      for (const cancel of timers) cancel();
      later(timing.stopMs, () => {
        store.remove(pod);
      });
    },
    abandon() {
      for (const cancel of timers) cancel();
      return Promise.resolve();
    },
    logs(container, previous) {
      const run = container === undefined ? runs[0] : runs.find(({ spec }) => spec.name === container);
      if (!run) return { refusal: `container ${container ?? ""} is not valid for pod ${name}` };
      const refusal = refuseLog(name, run.status, previous);
      if (refusal !== undefined) return { refusal };
      return { lines: facts.program(run.spec.image)?.logs ?? [] };
    },
  };
}
