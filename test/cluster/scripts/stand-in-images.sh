#!/usr/bin/env bash
# Builds the small images that the node and the suites pull from the registry, once for each version of their sources.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
source "$scripts/buildah.sh"

stamp="$cache/stand-ins"
sources="$(cat "$scripts"/{settings,buildah,stand-in-images}.sh "$scripts"/images/{pause,checkout,redis}/* | sha256sum)"
[[ "$(cat "$stamp" 2>/dev/null)" == "$sources" ]] && exit 0
say "building the stand-in images"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp -r "$scripts"/images/{pause,checkout,redis} "$work"

# A root with a shell: busybox under the names of its commands.
busybox_root() { # FOLDER
  mkdir -p "$1"/{bin,etc,tmp,www}
  chmod 1777 "$1/tmp"
  cp /bin/busybox "$1/bin/busybox"
  "$1/bin/busybox" --list | while read -r applet; do
    [[ "$applet" == busybox ]] || ln -s busybox "$1/bin/$applet"
  done
  printf 'root:x:0:0::/:/bin/sh\nredis:x:999:999::/data:/bin/sh\nnobody:x:65532:65532::/:/bin/sh\n' >"$1/etc/passwd"
  printf 'root:x:0:\nredis:x:999:\nnobody:x:65532:\n' >"$1/etc/group"
}

# Copies programs with the libraries and the loader that they name, so that they do not depend on another release's.
copy_programs() { # FOLDER PROGRAM...
  local root="$1" file
  shift
  for file in "$@" $(ldd "$@" | grep -o '/[^ :]*' | sort -u); do
    mkdir -p "$root$(dirname "$file")"
    cp -Lu "$file" "$root$file"
  done
}

gcc -static -Os -o "$work/pause/pause" "$work/pause/pause.c"
busybox_root "$work/checkout/rootfs"
for page in index.html healthz readyz; do printf 'ok\n' >"$work/checkout/rootfs/www/$page"; done
busybox_root "$work/redis/rootfs"
mkdir -m 0777 "$work/redis/rootfs/data"
copy_programs "$work/redis/rootfs" /usr/bin/redis-server /usr/bin/redis-cli

stand_in() { # FOLDER NAME OPTION...
  build_image "$2" "$work/$1" --no-cache "${@:3}" >/dev/null
  push_image "$2" "$2"
  buildah_run rmi --force "$2" >/dev/null
}

rm -rf "${registry_root:?}/$registry_host/"{pause,shop} "$registry_root/docker.io"
stand_in pause "$registry_host/pause:1"
for image in shop/checkout:1.8.0 shop/checkout:1.9.0 shop/catalog:2.3.1; do
  stand_in checkout "$registry_host/$image" --build-arg "VERSION=${image##*:}"
done
stand_in redis docker.io/library/redis:7.4
printf '%s' "$sources" >"$stamp"
