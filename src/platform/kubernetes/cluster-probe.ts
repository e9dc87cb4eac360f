import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterProbe, Right } from "../../doctor/index.js";
import { at, listAt, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { investigatorAccount } from "../../domain/accounts.js";
import { runLabels } from "../../domain/labels.js";
import type { KubernetesApi } from "./api.js";
import { listAll } from "./list-all.js";

const policies = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy" };
const jobSeconds = 60;
/** Ends with 0 where the gateway answers, whatever it says: a door that refuses a stranger is a door. */
const askGateway =
  "fetch(process.env.KUBECLAW_GATEWAY_URL + '/healthz', { signal: AbortSignal.timeout(10000) }).then(() => process.exit(0), (error) => { console.error(String(error.cause ?? error)); process.exit(3); })";

/** A pod like a run's: same namespace, labels and confinement, so that the same policies meet it. */
function probeJob(namespace: string, name: string, image: string, gatewayUrl: string) {
  const labels = runLabels(name, "investigation", "default");
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: jobSeconds,
      ttlSecondsAfterFinished: 60,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          serviceAccountName: investigatorAccount("default"),
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "probe",
              image,
              imagePullPolicy: "IfNotPresent",
              command: ["node", "-e", askGateway],
              env: [{ name: "KUBECLAW_GATEWAY_URL", value: gatewayUrl }],
              resources: { requests: { cpu: "10m", memory: "48Mi" }, limits: { memory: "128Mi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
            },
          ],
        },
      },
    },
  };
}

/** Reads what is installed, asks the authorizer, and runs one Job. Needs an installer's rights. */
export function createClusterProbe(api: KubernetesApi, agentNamespace: string): ClusterProbe {
  async function whyNotRunning(name: string): Promise<string> {
    const { items } = await api.list(
      { apiVersion: "v1", kind: "Pod", namespace: agentNamespace },
      { labelSelector: `job-name=${name}` },
    );
    const waiting = items
      .flatMap((pod) => listAt(pod, "status", "containerStatuses"))
      .map((status) => textAt(status, "state", "waiting", "reason"))
      .find((reason) => reason !== undefined);
    return items.length === 0
      ? "no pod was made"
      : `its pod is ${waiting ?? textAt(items[0], "status", "phase") ?? "unknown"}`;
  }

  return {
    async facts() {
      const definitions = await listAll(api, {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
      });
      const bindings = await listAll(api, { ...policies, kind: "ValidatingAdmissionPolicyBinding" });
      const known = new Set((await listAll(api, policies)).items.map(({ metadata }) => metadata.name));
      const jobs = await api.find({ ...policies, name: "kubeclaw-worker-jobs" });
      return {
        version: await api.version(),
        clock: api.now(),
        resources: new Map(
          definitions.items.map((definition) => [
            definition.metadata.name,
            {
              schema: definition.metadata.annotations?.["kubeclaw.dev/schema"] ?? null,
              established: listAt(definition, "status", "conditions").some(
                (condition) => textAt(condition, "type") === "Established" && textAt(condition, "status") === "True",
              ),
            },
          ]),
        ),
        policies: new Set(
          bindings.items.flatMap((binding) => {
            const name = textAt(binding, "spec", "policyName") ?? "";
            return known.has(name) && listAt(binding, "spec", "validationActions").includes("Deny") ? [name] : [];
          }),
        ),
        jobImage: textAt(jobs, "spec", "variables", 0, "expression") ?? null,
      };
    },
    async mayDo({ account, verb, group, resource, subresource, namespace }: Right) {
      const review = await api.create({
        apiVersion: "authorization.k8s.io/v1",
        kind: "SubjectAccessReview",
        metadata: {},
        spec: {
          user: `system:serviceaccount:${account.namespace}:${account.name}`,
          groups: ["system:serviceaccounts", `system:serviceaccounts:${account.namespace}`, "system:authenticated"],
          resourceAttributes: { verb, group, resource, subresource, namespace },
        },
      });
      return at(review, "status", "allowed") === true;
    },
    async reachGatewayFromJob(image, gatewayUrl) {
      const name = `kubeclaw-doctor-${randomBytes(4).toString("hex")}`;
      const target = { apiVersion: "batch/v1", kind: "Job", namespace: agentNamespace, name };
      await api.create(probeJob(agentNamespace, name, image, gatewayUrl));
      try {
        const started = Date.now();
        while (Date.now() - started < jobSeconds * 1_000) {
          const job = await api.get(target);
          if ((numberAt(job, "status", "succeeded") ?? 0) > 0)
            return { reached: true, found: `answered a Job in ${agentNamespace}` };
          if ((numberAt(job, "status", "failed") ?? 0) > 0)
            return { reached: false, found: `a Job in ${agentNamespace} got no answer from ${gatewayUrl}` };
          await sleep(500);
        }
        return { reached: false, found: `the Job did not run within ${jobSeconds} s: ${await whyNotRunning(name)}` };
      } finally {
        await api.remove(target);
      }
    },
  };
}
