// Makes one tag the only image of an OCI layout, removes every other blob, and prints {"image","bytes"} of it.
// usage: sweep-layout.mjs LAYOUT_FOLDER HOST/REPOSITORY TAG
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [layout, repository, tag] = process.argv.slice(2);
const blobs = join(layout, "blobs", "sha256");
const indexPath = join(layout, "index.json");
const hash = (descriptor) => descriptor.digest.slice("sha256:".length);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));

// A push that moves a tag leaves the former image in the index, without a name and before the new one.
const index = read(indexPath);
const image = index.manifests.find((entry) => entry.annotations?.["org.opencontainers.image.ref.name"] === tag);
if (image === undefined) throw new Error(`${indexPath} has no tag ${tag}`);
writeFileSync(`${indexPath}.new`, JSON.stringify({ ...index, manifests: [image] }));
renameSync(`${indexPath}.new`, indexPath);

const manifest = read(join(blobs, hash(image)));
const kept = new Set([image, manifest.config, ...manifest.layers].map(hash));
for (const blob of readdirSync(blobs)) {
  if (!kept.has(blob)) rmSync(join(blobs, blob));
}
const bytes = manifest.layers.reduce((sum, layer) => sum + layer.size, 0);
console.log(JSON.stringify({ image: `${repository}@${image.digest}`, bytes }));
