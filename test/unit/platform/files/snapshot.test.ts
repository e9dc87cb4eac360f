import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readSnapshot } from "../../../../src/platform/files/read-snapshot.js";
import { readTar } from "../../../../src/platform/files/read-tar.js";
import { writeSnapshot } from "../../../../src/platform/files/write-snapshot.js";
import { aConfigMap, anEvent, aPod, noon } from "../../../builders/kubernetes.js";
import { aSnapshot } from "../../../builders/snapshot.js";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const meta = JSON.stringify({
  formatVersion: 1,
  now: noon.toISOString(),
  cluster: { name: "prod-eu" },
  scope: { namespaces: ["shop"] },
  sources: { objects: "full" },
});

function folder(files: Readonly<Record<string, string>> = {}): string {
  const made = mkdtempSync(join(tmpdir(), "kubeclaw-snapshot-"));
  folders.push(made);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made, name)), { recursive: true });
    writeFileSync(join(made, name), text);
  }
  return made;
}

const list = (...items: unknown[]) => JSON.stringify({ apiVersion: "v1", kind: "List", items });

it("what is written is read again", () => {
  const pod = aPod();
  const log = { namespace: "shop", pod: "checkout-8-abcde", container: "web" };
  const snapshot = {
    ...aSnapshot([pod, aConfigMap("a"), anEvent(pod, "x")]),
    logs: [
      { ...log, previous: true, lines: ["before", "", "the crash"] },
      { ...log, previous: false, lines: ["after"] },
    ],
    alerts: [{ name: "Down", state: "firing", labels: { pod: "x" } }],
  };
  const out = join(folder(), "new");
  writeSnapshot(out, snapshot);
  const read = readSnapshot(out);
  expect(read.meta).toEqual(snapshot.meta);
  expect(read.objects).toHaveLength(2);
  expect(read.objects).toEqual(expect.arrayContaining([...snapshot.objects]));
  expect(read.events).toEqual(snapshot.events);
  expect(read.logs).toEqual(expect.arrayContaining(snapshot.logs));
  expect(read.alerts).toEqual(snapshot.alerts);
  expect(read).not.toHaveProperty("metrics");
  expect(() => {
    writeSnapshot(out, snapshot);
  }).toThrow("--out: ");
});

describe("a directory", () => {
  it("may have any file names; of two copies of one object the newer one counts", () => {
    const version = (resourceVersion: string, phase: string) => ({
      ...aPod({ status: { phase } }),
      metadata: { ...aPod().metadata, resourceVersion },
    });
    const path = folder({
      "meta.json": meta,
      "objects/a.json": list(version("10", "Running")),
      "objects/deep/b.json": list(version("9", "Pending"), aConfigMap("a")),
      "objects/c.json": JSON.stringify({
        apiVersion: "v1",
        kind: "ConfigMapList",
        items: [{ metadata: { name: "b", namespace: "shop", deletionTimestamp: null } }],
      }),
      "objects/d.json": JSON.stringify(aConfigMap("c")),
    });
    const { objects, warnings } = readSnapshot(path);
    expect(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort()).toEqual([
      "ConfigMap/a",
      "ConfigMap/b",
      "ConfigMap/c",
      "Pod/checkout-8-abcde",
    ]);
    expect(objects.find(({ kind }) => kind === "Pod")).toMatchObject({ status: { phase: "Running" } });
    expect(warnings).toEqual([]);
  });

  it("is read as far as it is good; what is bad is named", () => {
    const path = folder({
      "meta.json": meta,
      "objects/bad.json": "{",
      "objects/half.json": list(aPod(), { kind: "Pod" }, 7),
      "metrics.json": JSON.stringify({ series: [{ name: "x", points: [[1, 2]] }, { points: "y" }] }),
      "alerts.json": "[",
      "changes.json": "{}",
    });
    const snapshot = readSnapshot(path);
    expect(snapshot.objects).toHaveLength(1);
    expect(snapshot.metrics).toHaveLength(1);
    expect(snapshot.warnings).toEqual([
      "objects/bad.json: no JSON",
      "objects/half.json: 2 of 3 entries are no Kubernetes objects",
      "metrics.json: 1 of 2 entries are malformed",
      "alerts.json: no JSON",
      "changes.json: no list",
    ]);
  });

  it("does not lead out of itself", () => {
    const outside = folder({ "secret.log": "the key" });
    const path = folder({ "meta.json": meta, "logs/shop/a/b.log": "line\n" });
    symlinkSync(join(outside, "secret.log"), join(path, "logs/shop/a/c.log"));
    expect(readSnapshot(path).logs.map(({ lines }) => lines)).toEqual([["line"]]);
  });

  it.each<[string, Record<string, string>, string]>([
    ["without meta.json", {}, "no meta.json; expected a snapshot of format version 1"],
    [
      "with another version",
      { "meta.json": meta.replace(":1,", ":2,") },
      "meta.json: formatVersion: expected format version 1",
    ],
    ["with no JSON for its meta.json", { "meta.json": "{" }, "meta.json: no JSON"],
    ["without a time", { "meta.json": meta.replace(noon.toISOString(), "soon") }, "meta.json: now: expected a time"],
  ])("%s is refused in one line", (_what, files, problem) => {
    expect(() => readSnapshot(folder(files))).toThrow(problem);
  });

  it("that is not there is refused", () => {
    expect(() => readSnapshot("/nowhere/at/all")).toThrow("--snapshot: /nowhere/at/all: no directory or .tar.gz");
  });
});

describe("an archive", () => {
  const long = `${"deep/".repeat(40)}b.json`;
  const files = { "meta.json": meta, [`objects/${long}`]: list(aPod()), "logs/shop/a/b.log": "x\n" };

  it.each([
    ["ustar", ["--format=posix"]],
    ["gnu", ["--format=gnu"]],
  ])("of %s, packed in the folder or from above, holds the same", (_what, format) => {
    const path = folder(files);
    for (const [index, args] of [
      ["-C", path, "."],
      ["-C", dirname(path), path.slice(dirname(path).length + 1)],
    ].entries()) {
      const archive = join(folder(), `${index}.tar.gz`);
      execFileSync("tar", [...format, "-czf", archive, ...args]);
      const { objects, logs, warnings } = readSnapshot(archive);
      expect([objects.length, logs.length, warnings.length]).toEqual([1, 1, 0]);
    }
  });

  it("that is cut off, or none, is refused", () => {
    const path = join(folder(), "bad.tar.gz");
    writeFileSync(path, "no gzip");
    expect(() => readSnapshot(path)).toThrow("--snapshot: ");
    const header = Buffer.alloc(512);
    header.write("objects/a.json");
    header.write("00000007777\0", 124);
    header.write("0", 156);
    writeFileSync(path, gzipSync(header));
    expect(() => readSnapshot(path)).toThrow("--snapshot: ");
  });

  it("of any bytes gives files or one error, and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), (bytes) => {
        try {
          for (const { name, content } of readTar(bytes))
            expect([typeof name, content.length >= 0]).toEqual(["string", true]);
        } catch (error) {
          expect((error as Error).message).toBe("the archive is cut off or malformed");
        }
      }),
    );
  });
});
