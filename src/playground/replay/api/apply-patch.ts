import jsonPatch, { type Operation } from "fast-json-patch";
import { badRequest, patchRefused, unsupportedMediaType } from "../status-error.js";

type Json = Record<string, unknown>;

const isMap = (value: unknown): value is Json => value !== null && typeof value === "object" && !Array.isArray(value);

/** RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Json = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = merge(result[key], value);
  }
  return result;
}

/**
 * What a patch makes of an object; the object itself stays as it is.
 * @throws StatusError 400 for no patch at all, 415 for another kind of patch, 422 where it does not apply
 */
export function applyPatch(object: object, contentType: string, patch: unknown): unknown {
  switch (contentType) {
    case "application/merge-patch+json":
      return merge(object, patch);
    case "application/json-patch+json": {
      if (!Array.isArray(patch))
        throw badRequest(
          "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
        );
      try {
        return jsonPatch.applyPatch(structuredClone(object), structuredClone(patch) as Operation[], true, true)
          .newDocument;
      } catch {
        throw patchRefused();
      }
    }
    default:
      throw unsupportedMediaType();
  }
}
