# buildah with storage of its own in the cache, and the registry's OCI layouts; sourced by the steps that build images.
# shellcheck shell=bash

export BUILDAH_ISOLATION=chroot
image_policy="$cache/policy.json"

# The overlay driver needs a file system that can be layered; vfs works everywhere and is slow.
storage_driver() {
  local probe
  if [[ ! -f "$cache/storage-driver" ]]; then
    probe="$(mktemp -d "$cache/overlay.XXXXXX")"
    mkdir "$probe"/{lower,upper,work,merged}
    if mount -t overlay -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" none "$probe/merged" 2>/dev/null; then
      umount "$probe/merged"
      printf overlay >"$cache/storage-driver"
    else
      printf vfs >"$cache/storage-driver"
    fi
    rm -rf "$probe"
    printf '{"default":[{"type":"insecureAcceptAnything"}]}\n' >"$image_policy"
  fi
  cat "$cache/storage-driver"
}

buildah_run() { # COMMAND ARGUMENT...
  buildah --root "$image_store" --runroot "$cache/containers-run" --storage-driver "$(storage_driver)" "$@"
}

# build_image NAME FOLDER (--layers|--no-cache) OPTION...: builds FOLDER/Dockerfile from local images and host files alone.
build_image() {
  buildah_run bud --pull-never --force-rm --network host --signature-policy "$image_policy" --quiet --tag "$1" "${@:3}" "$2"
}

# push_image NAME HOST/REPOSITORY:TAG: into the layout that the registry serves; layers that are there stay.
push_image() {
  local repository="${2%:*}"
  mkdir -p "$registry_root/$repository"
  buildah_run push --quiet --format oci --signature-policy "$image_policy" \
    "$1" "oci:$registry_root/$repository:${2##*:}"
}
