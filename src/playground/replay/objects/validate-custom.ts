import type { Cause } from "../status-error.js";
import { sameJson } from "./same-json.js";

/** A structural schema, as far as CRDs of ours use it. */
interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  enum?: unknown[];
  pattern?: string;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  nullable?: boolean;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-validations"?: { rule: string; message?: string }[];
}

export interface Checked {
  causes: Cause[];
  unknown: string[];
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return value === null ? "null" : typeof value;
}

function isOfType(value: unknown, type: string): boolean {
  const found = typeOf(value);
  return found === type || (type === "number" && found === "integer");
}

function checkScalar(schema: Schema, value: unknown, field: string, add: (cause: Cause) => void): void {
  if (schema.enum && !schema.enum.includes(value)) {
    const supported = schema.enum.map((entry) => JSON.stringify(entry)).join(", ");
    add({
      reason: "FieldValueNotSupported",
      message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`,
      field,
    });
  }
  const says = (message: string) => {
    add({
      reason: "FieldValueInvalid",
      message: `Invalid value: ${JSON.stringify(value)}: ${field} in body ${message}`,
      field,
    });
  };
  if (typeof value === "string") {
    if (schema.maxLength !== undefined && value.length > schema.maxLength) {
      add({ reason: "FieldValueTooLong", message: `Too long: may not be more than ${schema.maxLength} bytes`, field });
    }
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
      says(`should match '${schema.pattern}'`);
  }
  if (typeof value === "number") {
    if (schema.minimum !== undefined && value < schema.minimum)
      says(`should be greater than or equal to ${schema.minimum}`);
    if (schema.maximum !== undefined && value > schema.maximum)
      says(`should be less than or equal to ${schema.maximum}`);
  }
}

/**
 * Checks a value against a structural schema and takes out what the schema does not know, as the API server does.
 * Of CEL rules only `self == oldSelf` is known; another one is an error of the CRD's author here.
 */
export function validateCustom(schema: Schema, value: unknown, old: unknown, field = ""): Checked & { value: unknown } {
  const causes: Cause[] = [];
  const unknown: string[] = [];
  const below = (name: string) => (field === "" ? name : `${field}.${name}`);
  const take = (checked: Checked & { value: unknown }): unknown => {
    causes.push(...checked.causes);
    unknown.push(...checked.unknown);
    return checked.value;
  };
  if (schema.type !== undefined && !isOfType(value, schema.type)) {
    const found = typeOf(value);
    causes.push({
      reason: "FieldValueTypeInvalid",
      message: `Invalid value: "${found}": ${field} in body must be of type ${schema.type}: "${found}"`,
      field,
    });
    return { value, causes, unknown };
  }
  for (const { rule, message } of schema["x-kubernetes-validations"] ?? []) {
    if (rule !== "self == oldSelf") throw new Error(`the replay cluster does not know the CEL rule "${rule}"`);
    if (old !== undefined && !sameJson(value, old)) {
      causes.push({
        reason: "FieldValueInvalid",
        message: `Invalid value: "${typeOf(value)}": ${message ?? rule}`,
        field,
      });
    }
  }
  checkScalar(schema, value, field, (cause) => causes.push(cause));
  if (Array.isArray(value)) {
    if (schema.maxItems !== undefined && value.length > schema.maxItems) {
      causes.push({
        reason: "FieldValueInvalid",
        message: `Too many: ${value.length}: must have at most ${schema.maxItems} items`,
        field,
      });
    }
    const { items } = schema;
    return {
      value: items
        ? value.map((entry: unknown, index) => take(validateCustom(items, entry, undefined, `${field}[${index}]`)))
        : value,
      causes,
      unknown,
    };
  }
  if (value === null || typeof value !== "object") return { value, causes, unknown };
  const before = (old ?? {}) as Record<string, unknown>;
  const kept: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value)) {
    const property =
      schema.properties?.[name] ??
      (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined);
    if (
      property?.properties === undefined &&
      property?.type === "object" &&
      property.additionalProperties === undefined
    )
      kept[name] = entry;
    else if (property) kept[name] = take(validateCustom(property, entry, before[name], below(name)));
    else if (schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true)
      kept[name] = entry;
    else unknown.push(below(name));
  }
  for (const name of schema.required ?? []) {
    if (!(name in kept)) causes.push({ reason: "FieldValueRequired", message: "Required value", field: below(name) });
  }
  return { value: kept, causes, unknown };
}
