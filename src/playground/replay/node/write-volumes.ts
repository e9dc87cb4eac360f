import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Tokens } from "../access/tokens.js";
import type { Pod } from "../objects/kinds.js";
import type { Projection } from "../objects/pod-schemas.js";
import type { Store } from "../store.js";

export interface Mounts {
  /** `[mountPath, folder]`, the longest path first. */
  places: (readonly [string, string])[];
  /** The pod's own token for the API, where a volume holds one. */
  apiToken: string | undefined;
}

/** Writes what a pod's volumes hold below a folder: projected tokens, ConfigMaps, the downward API; others stay empty. */
export function writeVolumes(store: Store, tokens: Tokens, pod: Pod, folder: string): Mounts {
  const { namespace = "", name, uid } = pod.metadata;
  const account = { namespace, name: pod.spec.serviceAccountName ?? "default" };
  let apiToken: string | undefined;

  function put(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
  }

  function project({ serviceAccountToken, configMap, downwardAPI }: Projection, at: string): void {
    if (serviceAccountToken) {
      const { audience, expirationSeconds, path } = serviceAccountToken;
      const { token } = tokens.issue(account, {
        audiences: audience === undefined ? [] : [audience],
        seconds: expirationSeconds,
        pod: { name, uid },
      });
      if (audience === undefined) apiToken = token;
      put(join(at, path), token);
    }
    const contents = configMap && store.find("ConfigMap", namespace, configMap.name)?.data;
    for (const { key, path } of configMap?.items ?? Object.keys(contents ?? {}).map((key) => ({ key, path: key })))
      put(join(at, path), contents?.[key] ?? "");
    for (const { path, fieldRef } of downwardAPI?.items ?? []) {
      const field = fieldRef?.fieldPath.replace(/^metadata\./, "") as "name" | "namespace" | "uid" | undefined;
      put(join(at, path), field === undefined ? "" : (pod.metadata[field] ?? ""));
    }
  }

  const folders = new Map<string, string>();
  for (const volume of pod.spec.volumes ?? []) {
    const at = join(folder, volume.name);
    folders.set(volume.name, at);
    mkdirSync(at, { recursive: true, mode: 0o700 });
    for (const source of volume.projected?.sources ?? []) project(source, at);
    if (volume.configMap) project({ configMap: { name: volume.configMap.name } }, at);
  }
  const mounts = pod.spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
  const places = mounts.map(({ mountPath, name: volume }) => [mountPath, folders.get(volume) ?? folder] as const);
  return { places: places.sort(([left], [right]) => right.length - left.length), apiToken };
}

/** A value that names a mounted place, as it reads on this machine. */
export function rewritePath(value: string, places: Mounts["places"]): string {
  const place = places.find(([mountPath]) => value === mountPath || value.startsWith(`${mountPath}/`));
  return place ? place[1] + value.slice(place[0].length) : value;
}
