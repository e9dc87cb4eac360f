import { noSuchResource } from "../status-error.js";
import type { Resource, Resources } from "../objects/resources.js";

/** What a URL asks for. */
export type Target =
  | { kind: "path"; path: string }
  | { kind: "collection"; resource: Resource; namespace: string | undefined }
  | {
      kind: "object";
      resource: Resource;
      namespace: string | undefined;
      name: string;
      subresource: string | undefined;
    };

/**
 * Reads a URL of the API. @throws StatusError 404 for a resource that is not served
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
 */
export function parseTarget(resources: Resources, path: string): Target {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const [root, ...rest] = parts;
  if (root !== "api" && root !== "apis") return { kind: "path", path };
  const [group, version, after] =
    root === "api" ? ["", rest[0], rest.slice(1)] : [rest[0] ?? "", rest[1], rest.slice(2)];
  if (version === undefined || after.length === 0) return { kind: "path", path };
  // /namespaces/NAME alone is the object; with more behind it, it is the place of what follows.
  const placed = after[0] === "namespaces" && after.length > 2 && !["status", "finalize"].includes(after[2] ?? "");
  const namespace = placed ? after[1] : undefined;
  const [plural = "", name, subresource, ...more] = placed ? after.slice(2) : after;
  const resource = resources.at(group, version, plural);
  if (!resource || more.length > 0) throw noSuchResource();
  if (name === undefined) return { kind: "collection", resource, namespace };
  if (resource.namespaced && namespace === undefined) throw noSuchResource();
  return { kind: "object", resource, namespace, name, subresource };
}
