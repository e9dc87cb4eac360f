import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "@jest/globals";
import { DiagnosisAnswer } from "../../../src/domain/diagnosis.js";

const fixtures = "test/fixtures/snapshots";
const scratch = mkdtempSync(join(tmpdir(), "kubeclaw-commands-"));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** The built command line, as a person runs it. */
async function kubeclaw(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["dist/main/cli.js", ...args], { env: {} });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** Answers, one JSON a line. */
const answers = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: unknown; error?: { message: string; field?: string }; status?: string });

describe("kubeclaw diagnose --snapshot", () => {
  it.each([
    ["claim-without-class", "failing", ["storageclass-not-found"]],
    ["quota-used-up", "failing", ["quota-cpu-exceeded"]],
    ["recovered", "healthy", []],
  ])("%s is %s", async (name, status, causes) => {
    const { code, stdout, stderr } = await kubeclaw("diagnose", "--snapshot", join(fixtures, name), "--output", "json");
    expect([code, stderr]).toEqual([0, ""]);
    const answer = DiagnosisAnswer.parse(JSON.parse(stdout));
    expect(answer.status).toBe(status);
    expect(answer.verdicts.map(({ causeId }) => causeId)).toEqual(causes);
  });

  it("prints for a person, too, and narrows to one object", async () => {
    const snapshot = join(fixtures, "claim-without-class");
    const all = await kubeclaw("diagnose", "--snapshot", snapshot);
    expect(all.stdout).toContain("StorageClass fast-ssd, which does not exist");
    const api = await kubeclaw("diagnose", "--snapshot", snapshot, "--object", "deploy/ledger-api");
    expect(api.stdout).toContain("storageclass-not-found · confirmed");
    const web = await kubeclaw("diagnose", "--snapshot", snapshot, "--object", "deploy/ledger-web");
    expect(web.stdout).toContain("no active failure");
  });

  it("of an object that is not there says so, and is not certain", async () => {
    const { code, stdout } = await kubeclaw(
      "diagnose",
      "--snapshot",
      join(fixtures, "recovered"),
      "--object",
      "deploy/carts",
      "--output",
      "json",
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "inconclusive",
      warnings: expect.arrayContaining(["There is no Deployment carts in shop; did you mean cart?"]) as unknown,
    });
  });

  it("names a bad file on stderr and answers from the rest", async () => {
    const snapshot = join(scratch, "bad");
    await promisify(execFile)("cp", ["-r", join(fixtures, "recovered"), snapshot]);
    writeFileSync(join(snapshot, "objects/broken.json"), "{");
    const { code, stdout, stderr } = await kubeclaw("diagnose", "--snapshot", snapshot, "--output", "json");
    expect([code, stderr]).toEqual([0, `kubeclaw: ${snapshot}: objects/broken.json: no JSON\n`]);
    expect((JSON.parse(stdout) as DiagnosisAnswer).warnings).toContain("objects/broken.json: no JSON");
  });
});

describe("bad input leaves with 2 and one line that names the field", () => {
  const snapshot = join(fixtures, "recovered");
  it.each<[string, string[], string]>([
    ["no snapshot", ["--snapshot", "/nowhere"], "--snapshot: /nowhere: no directory"],
    ["no meta.json", ["--snapshot", "src"], "no meta.json; expected a snapshot of format version 1"],
    ["a bad namespace", ["--snapshot", snapshot, "--namespace", "A_B"], "--namespace: A_B is not a namespace name"],
    ["a bad object", ["--snapshot", snapshot, "--object", "checkout"], "--object: checkout: expected KIND/NAME"],
    ["a bad format", ["--snapshot", snapshot, "--output", "yaml"], "output: expected text or json"],
    ["hygiene of many", ["--batch", snapshot, "--hygiene"], "--batch: hygiene is looked at one snapshot at a time"],
    ["two forms at once", ["--snapshot", snapshot, "--batch", "-"], "--batch: give --snapshot or --batch, not both"],
    ["no batch file", ["--batch", "/nowhere"], "--batch: /nowhere cannot be read"],
  ])("%s", async (_what, args, problem) => {
    const { code, stdout, stderr } = await kubeclaw("diagnose", ...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(problem);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

it("kubeclaw diagnose --batch answers each line in order, and goes on after a bad one", async () => {
  const file = join(scratch, "requests.jsonl");
  const lines = [
    JSON.stringify({ id: "a", snapshot: join(fixtures, "quota-used-up") }),
    "not json",
    JSON.stringify({ id: 2, snapshot: "/nowhere" }),
    JSON.stringify({ id: "c", snapshot: join(fixtures, "recovered"), object: "nonsense" }),
    JSON.stringify({ id: "d", snapshot: 7 }),
    JSON.stringify({ id: "e", snapshot: join(fixtures, "recovered"), namespace: "shop", object: "Deployment/cart" }),
  ];
  writeFileSync(file, lines.join("\n"));
  const { code, stdout } = await kubeclaw("diagnose", "--batch", file);
  expect(code).toBe(0);
  expect(answers(stdout)).toMatchObject([
    { id: "a", status: "failing" },
    { id: null, error: { message: "the line is no JSON" } },
    { id: 2, error: { field: "snapshot" } },
    { id: "c", error: { field: "object" } },
    { id: "d", error: { field: "snapshot" } },
    { id: "e", status: "healthy" },
  ]);
  expect(stdout.startsWith('{"id":"a","schema":"kubeclaw.dev/diagnosis/v1"')).toBe(true);
});

it("kubeclaw rules lists every rule with its fields", async () => {
  const { stdout } = await kubeclaw("rules", "--output", "json");
  const rules = JSON.parse(stdout) as Record<string, string>[];
  expect(rules.length).toBeGreaterThan(100);
  for (const rule of rules)
    expect(Object.keys(rule).sort()).toEqual(["family", "id", "remediation", "severity", "signals", "title"]);
});

it("kubeclaw replay prints what would be said, and that no model was asked", async () => {
  const { stdout } = await kubeclaw("replay", join(fixtures, "quota-used-up"));
  expect(stdout).toContain("the CPU quota team-reports is used up");
  expect(stdout).toContain("replay asks no model");
});
