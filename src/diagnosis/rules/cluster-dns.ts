import { buildCause } from "../build-cause.js";
import { fieldEvidence } from "../build-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { isDns, replicasOf } from "../workload-health.js";

const rules = describeRules("dns", [
  ["cluster-dns-failure", "Cluster DNS is down", "no replica of the cluster's DNS is available", "propose"],
]);

/** Cluster DNS, where its workload is in the snapshot and no rule further upstream has found why it is down. */
export const clusterDnsFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    model
      .list("Deployment", "kube-system")
      .filter((workload) => isDns(workload) && !explained.has(workload))
      .flatMap((workload): Cause[] => {
        const replicas = replicasOf(workload);
        if (!replicas || replicas.available > 0) return [];
        return [
          buildCause(model, {
            causeId: "cluster-dns-failure",
            object: workload,
            pods: model.podsOf(workload),
            summary: `Cluster DNS is down: 0 of ${replicas.wanted} replicas of ${workload.metadata.name} are available`,
            evidence: [fieldEvidence(workload, "status.availableReplicas", `0 of ${replicas.wanted}`)],
            severity: "critical",
            explains: [workload, ...model.podsOf(workload)],
          }),
        ];
      }),
};
