import { type Finding, findingsOf } from "./finding.js";
import { installedSchemas } from "./installed-schemas.js";
import type { ClusterFacts } from "./ports.js";

const { ok, failed, skipped } = findingsOf("cluster");
const oldestMinor = 30;
const apply = "kubectl apply -k your overlay, or manifests/overlays/outside";

/** The admission policies that stand behind our own checks; without one of them a stolen token goes further. */
export const admissionPolicies = [
  "kubeclaw-worker-jobs",
  "kubeclaw-executor-scope",
  "kubeclaw-workload-fields",
  "kubeclaw-controller-scope",
  "kubeclaw-controller-grants",
  "kubeclaw-records",
] as const;

function decideImage(allowed: string | null, image: string | undefined): Finding {
  const check = "image of Jobs";
  if (image === undefined) return skipped(check, allowed ?? "no policy", "set KUBECLAW_AGENT_IMAGE to compare");
  return allowed === `'${image}'`
    ? ok(check, image)
    : failed(
        check,
        `KUBECLAW_AGENT_IMAGE is ${image}, the policy kubeclaw-worker-jobs allows ${allowed ?? "nothing"}`,
        "name the same image in the ConfigMap kubeclaw-image and in the policy's first variable",
      );
}

/** Whether what the installer applies is there, and is what this version of KubeClaw speaks. */
export function decideCluster(facts: ClusterFacts, image: string | undefined): Finding[] {
  const minor = Number(/^v1\.(\d{1,3})/.exec(facts.version)?.[1] ?? 0);
  return [
    minor >= oldestMinor
      ? ok("version", facts.version)
      : failed("version", facts.version, `Kubernetes 1.${oldestMinor} or later is needed (admission policies)`),
    ...Object.entries(installedSchemas).map(([name, schema]) => {
      const found = facts.resources.get(name);
      const check = `resource ${name}`;
      if (!found?.established) return failed(check, "not there", apply);
      return found.schema === schema
        ? ok(check, schema)
        : failed(check, `schema ${found.schema ?? "unknown"}, this version has ${schema}`, apply);
    }),
    ...admissionPolicies.map((name) =>
      facts.policies.has(name)
        ? ok(`policy ${name}`, "bound, Deny")
        : failed(`policy ${name}`, "missing, or not bound with Deny", apply),
    ),
    decideImage(facts.jobImage, image),
  ];
}
