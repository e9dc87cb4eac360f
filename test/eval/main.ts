import { writeFileSync } from "node:fs";
import { loadCases } from "./case.js";
import { evaluate } from "./evaluate.js";
import { brokenFloors } from "./floors.js";
import { renderEvaluation } from "./render-evaluation.js";
import { renderPage } from "./render-page.js";

const wanted = process.argv.slice(2).filter((name) => name !== "--write");
const cases = loadCases().filter(
  ({ family, name }) => wanted.length === 0 || wanted.includes(family) || wanted.includes(name),
);
if (cases.length === 0) {
  console.error(`no case ${wanted.join(", ")}; name a family, or FAMILY/NAME`);
  process.exit(2);
}
const results = cases.map((entry) => evaluate(entry));
console.log(renderEvaluation(results, true));
if (process.argv.includes("--write")) {
  if (wanted.length > 0) {
    console.error("--write keeps the whole set: name no case");
    process.exit(2);
  }
  writeFileSync("docs/spec/evaluation.md", renderPage(renderEvaluation(results, false)));
}
process.exit(brokenFloors(results).length > 0 ? 1 : 0);
