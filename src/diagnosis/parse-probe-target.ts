import type { ProbeResult } from "../domain/snapshot.js";

/** What a probe of `probes.json` tried, and from where. */
export interface ProbeTarget {
  host: string;
  port: number | undefined;
  /** For `node/NAME/SERVICE`: a service of the node itself, such as kube-proxy. */
  node: { name: string; service: string } | undefined;
  /** The node that it was tried from, where it says so. */
  from: { kind: string; namespace: string | undefined; name: string } | undefined;
}

/** Reads what a probe was about. */
export function parseProbeTarget(probe: ProbeResult): ProbeTarget {
  const target = probe.target.slice(0, 600);
  const node = /^node\/([^/]{1,253})\/([^/]{1,253})$/.exec(target);
  const [, host = "", port] = /^(?:[a-z]{2,10}:\/\/)?([^/:?#]{1,253})(?::(\d{1,5}))?/.exec(target) ?? [];
  const { kind = "", namespace, name } = probe.from ?? {};
  return {
    host: node ? "" : host,
    port: port === undefined ? undefined : Number(port),
    node: node ? { name: node[1] ?? "", service: node[2] ?? "" } : undefined,
    from: name === undefined ? undefined : { kind, namespace, name },
  };
}
