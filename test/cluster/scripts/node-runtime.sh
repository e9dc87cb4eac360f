#!/usr/bin/env bash
# Gives the node its address, and starts the registry and a containerd of its own that pulls from it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
source "$scripts/processes.sh"

# Pods on one bridge meet the Services' rules only if bridged packets pass iptables. "down" sets the values found back.
set_kernel() { # NAME VALUE
  printf '%s %s\n' "$1" "$(<"/proc/sys/$1")" >>"$state/kernel-settings"
  printf '%s' "$2" >"/proc/sys/$1"
}

if [[ ! -d /proc/sys/net/bridge ]]; then modprobe br_netfilter; fi
set_kernel net/ipv4/ip_forward 1
set_kernel net/bridge/bridge-nf-call-iptables 1

ip link add "$node_link" type bridge
ip addr add "$node_address/32" dev "$node_link"
ip link set "$node_link" up

start_process registry node "$scripts/registry.mjs" "$registry_root" "$registry_address"

# Naming the registry as "server" leaves no other place to try, so that its answers are the ones that a pod's events show.
for host in "$registry_root"/*; do
  mkdir -p "$configs/hosts/$(basename "$host")"
  printf 'server = "http://%s"\n[host]\n' "$registry_address" >"$configs/hosts/$(basename "$host")/hosts.toml"
done

mkdir -p "$configs/cni" "$state/containerd"
cat >"$configs/cni/10-pods.conflist" <<JSON
{
  "cniVersion": "0.4.0",
  "name": "kubeclaw-pods",
  "plugins": [
    {
      "type": "bridge", "bridge": "$pod_bridge", "isGateway": true, "ipMasq": true, "hairpinMode": true,
      "ipam": {
        "type": "host-local", "dataDir": "$state/addresses",
        "ranges": [[{ "subnet": "$pod_subnet" }]], "routes": [{ "dst": "0.0.0.0/0" }]
      }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
JSON

# restrict_oom_score_adj: without CAP_SYS_RESOURCE a sandbox's score cannot be lowered, and runc dies with "can't get
# final child's PID from pipe: EOF".
cat >"$configs/containerd.toml" <<TOML
version = 2
root = "$state/containerd/root"
state = "$state/containerd/state"
[grpc]
  address = "$containerd_socket"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$registry_host/pause:1"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$configs/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$configs/hosts"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = "$state/runc"
      SystemdCgroup = false
TOML
start_process containerd containerd --config "$configs/containerd.toml"
wait_until 20 containerd ctr --address "$containerd_socket" version
wait_until 5 registry port_open "${registry_address%:*}" "${registry_address#*:}"
