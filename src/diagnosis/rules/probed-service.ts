import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import type { ProbeResult } from "../../domain/snapshot.js";
import { buildCause } from "../build-cause.js";
import type { Explained } from "../explained.js";
import { parseProbeTarget } from "../parse-probe-target.js";
import { probeEvidence } from "../probe-evidence.js";
import { readyBehind, resolveService } from "../resolve-service.js";
import type { Cause, RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

/** Services that a probe could not reach and that no rule has anything to say about: the symptom is reported. */
function evaluate(model: ScopeModel, explained: Explained): Cause[] {
  // Of pods that are not ready, the pods themselves are reported.
  const isKnown = (service: KubernetesObject) => {
    const pods = model.podsBehind(service);
    return (
      explained.has(service) ||
      pods.some((pod) => explained.pod(pod)) ||
      (pods.length > 0 && readyBehind(model, service) === 0)
    );
  };
  const found = new Map<KubernetesObject, ProbeResult>();
  for (const probe of model.snapshot.probes ?? []) {
    if (probe.ok || !["tcp", "http"].includes(probe.kind)) continue;
    const { host, from } = parseProbeTarget(probe);
    const { service } = resolveService(model, host, from?.namespace);
    if (service && !found.has(service) && !isKnown(service)) found.set(service, probe);
  }
  return [...found].map(([service, probe]) =>
    buildCause(model, {
      causeId: "unexplained-failure",
      object: service,
      pods: [],
      symptom: service,
      confidence: "inconclusive",
      severity: "critical",
      summary: `Service ${service.metadata.name} could not be reached: ${probe.message === "" ? probe.target : probe.message}`,
      evidence: [probeEvidence(probe)],
      effects: [],
    }),
  );
}

/** What probes could not reach and nothing before explains: a symptom, and no rule of its own. */
export const probedServiceFamily: RuleFamily = { rules: [], evaluate };
