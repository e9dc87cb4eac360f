import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { DiagnosisAnswer } from "../../src/domain/diagnosis.js";
import { listAt, textAt } from "../../src/domain/kubernetes-object.js";
import { SnapshotMeta } from "../../src/domain/snapshot.js";
import { kubectl } from "../e2e/kubectl.js";
import { asAdmin, freshName, tokenOf } from "./accounts.js";
import { kubeclaw, writeKubeconfig } from "./command-line.js";

jest.setTimeout(60_000);

const kubeconfig = process.env["KUBECLAW_TEST_KUBECONFIG"] ?? "";
const admin = asAdmin();
const shop = freshName("diagnose");
const quiet = freshName("diagnose-quiet");
const scratch = mkdtempSync(join(tmpdir(), "kubeclaw-diagnose-"));
const written: string[] = [scratch];
const password = "correct-horse-battery";

/** A kubeconfig of an account in the broken namespace, which may read these resources there. */
async function withRights(name: string, ...resources: string[]): Promise<string> {
  await kubectl(kubeconfig, ["-n", shop, "create", "serviceaccount", name]);
  if (resources.length > 0) {
    const grants = ["--verb=get,list", `--resource=${resources.join(",")}`];
    await kubectl(kubeconfig, ["-n", shop, "create", "role", name, ...grants]);
    const to = [`--role=${name}`, `--serviceaccount=${shop}:${name}`];
    await kubectl(kubeconfig, ["-n", shop, "create", "rolebinding", name, ...to]);
  }
  return keep(writeKubeconfig(kubeconfig, { token: await tokenOf(admin, shop, name) }));
}

function keep(path: string): string {
  written.push(dirname(path));
  return path;
}

const answerOf = (stdout: string) => DiagnosisAnswer.parse(JSON.parse(stdout));
const causesOf = (stdout: string) => answerOf(stdout).verdicts.map(({ causeId }) => causeId);
const diagnoseJson = (config: string, namespace: string, ...more: string[]) =>
  kubeclaw(config, "diagnose", "--namespace", namespace, "--output", "json", ...more);

/** A Deployment that can have no pods: the quota of its namespace allows none. It needs no node. */
beforeAll(async () => {
  await kubectl(kubeconfig, ["create", "namespace", shop]);
  await kubectl(kubeconfig, ["create", "namespace", quiet]);
  await kubectl(kubeconfig, ["-n", shop, "create", "quota", "no-pods", "--hard=pods=0"]);
  await kubectl(kubeconfig, ["-n", shop, "create", "secret", "generic", "db", `--from-literal=password=${password}`]);
  const image = "--image=registry.local/shop/checkout:1.9.0";
  await kubectl(kubeconfig, ["-n", shop, "create", "deployment", "checkout", image]);
  const target = { apiVersion: "apps/v1", kind: "Deployment", namespace: shop, name: "checkout" };
  const refused = (condition: unknown) => textAt(condition, "type") === "ReplicaFailure";
  while (!listAt(await admin.get(target), "status", "conditions").some(refused))
    await new Promise((resolve) => setTimeout(resolve, 100));
});

afterAll(async () => {
  for (const folder of written) rmSync(folder, { recursive: true, force: true });
  await kubectl(kubeconfig, ["delete", "namespace", shop, quiet, "--wait=false"]);
});

describe("kubeclaw diagnose on a live cluster", () => {
  it("finds what is broken, with what it read and what that cost", async () => {
    const { code, stdout, stderr } = await diagnoseJson(kubeconfig, shop);
    expect([code, stderr]).toEqual([0, ""]);
    const answer = answerOf(stdout);
    expect(answer).toMatchObject({
      status: "failing",
      scope: { namespace: shop, object: null },
      verdicts: [
        {
          causeId: "quota-pods-exceeded",
          confidence: "confirmed",
          object: { kind: "ResourceQuota", namespace: shop, name: "no-pods" },
          symptomObject: { kind: "Deployment", name: "checkout" },
          notChecked: ["alerts: absent", "changes: absent", "metrics: absent", "probes: absent"],
        },
      ],
    });
    expect(answer.verdicts[0]?.evidence.length).toBeGreaterThan(0);
    expect(answer.cost.apiCalls).toBeGreaterThan(20);
    expect(answer.cost.bytes).toBeGreaterThan(0);
    expect(answer.checked.objects).toBeGreaterThan(3);
    expect(stdout).not.toContain(password);
  });

  it("prints for a person, and narrows to one object", async () => {
    const all = await kubeclaw(kubeconfig, "diagnose", "--namespace", shop, "--object", "deploy/checkout");
    expect([all.code, all.stderr]).toEqual([0, ""]);
    expect(all.stdout).toMatch(new RegExp(`^Deployment checkout in ${shop}: failing\n`));
    expect(all.stdout).toContain("quota-pods-exceeded · confirmed · critical");
    const other = await diagnoseJson(kubeconfig, shop, "--object", "deploy/chekout");
    expect(other.code).toBe(0);
    expect(answerOf(other.stdout)).toMatchObject({ status: "inconclusive", verdicts: [] });
    expect(other.stdout).toContain(`There is no Deployment chekout in ${shop}; did you mean checkout?`);
  });

  it("says of a quiet namespace that nothing fails, and what it did not look at", async () => {
    const { code, stdout } = await kubeclaw(kubeconfig, "diagnose", "--namespace", quiet);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^namespace ${quiet}: no active failure\n`));
    expect(stdout).toContain("Note: Not checked: alerts, changes, metrics, probes");
  });
});

describe("kubeclaw snapshot", () => {
  const out = join(scratch, "recorded");

  it("records the namespace without a value of a Secret, for the same diagnosis later", async () => {
    const { code, stdout, stderr } = await kubeclaw(kubeconfig, "snapshot", "--namespace", shop, "--out", out);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/recorded: \d+ objects, \d+ events, 0 logs\n$/);
    const meta = SnapshotMeta.parse(JSON.parse(readFileSync(join(out, "meta.json"), "utf8")));
    expect(meta).toMatchObject({ formatVersion: 1, scope: { namespaces: [shop] }, sources: { objects: "full" } });
    expect(meta.cluster.version).toMatch(/^v1\.\d+/);
    const files = readdirSync(out, { recursive: true, encoding: "utf8" }).map((name) => join(out, name));
    const all = files.flatMap((file) => (statSync(file).isFile() ? [readFileSync(file, "utf8")] : [])).join("\n");
    expect(all).toContain('"db"');
    expect(all).not.toContain(password);
    expect(all).not.toContain(Buffer.from(password).toString("base64"));
    const again = await kubeclaw("/nowhere", "diagnose", "--snapshot", out, "--output", "json");
    expect([again.code, causesOf(again.stdout)]).toEqual([0, ["quota-pods-exceeded"]]);
  });

  it("writes over nothing", async () => {
    const { code, stdout, stderr } = await kubeclaw(kubeconfig, "snapshot", "--namespace", shop, "--out", out);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(`--out: ${out} is not empty; name a new directory\n`);
  });
});

describe("what is not read", () => {
  const kinds = "deployments.apps,replicasets.apps,statefulsets.apps,daemonsets.apps,jobs.batch,services,events";

  it("for want of any right is no answer, and nothing is recorded of it", async () => {
    const nobody = await withRights("nobody");
    const { code, stdout } = await diagnoseJson(nobody, shop);
    expect(code).toBe(0);
    const answer = answerOf(stdout);
    expect(answer).toMatchObject({ status: "inconclusive", verdicts: [], checked: { objects: 0 } });
    expect(answer.warnings[0]).toMatch(/^Not checked: alerts, changes, events, logs, metrics, objects, probes$/);
    expect(stdout).toContain("Pod: pods is forbidden");
    const out = join(scratch, "nobody");
    const recorded = await kubeclaw(nobody, "snapshot", "--namespace", shop, "--out", out);
    expect([recorded.code, recorded.stdout]).toEqual([2, ""]);
    expect(recorded.stderr).toBe(`--namespace: nothing in ${shop} can be read with these rights\n`);
    expect(readdirSync(scratch)).not.toContain("nobody");
  });

  it("of the pods alone is named, here and in a snapshot", async () => {
    const account = await withRights("no-pods", kinds, "configmaps", "serviceaccounts");
    const { stdout } = await diagnoseJson(account, shop, "--object", "deploy/other");
    const answer = answerOf(stdout);
    expect(answer.status).toBe("inconclusive");
    expect(answer.warnings.join("\n")).toMatch(/Not checked: .*\bPod\b.*ResourceQuota/);
    const out = join(scratch, "no-pods");
    const recorded = await kubeclaw(account, "snapshot", "--namespace", shop, "--out", out);
    expect(recorded.code).toBe(0);
    expect(recorded.stderr).toContain("kubeclaw: Pod: pods is forbidden");
    const meta = SnapshotMeta.parse(JSON.parse(readFileSync(join(out, "meta.json"), "utf8")));
    expect(meta).toMatchObject({ sources: { objects: "partial", logs: "absent" }, kinds: { Pod: "absent" } });
    expect(meta.kinds).not.toHaveProperty("Deployment");
    const later = await kubeclaw("/nowhere", "diagnose", "--snapshot", out);
    expect(later.stdout).toMatch(/Note: Not checked: .*\bPod\b/);
  });
});

describe("what a person must set right leaves with 2 and one line that names it", () => {
  const broken = join(scratch, "broken-kubeconfig");
  writeFileSync(broken, "clusters: [");

  it.each<[string, () => { config: string; args: string[]; says: string }]>([
    [
      "a context that is not there",
      () => ({
        config: kubeconfig,
        args: ["--context", "nowhere"],
        says: "--context: no context nowhere in the kubec",
      }),
    ],
    [
      "a namespace that is not there",
      () => ({
        config: kubeconfig,
        args: ["--namespace", "no-such-namespace"],
        says: "--namespace: there is nothing in namespace no-such-namespace; is there one of that name?",
      }),
    ],
    ["a kubeconfig that is none", () => ({ config: broken, args: [], says: "KUBECONFIG: cannot be read: " })],
    ["a kubeconfig that is not there", () => ({ config: "/nowhere/config", args: [], says: "KUBECONFIG: " })],
    [
      "credentials that are not taken",
      () => ({
        config: keep(writeKubeconfig(kubeconfig, { token: "nobodys-token" })),
        args: ["--namespace", shop],
        says: "KUBECONFIG: the credentials are not taken: Unauthorized",
      }),
    ],
  ])("%s", async (_what, of) => {
    const { config, args, says } = of();
    const { code, stdout, stderr } = await kubeclaw(config, "diagnose", ...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(says);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

it("says which server does not answer, and leaves with 1: that is no bad input", async () => {
  const short = createServer().listen(0, "127.0.0.1");
  await once(short, "listening");
  const { port } = short.address() as AddressInfo;
  short.close();
  const config = keep(writeKubeconfig(kubeconfig, { token: "t", server: `https://127.0.0.1:${port}` }));
  for (const args of [["diagnose"], ["snapshot", "--namespace", shop, "--out", join(scratch, "away")]]) {
    const { code, stdout, stderr } = await kubeclaw(config, ...args);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^the Kubernetes API at https:\/\/127\.0\.0\.1:\d+ did not answer: .*ECONNREFUSED/);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  }
  expect(readdirSync(scratch)).not.toContain("away");
});
