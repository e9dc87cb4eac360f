import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { parseInput } from "../../src/domain/parse-input.js";

const CauseId = z.string().regex(/^[a-z0-9-]+$/);
/** `KIND/NAME`, the kind as the API spells it. */
const ObjectName = z.string().regex(/^[A-Z][A-Za-z]+\/[a-z0-9.-]+$/, "expected KIND/NAME");
const trouble = {
  /** The root causes that count as right, each with what a person would repair. */
  causes: z.array(z.strictObject({ causeId: CauseId, object: ObjectName })).min(1),
  /** Objects that show the failure, where they are not what is to be repaired. */
  suffers: z.array(ObjectName).default([]),
  /** Causes that may not be given, at any rank: the traps of this case. */
  never: z.array(CauseId).default([]),
  /** Does what was recorded prove the cause? */
  confirmed: z.boolean(),
};

export const Expectation = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("failing"), ...trouble }),
  /** Wrong, but nothing suffers from it yet: to be listed, whatever the status. */
  z.strictObject({ status: z.literal("warning"), ...trouble }),
  z.strictObject({ status: z.literal("healthy") }),
]);
export type Expectation = z.infer<typeof Expectation>;
export type Failure = Exclude<Expectation, { status: "healthy" }>;

/** `case.json`: what a snapshot beside it shows in truth, written by a person and never from an answer. */
export const EvaluationCase = z.strictObject({
  title: z.string().min(10).max(200),
  origin: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("recorded") }),
    z.strictObject({ kind: z.literal("built"), because: z.string().min(10) }),
  ]),
  /** The rules are not written with a look at cases that are held out. */
  split: z.enum(["tuned", "held-out"]),
  scope: z.strictObject({ namespace: z.string(), object: ObjectName.optional() }),
  expect: Expectation,
});
export type EvaluationCase = z.infer<typeof EvaluationCase>;

export interface LoadedCase extends EvaluationCase {
  family: string;
  name: string;
  directory: string;
}

/** Every case below a directory, FAMILY/NAME, in the order of their names. */
export function loadCases(root = "test/eval/cases"): LoadedCase[] {
  return readdirSync(root)
    .sort()
    .flatMap((family) =>
      readdirSync(join(root, family))
        .sort()
        .map((name) => {
          const directory = join(root, family, name);
          const text = readFileSync(join(directory, "case.json"), "utf8");
          const parsed = parseInput(EvaluationCase, JSON.parse(text), `${family}/${name}/case.json`);
          return { ...parsed, family, name: `${family}/${name}`, directory };
        }),
    );
}
