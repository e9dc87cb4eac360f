#!/usr/bin/env bash
# Starts etcd, kube-apiserver, kube-controller-manager and kube-scheduler and waits until the API server is ready.
# usage: control-plane.sh ADDRESS [API_SERVER_FLAG]...
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
source "$scripts/processes.sh"

address="$1"
shift
port="$(free_port 6443)"
etcd_port="$(free_port 2379)"
peer_port="$(free_port $((etcd_port + 1)))"
issuer="https://kubernetes.default.svc.$cluster_domain"

"$scripts/certificates.sh" "https://$address:$port" "$address"

start_process etcd "$etcd_bin/etcd" --name test --data-dir "$state/etcd" --unsafe-no-fsync --log-level warn \
  --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
  --listen-peer-urls "http://127.0.0.1:$peer_port" --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
  --initial-cluster "test=http://127.0.0.1:$peer_port"
wait_until 20 etcd port_open 127.0.0.1 "$etcd_port"

start_process kube-apiserver "$kubernetes_bin/kube-apiserver" \
  --etcd-servers "http://127.0.0.1:$etcd_port" \
  --bind-address "$address" --advertise-address "$address" --secure-port "$port" \
  --tls-cert-file "$pki/api-server.crt" --tls-private-key-file "$pki/api-server.key" --client-ca-file "$pki/ca.crt" \
  --kubelet-certificate-authority "$pki/ca.crt" --kubelet-preferred-address-types InternalIP \
  --kubelet-client-certificate "$pki/api-server-kubelet-client.crt" \
  --kubelet-client-key "$pki/api-server-kubelet-client.key" \
  --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged=true \
  --service-account-issuer "$issuer" --service-account-key-file "$pki/service-account.key" \
  --service-account-signing-key-file "$pki/service-account.key" \
  --service-cluster-ip-range "$service_range" --profiling=false "$@"
wait_until 60 kube-apiserver kubectl --kubeconfig "$kubeconfig" get --raw /readyz

# At the default rate its forty controllers queue for their account tokens, which costs five seconds of every start.
start_process kube-controller-manager "$kubernetes_bin/kube-controller-manager" \
  --kubeconfig "$pki/controller-manager.kubeconfig" --leader-elect=false --secure-port 0 --profiling=false \
  --kube-api-qps 500 --kube-api-burst 500 --use-service-account-credentials --root-ca-file "$pki/ca.crt" \
  --service-account-private-key-file "$pki/service-account.key"
start_process kube-scheduler "$kubernetes_bin/kube-scheduler" \
  --kubeconfig "$pki/scheduler.kubeconfig" --leader-elect=false --secure-port 0 --profiling=false
# The controller-manager is up once it has given the first namespace its account; before that no pod can be created.
wait_until 30 kube-controller-manager kubectl --kubeconfig "$kubeconfig" -n default get serviceaccount default
