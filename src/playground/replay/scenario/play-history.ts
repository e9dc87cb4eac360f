import type { Clock } from "../clock.js";
import { admit } from "../objects/admit.js";
import { apiVersionOf } from "../objects/resources.js";
import type { Stored } from "../objects/stored.js";
import type { Draft, Store } from "../store.js";
import type { Scenario, ScenarioWorkload } from "./scenario.js";

/** Puts an object into the store as a client would, unless one of its name is there. */
export function ensureObject(store: Store, object: Draft & { kind: string }): void {
  const resource = store.resources.ofKind(object.kind);
  if (store.find(object.kind, object.metadata.namespace, object.metadata.name)) return;
  const wanted = { ...object, apiVersion: apiVersionOf(resource) } as unknown as Stored;
  store.create(object.kind, admit(wanted, { resource, strict: true, old: undefined }));
}

type Step = ScenarioWorkload["history"][number];

function template(workload: ScenarioWorkload, { pod }: Step): object {
  return { metadata: { labels: { app: workload.name, ...workload.labels } }, spec: pod };
}

function change(store: Store, workload: ScenarioWorkload, step: Step): void {
  const { name, namespace, replicas, labels } = workload;
  const annotations = step.changeCause === undefined ? {} : { "kubernetes.io/change-cause": step.changeCause };
  const known = store.find("Deployment", namespace, name);
  const resource = store.resources.ofKind("Deployment");
  if (known) {
    const next = {
      ...known,
      metadata: { ...known.metadata, annotations: { ...known.metadata.annotations, ...annotations } },
      spec: { ...known.spec, template: template(workload, step) },
    };
    store.replace(known, admit(next, { resource, strict: true, old: known }));
    return;
  }
  const metadata = { name, namespace, labels: { app: name, ...labels }, annotations };
  ensureObject(store, {
    kind: "Deployment",
    metadata,
    spec: { replicas, selector: { matchLabels: { app: name } }, template: template(workload, step) },
  });
}

function addService(store: Store, { name, namespace, port, labels }: ScenarioWorkload): void {
  if (port === undefined) return;
  const metadata = { name, namespace, labels: { app: name, ...labels } };
  ensureObject(store, {
    kind: "Service",
    metadata,
    spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: port }] },
  });
}

/** Lets the world become what it is: every workload made and changed when it was, and all that follows from it. */
export function playHistory(store: Store, clock: Clock, scenario: Scenario, now: Date): void {
  const steps = scenario.workloads.flatMap((workload) => workload.history.map((step) => ({ workload, step })));
  steps.sort((left, right) => right.step.ago - left.step.ago);
  for (const { workload, step } of steps) {
    clock.advanceTo(new Date(now.getTime() - step.ago));
    addService(store, workload);
    change(store, workload, step);
  }
  clock.advanceTo(now);
}
