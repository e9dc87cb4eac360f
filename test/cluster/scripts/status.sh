#!/usr/bin/env bash
# Prints one JSON line that says what is up and where; exits 0 if it is ready to use, else 1.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
source "$scripts/processes.sh"

layer="$(cat "$layer_file" 2>/dev/null || printf none)"

all_run() {
  local name
  for name in "$@"; do process_runs "$name" || { say "$name does not run"; return 1; }; done
}

control_plane_ready() {
  all_run etcd kube-apiserver kube-controller-manager kube-scheduler &&
    kubectl --kubeconfig "$kubeconfig" --request-timeout 5s get --raw /readyz >/dev/null 2>&1
}

node_ready() {
  local ready='{.status.conditions[?(@.type=="Ready")].status}'
  all_run registry containerd kubelet kube-proxy coredns && control_plane_ready &&
    [[ "$(kubectl --kubeconfig "$kubeconfig" --request-timeout 5s get node "$node_name" -o "jsonpath=$ready" 2>/dev/null)" == True ]]
}

ready=false
case "$layer" in
  node) if node_ready; then ready=true; fi ;;
  control-plane) if control_plane_ready; then ready=true; fi ;;
esac
printf '{"layer":"%s","kubeconfig":"%s","ready":%s,"hostAddress":"%s","registry":"%s"}\n' \
  "$layer" "$kubeconfig" "$ready" "$node_address" "$registry_host"
[[ "$ready" == true ]]
