import { randomUUID } from "node:crypto";
import { badRequest, expired } from "../status-error.js";
import { apiVersionOf, type Resource } from "../objects/resources.js";
import type { Stored } from "../objects/stored.js";
import type { Store } from "../store.js";
import type { Answer, Call } from "./call.js";
import { parseFieldSelector, parseLabelSelector } from "./selectors.js";

interface Page {
  id: string;
  objects: readonly Stored[];
  version: number;
}

const keptPages = 20;

export function selects(query: Call["query"]): (object: Stored) => boolean {
  const labels = parseLabelSelector(query["labelSelector"] ?? "");
  const fields = parseFieldSelector(query["fieldSelector"] ?? "");
  return (object) => labels(object) && fields(object);
}

/** Items of a built-in list carry no kind of their own; those of a custom resource do. */
function item(resource: Resource, object: Stored): object {
  if (resource.schema) return object;
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
  return rest;
}

/**
 * Lists, in pages where asked: every page is of the state that the first one saw, for as long as it is kept.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export function createList(
  store: Store,
): (resource: Resource, namespace: string | undefined, query: Call["query"]) => Answer {
  let pages: Page[] = [];

  function open(resource: Resource, namespace: string | undefined, query: Call["query"]): { page: Page; from: number } {
    const token = query["continue"] ?? "";
    if (token === "") {
      const objects = store.all(resource.kind, namespace).filter(selects(query));
      return { page: { id: randomUUID(), objects, version: store.version }, from: 0 };
    }
    const [, id, from] = /^([0-9a-f-]{36})\.(\d+)$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
    if (id === undefined) throw badRequest("invalid continue token: continue key is not valid");
    const page = pages.find((candidate) => candidate.id === id);
    if (!page)
      throw expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
      );
    return { page, from: Number(from) };
  }

  return (resource, namespace, query) => {
    const limit = Number(query["limit"] ?? 0);
    const { page, from } = open(resource, namespace, query);
    const to = limit > 0 ? from + limit : page.objects.length;
    const left = page.objects.length - to;
    pages = [...pages.filter(({ id }) => id !== page.id), ...(left > 0 ? [page] : [])].slice(-keptPages);
    const more =
      left > 0 ? { continue: Buffer.from(`${page.id}.${to}`).toString("base64url"), remainingItemCount: left } : {};
    return {
      status: 200,
      body: {
        kind: `${resource.kind}List`,
        apiVersion: apiVersionOf(resource),
        metadata: { resourceVersion: String(page.version), ...more },
        items: page.objects.slice(from, to).map((object) => item(resource, object)),
      },
    };
  };
}
