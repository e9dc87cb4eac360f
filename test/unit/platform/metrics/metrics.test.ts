import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { Registry } from "prom-client";
import { createCounters } from "../../../../src/platform/metrics/counters.js";
import {
  addQueueDepth,
  addSealingGauge,
  createBotHistograms,
  createLaunchHistogram,
} from "../../../../src/platform/metrics/histograms.js";

it("documents every metric of ours, and no other", async () => {
  const registry = new Registry();
  createCounters(registry);
  createBotHistograms(registry);
  createLaunchHistogram(registry);
  addSealingGauge(registry, () => true);
  addQueueDepth(registry, () => Promise.resolve({}));
  const page = readFileSync("docs/spec/metrics.md", "utf8");
  const documented = [...page.matchAll(/^\| `(kubeclaw_[a-z_]+)/gm)].map(([, name]) => name);
  const registered = (await registry.getMetricsAsJSON()).map(({ name }) => name);
  expect(documented.sort()).toEqual(registered.sort());
});

it("reads the depth of the queues when somebody asks, and says nothing of it while Redis is away", async () => {
  const registry = new Registry();
  let away = false;
  addQueueDepth(registry, () =>
    away ? Promise.reject(new Error("away")) : Promise.resolve({ outbox: { waiting: 3, failed: 0 } }),
  );
  expect(await registry.metrics()).toContain('kubeclaw_queue_jobs{queue="outbox",state="waiting"} 3');
  away = true;
  expect(await registry.metrics()).not.toContain("outbox");
});

it("says whether the audit is sealed, as it is now", async () => {
  const registry = new Registry();
  let sealing = true;
  addSealingGauge(registry, () => sealing);
  expect(await registry.metrics()).toContain("kubeclaw_audit_sealing 1");
  sealing = false;
  expect(await registry.metrics()).toContain("kubeclaw_audit_sealing 0");
});
