import type { Verdict } from "../domain/diagnosis.js";
import { numbered } from "./build-evidence.js";
import { parseProbeTarget } from "./parse-probe-target.js";
import { probeEvidence } from "./probe-evidence.js";
import { rankChanges } from "./rank-changes.js";
import { resolveService } from "./resolve-service.js";
import type { ScopeModel } from "./scope-model.js";

/** Probes that failed to reach a Service which a verdict is about, or which suffers from it. */
function probesOf(model: ScopeModel, verdict: Verdict) {
  const refs = [verdict.object, ...verdict.effects.map(({ object }) => object)].filter(
    ({ kind }) => kind === "Service",
  );
  if (refs.length === 0) return [];
  return (model.snapshot.probes ?? [])
    .filter((probe) => {
      if (probe.ok || !["tcp", "http"].includes(probe.kind)) return false;
      const { host, from } = parseProbeTarget(probe);
      const { service } = resolveService(model, host, from?.namespace);
      return (
        service &&
        refs.some(({ namespace, name }) => service.metadata.name === name && service.metadata.namespace === namespace)
      );
    })
    .slice(0, 2)
    .map(probeEvidence);
}

/** Adds to a verdict, after what decides it, the probes that show it and what was changed before it began. */
export function addContext(model: ScopeModel, verdict: Verdict): Verdict {
  const known = new Set(verdict.evidence.map(({ ref, quote }) => `${ref} ${quote}`));
  const more = [...probesOf(model, verdict), ...rankChanges(model, verdict)].filter(
    ({ ref, quote }) => !known.has(`${ref} ${quote}`),
  );
  if (more.length === 0) return verdict;
  const findings = verdict.evidence.map(({ id: _id, ...finding }) => finding);
  return { ...verdict, evidence: numbered([...findings, ...more]) };
}
