/** What is known of one registry of the world. */
export interface Registry {
  /** Tags that exist, by repository. */
  images: Readonly<Record<string, readonly string[]>>;
  /** Repositories that exist and are not for us. */
  denied: readonly string[];
}

export type Pull =
  | { kind: "found" }
  | { kind: "failed"; waiting: "ErrImagePull" | "InvalidImageName"; message: string };

interface Reference {
  host: string;
  repository: string;
  tag: string;
  text: string;
}

/** Completes a name as a container runtime does: `nginx` is docker.io/library/nginx:latest. */
function parseReference(image: string): Reference | undefined {
  const [named = "", digest] = image.split("@");
  const parts = named.split("/");
  const [first = ""] = parts;
  const hasHost = parts.length > 1 && (first.includes(".") || first.includes(":") || first === "localhost");
  const host = hasHost ? first : "docker.io";
  const path = (hasHost ? parts.slice(1) : parts.length === 1 ? ["library", first] : parts).join("/");
  const [, repository = "", tag = "latest"] = /^([^:]*)(?::(.*))?$/.exec(path) ?? [];
  if (!/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(repository) || !/^\w[\w.-]{0,127}$/.test(tag)) return undefined;
  return {
    host,
    repository,
    tag: digest ?? tag,
    text: `${host}/${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`,
  };
}

/**
 * What a pull gives, in the words of containerd 1.6 and of a registry that answers as Docker Hub does: 404 for a tag
 * that is not there, 401 for a repository that is not there or not for us. Pure.
 */
export function askRegistry(image: string, registries: Readonly<Record<string, Registry>>): Pull {
  const reference = parseReference(image);
  if (!reference) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    return { kind: "failed", waiting: "InvalidImageName", message };
  }
  const { host, repository, tag, text } = reference;
  const failed = (why: string, prefix = ""): Pull => ({
    kind: "failed",
    waiting: "ErrImagePull",
    message: `${prefix}failed to pull and unpack image "${text}": failed to resolve reference "${text}": ${why}`,
  });
  const registry = registries[host];
  if (!registry) {
    return failed(
      `failed to do request: Head "https://${host}/v2/${repository}/manifests/${tag}": dial tcp: lookup ${host} on 10.96.0.10:53: no such host`,
    );
  }
  const tags = registry.images[repository];
  if (!tags || registry.denied.includes(repository)) {
    return failed(
      "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
    );
  }
  return tags.includes(tag) ? { kind: "found" } : failed(`${text}: not found`, "rpc error: code = NotFound desc = ");
}
