import { expect, it } from "@jest/globals";
import { ProbeResult, SnapshotAlert, SnapshotChange } from "../../../src/domain/snapshot.js";

it("an optional field of a wrong type counts as missing, and the entry stays", () => {
  expect(SnapshotAlert.parse({ name: "Slow", startsAt: 5, endsAt: "2026-04-02T10:00:00Z" })).toMatchObject({
    name: "Slow",
    startsAt: undefined,
    endsAt: "2026-04-02T10:00:00Z",
  });
  const probe = { kind: "tcp", target: "cart.shop:80", ok: true };
  expect(ProbeResult.parse({ ...probe, from: "node-1" })).toMatchObject({ ...probe, from: undefined });
  expect(ProbeResult.parse({ ...probe, from: { kind: "Node", namespace: 1, name: "node-1" } }).from).toMatchObject({
    kind: "Node",
    namespace: undefined,
    name: "node-1",
  });
  const change = { at: "2026-04-02T10:00:00Z", kind: "config", summary: "timeout" };
  expect(SnapshotChange.parse({ ...change, object: [], from: 5, to: "1s" })).toMatchObject({
    ...change,
    object: undefined,
    from: undefined,
    to: "1s",
  });
});
