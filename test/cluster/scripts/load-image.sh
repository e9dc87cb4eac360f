#!/usr/bin/env bash
# Pulls an image from the registry into the node, so that a pod that uses it starts without pulling.
# usage: load-image.sh registry.local/NAME@DIGEST
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

[[ "$(cat "$layer_file" 2>/dev/null)" == node ]] || fail "no node is up to load $1 into"
ctr --address "$containerd_socket" --namespace k8s.io images pull --hosts-dir "$configs/hosts" "$1" >"$logs/load.log" 2>&1 ||
  { tail -n 5 "$logs/load.log" >&2; exit 1; }
