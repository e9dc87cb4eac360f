import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parseScenario } from "../../../../src/playground/replay/index.js";

const pod = "{containers: [{name: web, image: x}]}";
const workload = (history: string, over = "") =>
  `title: x\nnamespaces: [shop]\nworkloads:\n  - {name: checkout, namespace: shop${over}, history: [${history}]}\n`;

describe("parseScenario", () => {
  it("reads the world as shipped", () => {
    const { workloads } = parseScenario(readFileSync("src/playground/scenarios/shop.yaml", "utf8"));
    expect(workloads.map(({ name, history }) => [name, history.length])).toEqual([
      ["checkout", 2],
      ["payments", 2],
      ["cart", 2],
      ["search", 2],
      ["catalog", 1],
      ["frontend", 1],
    ]);
  });

  it.each([
    ["not YAML", "a: [", /^scenario: not YAML: /],
    ["no title", "namespaces: []", /^scenario: title: /],
    ["an unknown key", "title: x\nworkload: []", /^scenario: \(top level\): .*workload/],
    [
      "a count that is none",
      workload(`{ago: 1m, pod: ${pod}}`, ", replicas: many"),
      /^scenario: workloads\[0\]\.replicas: /,
    ],
    [
      "a time that is none",
      workload(`{ago: yesterday, pod: ${pod}}`),
      /^scenario: workloads\[0\]\.history\[0\]\.ago: must be a whole number and a unit/,
    ],
    [
      "no image",
      workload("{ago: 1m, pod: {containers: [{name: web}]}}"),
      /^scenario: workloads\[0\]\.history\[0\]\.pod\.containers\[0\]\.image: Required value/,
    ],
    [
      "a field that a pod does not have",
      workload("{ago: 1m, pod: {container: []}}"),
      /^scenario: workloads\[0\]\.history\[0\]\.pod/,
    ],
    [
      "a namespace that is not there",
      workload(`{ago: 1m, pod: ${pod}}`).replace("namespaces: [shop]", "namespaces: []"),
      /^scenario: workloads\[0\]\.namespace: no namespace "shop"$/,
    ],
    [
      "times out of order",
      workload(`{ago: 1m, pod: ${pod}}, {ago: 2m, pod: ${pod}}`),
      /^scenario: workloads\[0\]\.history\[1\]\.ago: /,
    ],
    [
      "what is older than the cluster",
      workload(`{ago: 8d, pod: ${pod}}`),
      /^scenario: workloads\[0\]\.history\[0\]\.ago: /,
    ],
  ])("says in one line what is wrong with %s", (_, yaml, says) => {
    expect(() => parseScenario(yaml)).toThrow(says);
    try {
      parseScenario(yaml);
    } catch (error) {
      expect((error as Error).message).not.toContain("\n");
    }
  });
});
