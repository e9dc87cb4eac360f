import type { Container, PodSpec } from "../objects/pod-schemas.js";

/** What a namespace has: keys by name. */
export interface ConfigSources {
  configMap: (name: string) => readonly string[] | undefined;
  secret: (name: string) => readonly string[] | undefined;
}

type Reference = { name: string; key?: string; optional?: boolean | undefined };

function missing(
  namespace: string,
  kind: "ConfigMap" | "Secret",
  keysOf: (name: string) => readonly string[] | undefined,
  wanted: Reference | undefined,
): string | undefined {
  if (!wanted || wanted.optional === true) return undefined;
  const keys = keysOf(wanted.name);
  if (!keys) return `${kind.toLowerCase()} "${wanted.name}" not found`;
  if (wanted.key === undefined || keys.includes(wanted.key)) return undefined;
  return `couldn't find key ${wanted.key} in ${kind} ${namespace}/${wanted.name}`;
}

/** Why a container cannot be created for want of configuration, in the kubelet's words; undefined where it can. Pure. */
export function findMissingConfig(container: Container, namespace: string, sources: ConfigSources): string | undefined {
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    const text =
      missing(namespace, "ConfigMap", sources.configMap, configMapRef) ??
      missing(namespace, "Secret", sources.secret, secretRef);
    if (text !== undefined) return text;
  }
  for (const { valueFrom } of container.env ?? []) {
    const text =
      missing(namespace, "ConfigMap", sources.configMap, valueFrom?.configMapKeyRef) ??
      missing(namespace, "Secret", sources.secret, valueFrom?.secretKeyRef);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Why a volume of a pod cannot be mounted; undefined where all can. Pure. */
export function findMissingVolume(spec: PodSpec, sources: ConfigSources): string | undefined {
  for (const { name, configMap } of spec.volumes ?? []) {
    if (configMap && configMap.optional !== true && !sources.configMap(configMap.name)) {
      return `MountVolume.SetUp failed for volume "${name}" : configmap "${configMap.name}" not found`;
    }
  }
  return undefined;
}
