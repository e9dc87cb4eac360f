// npm 11 refuses a lock file that lacks optional platform packages which the registry in use does not carry.
// This adds an inert entry for each; with --check it only says whether one is missing. Run after every `npm install`.
import { readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const missing = [];

function resolves(from, name) {
  for (let path = from; ; path = path.slice(0, path.lastIndexOf("node_modules/")).replace(/\/$/, "")) {
    if (lock.packages[`${path === "" ? "" : `${path}/`}node_modules/${name}`]) return true;
    if (!path.includes("node_modules/")) return false;
  }
}

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!resolves(path, name)) missing.push([name, version]);
  }
}
if (process.argv.includes("--check")) {
  if (missing.length > 0) {
    console.error(`package-lock.json lacks ${missing.length} optional entries; run: node scripts/complete-lock.mjs`);
    process.exit(1);
  }
} else {
  for (const [name, version] of missing) {
    lock.packages[`node_modules/${name}`] = { version: version.replace(/^[\^~]/, ""), optional: true };
  }
  writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`added ${missing.length} optional entries`);
}
