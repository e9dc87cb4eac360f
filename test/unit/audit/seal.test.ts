import { expect, it } from "@jest/globals";
import { type AuditChain, type AuditSource, sealOnce, verifyChain } from "../../../src/audit/index.js";
import type { AuditEvent, AuditRecord } from "../../../src/domain/audit-event.js";
import { noon } from "../../builders/kubernetes.js";
import { aRunId } from "../../builders/request.js";

const event: AuditEvent = {
  at: noon.toISOString(),
  kind: "run.started",
  actor: { kind: "system", id: "worker" },
  run: aRunId,
  detail: { phase: "x" },
};

/** A stream and a chain in memory; either may die once. */
function aWorld() {
  let entries: { id: string; event: AuditEvent }[] = [];
  const records: AuditRecord[] = [];
  const dies = { append: false, trim: false };
  const once = (what: keyof typeof dies): Promise<void> => {
    if (!dies[what]) return Promise.resolve();
    dies[what] = false;
    return Promise.reject(new Error("died"));
  };
  const source: AuditSource = {
    read: (after) =>
      Promise.resolve(entries.filter(({ id }) => Number(id.split("-")[0]) > Number(after.split("-")[0]))),
    trim: async (upTo) => {
      await once("trim");
      entries = entries.filter(({ id }) => Number(id.split("-")[0]) > Number(upTo.split("-")[0]));
    },
  };
  const chain: AuditChain = {
    last: () => {
      const record = records.at(-1);
      return record ? { seq: record.seq, digest: record.digest, entry: record.detail["entry"] as string } : null;
    },
    append: async (fresh) => {
      await once("append");
      records.push(...fresh);
    },
  };
  let next = 1;
  const say = (count: number) => {
    for (let at = 0; at < count; at += 1) entries.push({ id: `${(next += 1)}-0`, event });
  };
  const verify = () => verifyChain(records.map((record) => JSON.stringify(record)));
  return { records, dies, say, verify, seal: () => sealOnce(source, chain), left: () => entries.length };
}

it("moves what was said into the chain, in order, and out of the stream", async () => {
  const { records, say, seal, verify, left } = aWorld();
  say(3);
  expect(await seal()).toBe(3);
  say(2);
  expect(await seal()).toBe(2);
  expect(await seal()).toBe(0);
  expect(records.map(({ detail }) => detail)).toEqual([2, 3, 4, 5, 6].map((id) => ({ phase: "x", entry: `${id}-0` })));
  expect(verify()).toMatchObject({ kind: "intact", records: 5 });
  expect(left()).toBe(0);
});

it("dying between writing and trimming seals nothing twice", async () => {
  const { records, dies, say, seal, verify } = aWorld();
  say(3);
  dies.trim = true;
  await expect(seal()).rejects.toThrow("died");
  expect(await seal()).toBe(0);
  say(1);
  expect(await seal()).toBe(1);
  expect(records).toHaveLength(4);
  expect(verify()).toMatchObject({ kind: "intact", records: 4 });
});

it("dying before the records are on disk loses none of them", async () => {
  const { records, dies, say, seal, left } = aWorld();
  say(3);
  dies.append = true;
  await expect(seal()).rejects.toThrow("died");
  expect([records.length, left()]).toEqual([0, 3]);
  expect(await seal()).toBe(3);
});
