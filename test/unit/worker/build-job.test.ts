import { describe, expect, it } from "@jest/globals";
import { canonicalJson, sha256 } from "../../../src/domain/canonical-json.js";
import { buildJob, specDigestAnnotation } from "../../../src/worker/index.js";
import { aRunId, anExecutionId, anExecutionRun, anInvestigationRun } from "../../builders/request.js";

const settings = {
  image: "registry.local/kubeclaw@sha256:abc",
  gatewayUrl: "http://gateway.kubeclaw-system:8080",
  approvalPublicKey: "-----BEGIN PUBLIC KEY-----",
  executorNamespace: "kubeclaw-executors",
  logLevel: "info",
};

interface Container {
  env: { name: string; value?: string; valueFrom?: unknown }[];
  securityContext: unknown;
  args: string[];
  image: string;
}
interface PodSpec {
  containers: Container[];
  volumes: {
    name: string;
    projected?: { sources: Record<string, { audience?: string; expirationSeconds?: number }>[] };
  }[];
  [field: string]: unknown;
}
interface JobSpec {
  template: { metadata: { labels: Record<string, string> }; spec: PodSpec };
  [field: string]: unknown;
}
const jobs = {
  investigation: buildJob(anInvestigationRun(), settings),
  execution: buildJob(anExecutionRun(), settings),
};
const specOf = (job: { spec: object }) => job.spec as JobSpec;

describe.each(["investigation", "execution"] as const)("the Job of an %s", (kind) => {
  const job = jobs[kind];
  const spec = specOf(job);
  const pod = spec.template.spec;

  it("meets the restricted pod security standard", () => {
    expect(pod).toMatchObject({
      securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(pod.containers.map(({ securityContext }) => securityContext)).toEqual([
      { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    ]);
    for (const field of ["hostNetwork", "hostPID", "hostIPC", "initContainers"]) expect(pod[field]).toBeUndefined();
    expect(pod.volumes.map(({ name, ...source }) => [name, ...Object.keys(source)])).toEqual([
      ["api-token", "projected"],
      ["gateway-token", "projected"],
      ["tmp", "emptyDir"],
    ]);
  });

  it("has two short-lived tokens with disjoint audiences, and no other", () => {
    expect(pod["automountServiceAccountToken"]).toBe(false);
    const tokens = pod.volumes.flatMap(({ projected }) =>
      (projected?.sources ?? []).flatMap((source) => source["serviceAccountToken"] ?? []),
    );
    expect(tokens.map(({ audience }) => audience)).toEqual([undefined, "kubeclaw-gateway"]);
    expect(tokens.map(({ expirationSeconds }) => expirationSeconds)).toEqual([600, 600]);
  });

  it("holds no secret: no Secret, no key of Slack, Redis or a model", () => {
    const text = JSON.stringify(job);
    expect(text).not.toMatch(/secretKeyRef|"secret"|secretName|envFrom|valueFrom/);
    expect(text).not.toMatch(/SLACK|REDIS|ANTHROPIC|APPROVAL_KEY/);
  });

  it("is tried once, by one pod, and cleans up after itself", () => {
    expect(spec).toMatchObject({
      backoffLimit: 0,
      podReplacementPolicy: "Failed",
      activeDeadlineSeconds: 300,
      ttlSecondsAfterFinished: 3_600,
    });
    expect(pod["restartPolicy"]).toBe("Never");
  });

  it("carries the digest of its spec, the same for the same run", () => {
    expect(job.metadata.annotations[specDigestAnnotation]).toBe(sha256(canonicalJson(job.spec)));
    const again = buildJob(kind === "execution" ? anExecutionRun() : anInvestigationRun(), settings);
    expect(again).toEqual(job);
    const other = buildJob(anInvestigationRun(), { ...settings, image: "evil" });
    expect(other.metadata.annotations[specDigestAnnotation]).not.toBe(job.metadata.annotations[specDigestAnnotation]);
  });

  it("belongs to its AgentRun and bears its name and labels", () => {
    const name = kind === "execution" ? anExecutionId : aRunId;
    expect(job.metadata.name).toBe(name);
    expect(job.metadata.ownerReferences).toMatchObject([{ kind: "AgentRun", name, uid: "uid-run", controller: true }]);
    const labels = {
      "app.kubernetes.io/managed-by": "kubeclaw",
      "kubeclaw.dev/run": name,
      "kubeclaw.dev/kind": kind,
      "kubeclaw.dev/tenant": "default",
    };
    expect([job.metadata.labels, spec.template.metadata.labels]).toEqual([labels, labels]);
  });
});

it("an investigation runs as its tenant's account, without the public key", () => {
  const pod = specOf(jobs.investigation).template.spec;
  expect(pod["serviceAccountName"]).toBe("kubeclaw-agent-default");
  expect(pod.containers[0]?.args).toEqual(["agent"]);
  expect(pod.containers[0]?.env.map(({ name }) => name)).not.toContain("KUBECLAW_APPROVAL_PUBLIC_KEY");
});

it("an execution runs as its own account, with the key that it checks approvals with", () => {
  const pod = specOf(jobs.execution).template.spec;
  expect(pod["serviceAccountName"]).toBe(`kubeclaw-executor-${anExecutionId}`);
  expect(pod.containers[0]?.args).toEqual(["executor"]);
  expect(pod.containers[0]?.env).toContainEqual({
    name: "KUBECLAW_APPROVAL_PUBLIC_KEY",
    value: settings.approvalPublicKey,
  });
});
