import { at, type KubernetesObject, listAt, textAt } from "../domain/kubernetes-object.js";
import type { ScopeModel } from "./scope-model.js";

/** A workload that a person wrote, with the spec of its pods. */
export interface PodTemplate {
  workload: KubernetesObject;
  spec: unknown;
  /** Does it serve for as long as it is wanted, rather than do a piece of work and end? */
  serves: boolean;
}

/** The pod specs of a scope, each once: of its workloads, its Jobs and CronJobs, and of pods that nobody owns. */
export function podTemplates(model: ScopeModel): PodTemplate[] {
  const of = (kind: string, serves: boolean, ...path: readonly string[]): PodTemplate[] =>
    model
      .list(kind)
      .filter((workload) => workload.metadata.deletionTimestamp === undefined && !model.controllerOf(workload))
      .map((workload) => ({ workload, serves, spec: at(workload, "spec", ...path) }));
  return [
    ...of("Deployment", true, "template", "spec"),
    ...of("StatefulSet", true, "template", "spec"),
    ...of("DaemonSet", true, "template", "spec"),
    ...of("Job", false, "template", "spec"),
    ...of("CronJob", false, "jobTemplate", "spec", "template", "spec"),
    ...of("Pod", true),
  ];
}

/** What a pod spec refers to by name in its own namespace. */
export function referencesOf(spec: unknown): { kind: string; name: string }[] {
  const found: { kind: string; name: string | undefined }[] = [];
  const add = (kind: string, name: string | undefined) => found.push({ kind, name });
  const containers = ["containers", "initContainers", "ephemeralContainers"].flatMap((part) => listAt(spec, part));
  for (const container of containers) {
    for (const entry of listAt(container, "env")) {
      add("ConfigMap", textAt(entry, "valueFrom", "configMapKeyRef", "name"));
      add("Secret", textAt(entry, "valueFrom", "secretKeyRef", "name"));
    }
    for (const entry of listAt(container, "envFrom")) {
      add("ConfigMap", textAt(entry, "configMapRef", "name"));
      add("Secret", textAt(entry, "secretRef", "name"));
    }
  }
  for (const volume of listAt(spec, "volumes")) {
    add("ConfigMap", textAt(volume, "configMap", "name"));
    add("Secret", textAt(volume, "secret", "secretName"));
    add("Secret", textAt(volume, "csi", "nodePublishSecretRef", "name"));
    add("PersistentVolumeClaim", textAt(volume, "persistentVolumeClaim", "claimName"));
    for (const source of listAt(volume, "projected", "sources")) {
      add("ConfigMap", textAt(source, "configMap", "name"));
      add("Secret", textAt(source, "secret", "name"));
    }
  }
  for (const entry of listAt(spec, "imagePullSecrets")) add("Secret", textAt(entry, "name"));
  add("ServiceAccount", textAt(spec, "serviceAccountName") ?? textAt(spec, "serviceAccount") ?? "default");
  return found.flatMap(({ kind, name }) => (name === undefined || name === "" ? [] : [{ kind, name }]));
}
