import * as z from "zod";
import { Scope } from "../../domain/investigation-request.js";
import { parseTarget } from "../parse-target.js";
import { wordsOf } from "../alert-formats/parse-title.js";
import { Labels } from "./labels.js";
import { malformed, type Parsed } from "./webhook-alert.js";

/** Anything that can send JSON. A key that is not known is refused, so that a misspelt one is seen. */
const Body = z.strictObject({
  title: z.string().min(1).max(300),
  namespace: Scope.shape.namespace.optional(),
  object: z
    .string()
    .max(320)
    .transform((text, context) => {
      const target = parseTarget(text);
      if (typeof target !== "string") return target;
      context.addIssue({ code: "custom", message: target });
      return z.NEVER;
    })
    .optional(),
  severity: z.string().max(40).optional(),
  fingerprint: z.string().min(1).max(200).optional(),
  state: z.enum(["firing", "resolved"]).default("firing"),
  startsAt: z.iso.datetime({ offset: true, error: "expected a time such as 2026-04-02T10:01:12Z" }).optional(),
  labels: Labels.optional(),
  /** Taken, and not shown: a link out of a webhook would be one that we vouch for. */
  links: z
    .array(z.union([z.url().max(3_000), z.strictObject({ title: z.string().max(300), url: z.url().max(3_000) })]))
    .max(20)
    .optional(),
});

/** Reads the generic webhook: one alert. Pure. */
export function parseGeneric(body: unknown): Parsed {
  const parsed = Body.safeParse(body);
  if (!parsed.success) return malformed(parsed.error);
  const { title, namespace, object, severity, fingerprint, state, startsAt, labels = {} } = parsed.data;
  const all = new Map(Object.entries(labels));
  if (namespace !== undefined) {
    all.delete("exported_namespace");
    all.set("namespace", namespace);
  }
  return {
    kind: "parsed",
    alerts: [
      {
        source: "generic",
        name: title.slice(0, 200),
        state,
        labels: all,
        values: wordsOf(title),
        severity,
        fingerprint,
        startsAt,
        ...(object === undefined ? {} : { object }),
      },
    ],
  };
}
