import type { z } from "zod";
import { badRequest, type Cause, invalid, type Named } from "../status-error.js";
import { apiVersionOf, type Resource } from "./resources.js";
import { schemas } from "./schemas.js";
import type { Stored } from "./stored.js";
import { validateCustom } from "./validate-custom.js";
import { sameJson } from "./same-json.js";

export interface Admission {
  resource: Resource;
  /** Unknown fields are refused, not dropped. */
  strict: boolean;
  /** The object as it was; absent for a creation. */
  old: Stored | undefined;
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const freelyNamed = new Set(["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"]);

/** The names of a path as the API writes them: `spec.template.spec.containers[0].image`. */
function fieldText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
}

function nameCauses(resource: Resource, name: string): Cause[] {
  if (name === "")
    return [
      {
        reason: "FieldValueRequired",
        message: "Required value: name or generateName is required",
        field: "metadata.name",
      },
    ];
  const fits = freelyNamed.has(resource.kind)
    ? !/[/%]/.test(name) && name !== "." && name !== ".."
    : subdomain.test(name);
  if (fits && name.length <= 253) return [];
  return [
    {
      reason: "FieldValueInvalid",
      message: `Invalid value: ${JSON.stringify(name)}: ${subdomainText}`,
      field: "metadata.name",
    },
  ];
}

/** A body that is not of the kind's types is not decoded at all: 400 where it was sent whole, 422 where a patch made it. */
function undecodable(about: Named, { resource, old }: Admission, message: string): Error {
  if (old)
    return invalid({ ...about, group: "", kind: "", name: "" }, [
      { reason: "FieldValueInvalid", message: `Invalid value: ${message}`, field: "patch" },
    ]);
  return badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${message}`,
  );
}

/** Takes out what a strict schema did not know; returns the fields' names. */
function dropUnknown(body: object, issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [];
    const parent = issue.path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown>)[key],
      body,
    ) as Record<string, unknown>;
    return issue.keys.map((key) => {
      Reflect.deleteProperty(parent, key);
      return fieldText([...issue.path, key]);
    });
  });
}

function parseBuiltIn(about: Named, admission: Admission, body: Record<string, unknown>): Record<string, unknown> {
  const schema = (schemas as Record<string, z.ZodObject | undefined>)[admission.resource.kind];
  if (!schema) return body;
  let result = schema.safeParse(body);
  if (!result.success) {
    const unknown = dropUnknown(body, result.error.issues);
    const [first] = unknown;
    if (first !== undefined && admission.strict)
      throw undecodable(about, admission, `strict decoding error: unknown field "${first}"`);
    if (unknown.length > 0) result = schema.safeParse(body);
  }
  if (result.success) return result.data;
  const { issues } = result.error;
  const wrongType = issues.find(
    (issue) => issue.code === "invalid_type" && /^Invalid input.*received (?!undefined)/.test(issue.message),
  );
  if (wrongType)
    throw undecodable(
      about,
      admission,
      `json: cannot unmarshal into ${fieldText(wrongType.path)}: ${wrongType.message}`,
    );
  throw invalid(
    about,
    issues.map((issue) => {
      const required = issue.message === "Required value" || issue.message.includes("received undefined");
      return {
        reason: required ? "FieldValueRequired" : "FieldValueInvalid",
        message: required ? "Required value" : `Invalid value: ${issue.message}`,
        field: fieldText(issue.path),
      };
    }),
  );
}

function parseCustom(about: Named, { resource, strict, old }: Admission, object: Stored): Stored {
  const { metadata, ...rest } = object;
  const { metadata: _metadata, ...before } = old ?? { metadata };
  const checked = validateCustom(resource.schema ?? {}, rest, old && before);
  const [unknown] = checked.unknown;
  if (unknown !== undefined && strict)
    throw undecodable(about, { resource, strict, old: undefined }, `strict decoding error: unknown field "${unknown}"`);
  if (checked.causes.length > 0) throw invalid(about, checked.causes);
  return { ...(checked.value as object), metadata } as Stored;
}

function selectorCauses(next: Stored, old: Stored | undefined): Cause[] {
  if (next.kind !== "Deployment" && next.kind !== "ReplicaSet") return [];
  const causes: Cause[] = [];
  const { selector, template } = next["spec"] as {
    selector: { matchLabels?: Record<string, string> };
    template: { metadata: { labels?: Record<string, string> } };
  };
  const labels = template.metadata.labels ?? {};
  if (!Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value)) {
    causes.push({
      reason: "FieldValueInvalid",
      message: `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``,
      field: "spec.template.metadata.labels",
    });
  }
  if (old && !sameJson((old["spec"] as { selector: unknown }).selector, selector)) {
    causes.push({
      reason: "FieldValueInvalid",
      message: `Invalid value: ${JSON.stringify(selector)}: field is immutable`,
      field: "spec.selector",
    });
  }
  return causes;
}

function immutableCauses(next: Stored, old: Stored | undefined): Cause[] {
  const fixed = (field: string, left: unknown, right: unknown): Cause[] =>
    sameJson(left, right)
      ? []
      : [
          {
            reason: "FieldValueInvalid",
            message: `Invalid value: ${JSON.stringify(right)}: field is immutable`,
            field,
          },
        ];
  if (!old) return [];
  const at = (object: Stored, field: string) => (object["spec"] as Record<string, unknown> | undefined)?.[field];
  if (next.kind === "Job") return fixed("spec.template", at(old, "template"), at(next, "template"));
  if (next.kind.endsWith("RoleBinding")) return fixed("roleRef", old["roleRef"], next["roleRef"]);
  return [];
}

/**
 * What becomes of an object on its way in: decoded by its kind, defaulted, and checked.
 * @throws StatusError 400 where it cannot be decoded, 422 where it is not valid
 */
export function admit(object: Stored, admission: Admission): Stored {
  const { resource, old } = admission;
  const about: Named = {
    plural: resource.plural,
    group: resource.group,
    kind: resource.kind,
    name: object.metadata.name,
  };
  const names = old ? [] : nameCauses(resource, object.metadata.name);
  if (names.length > 0) throw invalid(about, names);
  if (resource.schema) return parseCustom(about, admission, object);
  const { apiVersion: _version, kind: _kind, metadata, status, ...body } = structuredClone(object);
  const parsed = parseBuiltIn(about, admission, body);
  const next: Stored = {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata,
    ...parsed,
    ...(status === undefined ? {} : { status }),
  };
  const causes = [...selectorCauses(next, old), ...immutableCauses(next, old)];
  if (causes.length > 0) throw invalid(about, causes);
  return next;
}
