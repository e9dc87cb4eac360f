import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";
import { KubeClawError } from "../domain/errors.js";
import { parseInput } from "../domain/parse-input.js";
import { durationBetween } from "./duration.js";

/** Longer, the plan is of a cluster that is not there any more. */
const ApprovalTime = durationBetween("1s", "24h");
const DedupeWindow = durationBetween("1s", "7d");
const UserOrGroup = z.string().regex(/^[UWS][A-Z0-9]{1,20}$/, "expected a user id (U…) or a user group id (S…)");
const Viewers = z.string().regex(/^(\*|[UWS][A-Z0-9]{1,20})$/, 'expected "*", a user id (U…) or a user group id (S…)');
const NamespaceOrAll = z.string().regex(/^(\*|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)$/, 'expected a namespace or "*"');

/** `KUBECLAW_CONFIG`: channels, people and defaults of one installation. Unknown keys are refused. */
export const Installation = z
  .strictObject({
    version: z.literal(1),
    cluster: z.string().min(1).max(100),
    channels: z
      .array(
        z.strictObject({
          id: z.string().regex(/^[CG][A-Z0-9]{1,20}$/, "expected a channel id (C…)"),
          watch: z.boolean().default(false),
          namespaces: z.array(NamespaceOrAll).max(200),
        }),
      )
      .max(500)
      .default([]),
    roles: z
      .strictObject({
        viewer: z.array(Viewers).default([]),
        operator: z.array(UserOrGroup).default([]),
        approver: z.array(UserOrGroup).default([]),
        admin: z.array(UserOrGroup).default([]),
      })
      .prefault({}),
    namespaces: z
      .record(
        NamespaceOrAll,
        z.strictObject({
          environment: z.enum(["production", "staging", "sandbox"]).default("production"),
          approvers: z.array(UserOrGroup).optional(),
        }),
      )
      .default({}),
    routes: z
      .array(
        z.strictObject({
          match: z
            .record(z.string().min(1).max(200), z.string().max(4_096))
            .refine((match) => Object.keys(match).length <= 20, "expected at most 20 labels"),
          channel: z.string().regex(/^[CG][A-Z0-9]{1,20}$/, "expected a channel id (C…)"),
        }),
      )
      .default([]),
    dedupe: z.strictObject({ window: DedupeWindow }).prefault({ window: "10m" }),
    approval: z
      .strictObject({
        expiresAfter: ApprovalTime.prefault("30m"),
        fourEyes: z.array(z.enum(["T1", "T2", "T3"])).default(["T3"]),
      })
      .prefault({}),
    budgets: z
      .strictObject({
        run: z
          .strictObject({
            usd: z.number().min(0).default(0.25),
            modelCalls: z.int().min(0).default(12),
            seconds: z.int().min(10).max(3_600).default(300),
          })
          .prefault({}),
        day: z.strictObject({ usd: z.number().min(0).default(20) }).prefault({}),
      })
      .prefault({}),
  })
  .superRefine(({ routes, channels }, context) => {
    // Findings that go to a channel which may ask about nothing would never be seen.
    for (const [row, { channel }] of routes.entries())
      if (!channels.some(({ id }) => id === channel))
        context.addIssue({
          code: "custom",
          path: ["routes", row, "channel"],
          message: `${channel} is not in channels`,
        });
  });
export type Installation = z.infer<typeof Installation>;

/**
 * Parses the text of an installation's YAML.
 * @throws KubeClawError `bad-settings` with the path of the key.
 */
export function parseInstallation(text: string): Installation {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new KubeClawError(
      "bad-settings",
      `KUBECLAW_CONFIG: not YAML: ${(error as Error).message.split("\n")[0] ?? ""}`,
    );
  }
  try {
    return parseInput(Installation, value, "KUBECLAW_CONFIG");
  } catch (error) {
    if (error instanceof KubeClawError) throw new KubeClawError("bad-settings", error.message, { cause: error });
    throw error;
  }
}

/** Reads `KUBECLAW_CONFIG`, which holds a path, or the YAML itself where it has more than one line. */
export function loadInstallation(setting: string): Installation {
  if (setting.includes("\n")) return parseInstallation(setting);
  let text: string;
  try {
    text = readFileSync(setting, "utf8");
  } catch (error) {
    throw new KubeClawError(
      "bad-settings",
      `KUBECLAW_CONFIG: ${setting} cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`,
    );
  }
  return parseInstallation(text);
}
