#!/usr/bin/env bash
# Takes the cluster down and leaves nothing behind, whatever state it is in: up, half up, crashed or not there.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
source "$scripts/processes.sh"

for name in kubelet kube-scheduler kube-controller-manager kube-proxy coredns kube-apiserver etcd; do stop_process "$name"; done
owner="$(cat "$node_owner_file" 2>/dev/null || true)"
if [[ "$(id -u)" == 0 && "${owner:-$state}" == "$state" ]]; then "$scripts/node-remove.sh"; fi
kill_marked
rm -rf "$state"
