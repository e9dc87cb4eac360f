import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "@jest/globals";
import { checkIsNew } from "../../../../src/platform/files/write-snapshot.js";

const folder = mkdtempSync(join(tmpdir(), "kubeclaw-out-"));
const file = join(folder, "file");
writeFileSync(file, "");
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it("takes a directory that is not there", () => {
  expect(() => {
    checkIsNew(join(folder, "new"));
  }).not.toThrow();
});

it.each([
  ["one that holds something", folder, "is not empty; name a new directory"],
  ["a file", file, "is no directory; name a new one"],
])("refuses %s, with the flag's name", (_what, path, message) => {
  expect(() => {
    checkIsNew(path);
  }).toThrow(`--out: ${path} ${message}`);
});
