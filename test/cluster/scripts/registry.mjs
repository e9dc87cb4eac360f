// A read-only container registry over OCI layouts: ROOT/<host>/<repository>/index.json. usage: registry.mjs ROOT ADDRESS:PORT
// It stands in for every host that has a folder; the runtime names the host in ?ns= when it uses a registry as a mirror.
// Distribution specification: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const [root, listen] = process.argv.slice(2);
const [address, port] = listen.split(":");

const route =
  /^\/v2\/((?:[a-z0-9]+(?:[._-]+[a-z0-9]+)*\/)*[a-z0-9]+(?:[._-]+[a-z0-9]+)*)\/(manifests|blobs)\/([\w.:-]+)$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const hostForm = /^[a-z0-9][a-z0-9.-]*(?::\d+)?$/;

function refuse(response, status, code, message, detail, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ errors: [{ code, message, detail }] }));
}

/** What a public registry says of a repository that does not exist or is private: it does not tell which. */
function refuseAccess(response, repository) {
  const scope = `repository:${repository}:pull`;
  const challenge = `Bearer realm="http://${listen}/token",service="${address}",scope="${scope}",error="insufficient_scope"`;
  refuse(
    response,
    401,
    "UNAUTHORIZED",
    "authentication required",
    [{ Type: "repository", Name: repository, Action: "pull" }],
    {
      "www-authenticate": challenge,
    },
  );
}

/** The digest that a tag or digest names in a layout, or undefined. */
function resolve(layout, reference) {
  if (digestForm.test(reference)) return existsSync(blobPath(layout, reference)) ? reference : undefined;
  const index = JSON.parse(readFileSync(join(layout, "index.json"), "utf8"));
  return index.manifests.find((manifest) => manifest.annotations?.["org.opencontainers.image.ref.name"] === reference)
    ?.digest;
}

function blobPath(layout, digest) {
  return join(layout, "blobs", "sha256", digest.slice("sha256:".length));
}

function answer(request, response) {
  const url = new URL(request.url, `http://${listen}`);
  if (url.pathname === "/token") {
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(JSON.stringify({ token: "anonymous", expires_in: 300 }));
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return refuse(response, 405, "UNSUPPORTED", "the registry is read-only");
  }
  if (url.pathname === "/v2/") return response.writeHead(200, { "content-length": 2 }).end("{}");

  const [, repository, kind, reference] = route.exec(url.pathname) ?? [];
  const host = url.searchParams.get("ns") ?? request.headers.host;
  if (repository === undefined || !hostForm.test(host)) return refuse(response, 404, "NAME_UNKNOWN", "no such page");
  if (!digestForm.test(reference) && !tagForm.test(reference))
    return refuse(response, 400, "TAG_INVALID", "invalid reference");
  const layout = join(root, host, repository);
  if (!existsSync(join(layout, "index.json"))) return refuseAccess(response, repository);

  const digest = kind === "blobs" || digestForm.test(reference) ? reference : resolve(layout, reference);
  if (digest === undefined || !existsSync(blobPath(layout, digest))) {
    return kind === "blobs"
      ? refuse(response, 404, "BLOB_UNKNOWN", "blob unknown to registry", { digest: reference })
      : refuse(response, 404, "MANIFEST_UNKNOWN", "manifest unknown", { unknown: reference });
  }
  const path = blobPath(layout, digest);
  const type = kind === "blobs" ? "application/octet-stream" : JSON.parse(readFileSync(path, "utf8")).mediaType;
  response.writeHead(200, {
    "content-type": type ?? "application/vnd.oci.image.manifest.v1+json",
    "content-length": statSync(path).size,
    "docker-content-digest": digest,
  });
  if (request.method === "HEAD") return response.end();
  createReadStream(path)
    .on("error", () => response.destroy())
    .pipe(response);
}

createServer((request, response) => {
  try {
    answer(request, response);
  } catch (error) {
    console.error(request.url, error);
    if (!response.headersSent) refuse(response, 500, "UNKNOWN", String(error));
  }
}).listen(Number(port), address);
