import { expect, it } from "@jest/globals";
import { KubeClawError } from "../../../src/domain/errors.js";
import { createLaunchPatience } from "../../../src/worker/index.js";
import { aRunId } from "../../builders/request.js";

const away = new KubeClawError("unavailable", "the Kubernetes API did not answer", { retryable: true });

function aPatience() {
  const clock = { ms: 0 };
  const patience = createLaunchPatience(() => clock.ms);
  return { clock, patience };
}

it.each<[string, unknown, number | null]>([
  ["is away", away, 2_000],
  [
    "is overloaded, for as long as it asks",
    new KubeClawError("throttled", "later", { retryable: true, retryAfterMs: 7_000 }),
    7_000,
  ],
  [
    "is overloaded for an hour, for half a minute",
    new KubeClawError("throttled", "later", { retryable: true, retryAfterMs: 3_600_000 }),
    30_000,
  ],
  ["does not know us for a moment", new KubeClawError("unauthenticated", "token"), 2_000],
  ["refuses", new KubeClawError("forbidden", "no"), null],
  ["is not what failed", new TypeError("x is undefined"), null],
])("waits, without using up an attempt, for an API server that %s", (_what, error, pause) => {
  expect(aPatience().patience.after(aRunId, error)).toBe(pause);
});

it("waits for two minutes from a launch's first failure, each launch for itself, and then gives up for good", () => {
  const { clock, patience } = aPatience();
  patience.after(aRunId, away);
  clock.ms = 110_000;
  patience.after("kc-inv-another", away);
  clock.ms = 121_000;
  expect(() => patience.after(aRunId, away)).toThrow("not within two minutes: the Kubernetes API did not answer");
  expect(patience.after("kc-inv-another", away)).toBe(2_000);
  patience.forget(aRunId);
  expect(patience.after(aRunId, away)).toBe(2_000);
});
