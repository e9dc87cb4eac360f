import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { buildRecord, genesis, recordDigest } from "../../../src/audit/chain.js";
import { verifyChain } from "../../../src/audit/index.js";
import type { AuditEvent, AuditRecord } from "../../../src/domain/audit-event.js";
import { after } from "../../builders/kubernetes.js";
import { aRunId } from "../../builders/request.js";

function anAuditEvent(seconds: number, over: Partial<AuditEvent> = {}): AuditEvent {
  return {
    at: after(seconds),
    kind: "run.started",
    actor: { kind: "system", id: "worker" },
    run: aRunId,
    detail: { step: seconds },
    ...over,
  };
}

function aChain(length: number): AuditRecord[] {
  const records: AuditRecord[] = [];
  for (let at = 0; at < length; at += 1) records.push(buildRecord(anAuditEvent(at), records.at(-1) ?? null));
  return records;
}
const verify = (records: readonly unknown[]) => verifyChain(records.map((record) => JSON.stringify(record)));

it("a chain begins at the genesis digest, counts from one, and each record names the one before", () => {
  const [first, second] = aChain(2);
  expect(first).toMatchObject({ seq: 1, previous: genesis });
  expect(second).toMatchObject({ seq: 2, previous: first!.digest });
});

it("an untouched chain is intact, also with empty lines, and of no records", () => {
  const records = aChain(5);
  expect(verify(records)).toEqual({ kind: "intact", records: 5, last: records[4]!.digest });
  expect(verifyChain([...records.map((record) => JSON.stringify(record)), "", "  "])).toMatchObject({ kind: "intact" });
  expect(verifyChain([])).toEqual({ kind: "intact", records: 0, last: genesis });
});

it("the order of members does not matter: the digest is of the canonical text", () => {
  const reversed = aChain(3).map((record) => Object.fromEntries(Object.entries(record).reverse()));
  expect(verify(reversed)).toMatchObject({ kind: "intact", records: 3 });
});

describe("the first record that does not fit is named", () => {
  const change = (at: number, over: Partial<AuditRecord>) =>
    aChain(5).map((record, index) => (index === at ? { ...record, ...over } : record));

  it.each<[string, unknown[], { line: number; seq: number | null; problem: string }]>([
    ["its time", change(2, { at: after(999) }), { line: 3, seq: 3, problem: "digest does not match the record" }],
    [
      "its actor",
      change(0, { actor: { kind: "person", id: "U0EVE" } }),
      { line: 1, seq: 1, problem: "digest does not match the record" },
    ],
    ["its detail", change(4, { detail: {} }), { line: 5, seq: 5, problem: "digest does not match the record" }],
    [
      "its digest",
      change(1, { digest: "f".repeat(64) }),
      { line: 2, seq: 2, problem: "digest does not match the record" },
    ],
    [
      "its link",
      change(3, { previous: "f".repeat(64) }),
      { line: 4, seq: 4, problem: "previous does not match the record before" },
    ],
    ["its number", change(3, { seq: 9 }), { line: 4, seq: 9, problem: "expected seq 4" }],
    [
      "the first link",
      change(0, { previous: "f".repeat(64) }),
      { line: 1, seq: 1, problem: "previous does not match the record before" },
    ],
    ["one taken out", aChain(5).filter((_, at) => at !== 2), { line: 3, seq: 4, problem: "expected seq 3" }],
    ["one put in twice", [...aChain(2), aChain(2)[1]], { line: 3, seq: 2, problem: "expected seq 3" }],
    ["no record", [...aChain(2), { seq: 3 }], { line: 3, seq: null, problem: "not an audit record: at" }],
  ])("%s", (_what, records, broken) => {
    expect(verify(records)).toEqual({ kind: "broken", ...broken });
  });

  it("a line that is no JSON", () => {
    expect(verifyChain([JSON.stringify(aChain(1)[0]), "{"])).toEqual({
      kind: "broken",
      line: 2,
      seq: null,
      problem: "not JSON",
    });
  });

  it("one that was changed with its digest: the next one gives it away", () => {
    const records = change(2, { detail: { forged: true } });
    const { digest: _old, ...rest } = records[2]!;
    records[2] = { ...rest, digest: recordDigest(rest) };
    expect(verify(records)).toEqual({
      kind: "broken",
      line: 4,
      seq: 4,
      problem: "previous does not match the record before",
    });
  });

  it("whichever byte of a detail is changed", () => {
    fc.assert(
      fc.property(fc.nat(4), fc.string(), (at, text) => {
        expect(verify(change(at, { detail: { text } }))).toMatchObject({ kind: "broken", line: at + 1 });
      }),
    );
  });
});

it("a part that begins later is intact by itself: an export since a time", () => {
  expect(verify(aChain(5).slice(2))).toMatchObject({ kind: "intact" });
});
