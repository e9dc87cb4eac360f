import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";
import { admissionPolicies, neededScopes } from "../../../src/doctor/index.js";

it("asks Slack for the scopes that the app's manifest has, no more and no less", () => {
  const manifest = parse(readFileSync("manifests/slack-manifest.yaml", "utf8")) as {
    oauth_config: { scopes: { bot: string[] } };
  };
  expect(Object.keys(neededScopes).sort()).toEqual([...manifest.oauth_config.scopes.bot].sort());
});

it("looks for every admission policy that is shipped", () => {
  const shipped = readdirSync("manifests/rights")
    .filter((name) => name.startsWith("admission-"))
    .flatMap((name) => parseAllDocuments(readFileSync(`manifests/rights/${name}`, "utf8")))
    .map((document) => document.toJS() as { kind: string; metadata: { name: string } })
    .filter(({ kind }) => kind === "ValidatingAdmissionPolicy")
    .map(({ metadata }) => metadata.name);
  expect([...admissionPolicies].sort()).toEqual(shipped.sort());
});
