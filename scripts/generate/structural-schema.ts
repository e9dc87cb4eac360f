import * as z from "zod";

type Json = Record<string, unknown>;

/** What a JSON Schema of zod may not carry in a CRD's structural schema, taken out or put in the form that it takes. */
function structural(node: unknown, path: string): unknown {
  if (Array.isArray(node)) return node.map((entry, index) => structural(entry, `${path}[${index}]`));
  if (node === null || typeof node !== "object") return node;
  const source = node as Json;
  if ("$ref" in source) throw new Error(`${path}: a structural schema cannot refer to itself`);
  if ("oneOf" in source || "anyOf" in source)
    throw new Error(`${path}: a CRD cannot hold a union; keep its specification flat`);
  const result: Json = {};
  for (const [key, value] of Object.entries(source)) {
    if (key === "$schema" || key === "$defs" || key === "default") continue;
    if (key === "additionalProperties" && value === false) continue;
    if ((key === "minimum" || key === "maximum") && Math.abs(Number(value)) >= Number.MAX_SAFE_INTEGER) continue;
    if (key === "pattern" && source["format"] === "date-time") continue;
    if (key === "format" && value !== "date-time") continue;
    result[key] =
      key === "properties"
        ? mapValues(value as Json, (entry, name) => structural(entry, `${path}.${name}`))
        : structural(value, `${path}.${key}`);
  }
  if (result["type"] === "string" && result["maxLength"] === undefined && result["enum"] === undefined) {
    result["maxLength"] = result["format"] === "date-time" || result["pattern"] !== undefined ? 64 : 1_024;
  }
  if (result["type"] === "array" && result["maxItems"] === undefined) throw new Error(`${path}: give the list a most`);
  return result;
}

function mapValues(object: Json, change: (value: unknown, key: string) => unknown): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

/**
 * The structural schema of a zod schema.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function structuralSchema(schema: z.ZodType, name: string): Json {
  return structural(z.toJSONSchema(schema, { target: "openapi-3.0", io: "input" }), name) as Json;
}
