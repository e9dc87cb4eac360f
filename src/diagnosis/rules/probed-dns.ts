import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { decideDnsBlock } from "../decide-network-policy.js";
import type { Explained } from "../explained.js";
import { parseProbeTarget } from "../parse-probe-target.js";
import { probeEvidence } from "../probe-evidence.js";
import { resolveService } from "../resolve-service.js";
import type { Cause, RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";
import { isDns } from "../workload-health.js";

function dnsWorkload(model: ScopeModel): KubernetesObject {
  const found = model.list("Deployment", "kube-system").find(isDns);
  const metadata = { name: "kube-dns", namespace: "kube-system" };
  return found ?? model.find("Service", "kube-system", "kube-dns") ?? { apiVersion: "v1", kind: "Service", metadata };
}

function evaluate(model: ScopeModel, explained: Explained): Cause[] {
  const workload = dnsWorkload(model);
  if (explained.has(workload) || model.podsOf(workload).some((pod) => explained.pod(pod))) return [];
  const probes = (model.snapshot.probes ?? []).map((probe) => ({ probe, target: parseProbeTarget(probe) }));
  const names = probes.filter(({ probe, target }) => {
    if (probe.kind !== "dns") return false;
    const { inCluster, service } = resolveService(model, target.host, target.from?.namespace);
    return (
      service !== undefined ||
      (inCluster && /\.svc(?:\.|$)/.test(target.host)) ||
      /^kubernetes\.default/.test(target.host)
    );
  });
  const failed = names.filter(({ probe }) => !probe.ok);
  const different = new Set(failed.map(({ probe, target }) => `${probe.target} ${target.from?.name ?? ""}`));
  if (different.size < 2 || failed.length < names.length) return [];
  const held = failed.every(({ target: { from } }) => {
    const pod = from?.kind === "Pod" ? model.find("Pod", from.namespace, from.name) : undefined;
    return pod !== undefined && decideDnsBlock(model, pod) !== undefined;
  });
  if (held) return [];
  return [
    buildCause(model, {
      causeId: "cluster-dns-failure",
      object: workload,
      pods: [],
      symptom: workload,
      summary: `Cluster DNS does not answer: none of ${failed.length} names of the cluster could be resolved`,
      evidence: failed.slice(0, 5).map(({ probe }) => probeEvidence(probe)),
      confidence: "likely",
      severity: "critical",
      explains: [workload],
    }),
  ];
}

/** Cluster DNS, where no name of the cluster could be resolved from anywhere. The rule stands with its workload's. */
export const probedDnsFamily: RuleFamily = { rules: [], evaluate };
