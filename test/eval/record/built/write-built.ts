import { writeCase } from "../write-case.js";
import type { Built } from "./built.js";
import { podOf, toSnapshot } from "./world.js";

/** Writes one case that was built. */
export function writeBuilt(root: string, given: Built): void {
  const { name, title, split, because, objects, log, alerts = [], object, expect } = given;
  const pod = log ? podOf(objects) : undefined;
  const namespace = pod?.metadata.namespace ?? "team-built";
  const logs = pod ? [{ namespace, pod: pod.metadata.name, container: "app", previous: true, lines: log ?? [] }] : [];
  const scope = { namespace, ...(object === undefined ? {} : { object }) };
  writeCase(
    root,
    name,
    { title, origin: { kind: "built", because }, split, scope, expect },
    toSnapshot(objects, logs, alerts),
  );
}
