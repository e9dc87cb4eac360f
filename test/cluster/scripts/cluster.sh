#!/usr/bin/env bash
# A real Kubernetes for the test suites, made of its own binaries, with no container registry in reach.
# usage: cluster.sh up [--control-plane] | down | status | image DIR | load IMAGE
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

usage() { sed -n '2,3s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }

up() { # LAYER
  local current ready owner
  current="$(cat "$layer_file" 2>/dev/null || true)"
  if "$scripts/status.sh" >/dev/null 2>&1; then ready=yes; else ready=no; fi
  if [[ "$ready" == yes && ("$current" == node || "$current" == "$1") ]]; then
    say "already up ($current)"
    return
  fi
  if [[ "$1" == node && "$(id -u)" != 0 ]]; then fail "a node needs root; without it: up --control-plane"; fi
  owner="$(cat "$node_owner_file" 2>/dev/null || true)"
  if [[ "$1" == node && -n "$owner" && "$owner" != "$state" ]]; then fail "this machine is the node of $owner; first: KUBECLAW_CLUSTER_STATE=$owner $0 down"; fi
  if [[ "$(id -u)" == 0 ]]; then "$scripts/packages.sh"; fi
  "$scripts/down.sh"
  mkdir -p "$state" "$logs" "$configs"
  if [[ "$1" == node ]]; then
    "$scripts/build-go-binaries.sh"
    "$scripts/stand-in-images.sh"
    printf '%s' "$state" >"$node_owner_file"
    "$scripts/node-runtime.sh"
    "$scripts/control-plane.sh" "$node_address"
    "$scripts/node-kubelet.sh"
  else
    "$scripts/build-go-binaries.sh" etcd kubernetes
    # No pods, so no Service has to lead to the API server, and a loopback address may not be an endpoint.
    "$scripts/control-plane.sh" 127.0.0.1 --endpoint-reconciler-type none
  fi
  printf '%s\n' "$1" >"$layer_file"
  say "up ($1) after $SECONDS s"
}

command="${1:-}"
[[ $# -gt 0 ]] && shift
mkdir -p "$cache"
if [[ "$command" != status ]]; then
  exec 8>"$cache/cluster.lock"
  flock 8
fi

case "$command $*" in
  "up ") up node; exec "$scripts/status.sh" ;;
  "up --control-plane") up control-plane; exec "$scripts/status.sh" ;;
  "down ") exec "$scripts/down.sh" ;;
  "status ") exec "$scripts/status.sh" ;;
  "image "?*) exec "$scripts/project-image.sh" "$1" ;;
  "load "?*) exec "$scripts/load-image.sh" "$1" ;;
  *) usage ;;
esac
