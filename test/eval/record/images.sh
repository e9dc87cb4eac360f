#!/usr/bin/env bash
# Gives the project's own image, which has Node and a shell in it, the name that the scenarios use, in the registry of
# the test cluster. On another cluster set KUBECLAW_EVAL_IMAGE to any image with Node.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../cluster/scripts/settings.sh"

from="$registry_root/$registry_host/kubeclaw"
to="$registry_root/$registry_host/apps/runtime"
[[ -f "$from/index.json" ]] || "$scripts/cluster.sh" image "$scripts/../../.." >/dev/null
rm -rf "$to"
mkdir -p "${to%/*}"
cp -r "$from" "$to"
sed -i 's/"org.opencontainers.image.ref.name": *"[^"]*"/"org.opencontainers.image.ref.name":"24"/' "$to/index.json"
say "registry.local/apps/runtime:24 is there"
