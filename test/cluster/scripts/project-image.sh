#!/usr/bin/env bash
# Builds a project's Dockerfile, puts the image into the registry as the only one of its repository, and prints
# {"image":"registry.local/kubeclaw@sha256:...","bytes":N} (N: what a pull transfers). With a node up it is pulled there too.
# usage: project-image.sh FOLDER
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
source "$scripts/buildah.sh"

repository="$registry_host/kubeclaw"
name="localhost/kubeclaw:test"
[[ -f "$1/Dockerfile" ]] || fail "$1 has no Dockerfile"
"$scripts/base-image.sh"

# RUN steps reach the package registry as the host does. Mounting what that takes keeps it out of the image.
npm_settings() {
  local key value
  printf 'cache=/var/cache/npm\nprefer-offline=true\naudit=false\nfund=false\nupdate-notifier=false\n'
  printf 'cafile=/etc/ssl/certs/ca-certificates.crt\n'
  for key in registry proxy https-proxy noproxy; do
    value="$(npm config get --location=user "$key" 2>/dev/null)"
    if [[ -n "$value" && "$value" != null ]]; then printf '%s=%s\n' "$key" "$value"; fi
  done
  # Scopes and their credentials.
  grep -hE '^(@|//)' "$HOME/.npmrc" 2>/dev/null || true
}
authorities="${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}"
# Steps share npm's cache whichever user they run as.
mkdir -p "$cache/npm"
chmod -R a+rwX "$cache/npm"
(umask 077 && npm_settings >"$cache/npmrc")
chmod 644 "$cache/npmrc"

# What a build that was killed left.
buildah_run rm --all >/dev/null
previous="$(buildah_run images --quiet --no-trunc "$name" 2>/dev/null || true)"
SECONDS=0
build_image "$name" "$1" --layers \
  --volume "$cache/npmrc:/usr/local/etc/npmrc:ro" --volume "$cache/npm:/var/cache/npm" \
  --volume "$authorities:/etc/ssl/certs/ca-certificates.crt:ro" >/dev/null
say "image built after $SECONDS s"
current="$(buildah_run images --quiet --no-trunc "$name")"
if [[ -n "$previous" && "$previous" != "$current" ]]; then buildah_run rmi "$previous" >/dev/null 2>&1 || true; fi
# The layers of first stages have no name; as a cache they are wanted, but not without end.
if (($(buildah_run images --all --quiet --filter dangling=true | wc -l) > 40)); then buildah_run rmi --prune >/dev/null; fi

if [[ "$previous" != "$current" || ! -f "$registry_root/$repository/index.json" ]]; then push_image "$name" "$repository:test"; fi
answer="$(node "$scripts/sweep-layout.mjs" "$registry_root/$repository" "$repository" test)"
say "image pushed after $SECONDS s"
if [[ "$(cat "$layer_file" 2>/dev/null)" == node ]]; then
  "$scripts/load-image.sh" "$(sed 's/.*"image":"\([^"]*\)".*/\1/' <<<"$answer")"
  say "image on the node after $SECONDS s"
fi
printf '%s\n' "$answer"
