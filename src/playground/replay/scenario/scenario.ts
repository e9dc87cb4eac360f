import * as z from "zod";
import { PodSpec } from "../objects/pod-schemas.js";

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How long ago, or for how long: a whole number and one of s, m, h, d. In milliseconds once parsed. */
const Span = z
  .string()
  .regex(/^\d{1,6}[smhd]$/, "must be a whole number and a unit: s, m, h or d (for example 14m)")
  .transform((text) => Number(text.slice(0, -1)) * units[text.slice(-1) as keyof typeof units]);
const Name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, "must be a name of lower case letters, digits, - and .");

const SomeObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string().min(1),
    namespace: Name.optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
});

const Workload = z.strictObject({
  name: Name,
  namespace: Name,
  replicas: z.int().min(0).max(100).default(1),
  /** The port of a Service in front of it; without one there is none. */
  port: z.int().min(1).max(65_535).optional(),
  labels: z.record(z.string(), z.string()).default({}),
  /** What it was, older to newer. */
  history: z.array(z.strictObject({ ago: Span, changeCause: z.string().optional(), pod: PodSpec })).min(1),
});

/** The facts of a world: nothing here says what becomes of them. */
export const Scenario = z.strictObject({
  title: z.string().min(1),
  /** How old the cluster is. */
  age: Span.default(7 * units.d),
  namespaces: z.array(Name).default([]),
  /** Tags that exist, by registry and repository, and repositories that refuse access. A host that is not here does not resolve. */
  registries: z
    .record(
      z.string(),
      z.strictObject({
        images: z.record(z.string(), z.array(z.string())).default({}),
        denied: z.array(z.string()).default([]),
      }),
    )
    .default({}),
  /** What containers of an image do: nothing but run, unless it says more. */
  programs: z
    .array(
      z.strictObject({
        image: z.string().min(1),
        logs: z.array(z.string()).default([]),
        exits: z.strictObject({ code: z.int().min(0).max(255), after: Span }).optional(),
      }),
    )
    .default([]),
  /** Objects that are there from the beginning: ConfigMaps, and what an installer added. */
  objects: z.array(SomeObject).default([]),
  workloads: z.array(Workload).default([]),
});
export type Scenario = z.infer<typeof Scenario>;
export type ScenarioWorkload = Scenario["workloads"][number];
