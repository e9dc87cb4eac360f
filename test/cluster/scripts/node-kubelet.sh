#!/usr/bin/env bash
# Starts kubelet, kube-proxy and CoreDNS against the running control plane and waits until the node is Ready.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
source "$scripts/processes.sh"

service_rules_written() { iptables-save -t nat | grep -q -- "-A KUBE-SERVICES -d $1/32"; } # CLUSTER_IP
on_cluster() { kubectl --kubeconfig "$kubeconfig" "$@"; }

# The pods' control groups get a parent of our own, so that "down" finds every process of every pod there.
for hierarchy in $(awk '$3 ~ /^cgroup/ { print $2 }' /proc/self/mounts); do mkdir -p "$hierarchy/$pod_cgroup"; done

cat >"$configs/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $node_address
healthzPort: 0
containerRuntimeEndpoint: unix://$containerd_socket
cgroupDriver: cgroupfs
cgroupRoot: /$pod_cgroup
enforceNodeAllocatable: []
failSwapOn: false
clusterDNS: [$dns_service_address]
clusterDomain: $cluster_domain
resolvConf: $configs/resolv.conf
podLogsDir: $state/pod-logs
tlsCertFile: $pki/kubelet.crt
tlsPrivateKeyFile: $pki/kubelet.key
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $pki/ca.crt}}
authorization: {mode: Webhook}
# The disk belongs to the machine's owner: how full it is says nothing about the cluster.
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi}
# Tests wait for pods to change; the defaults of 1 min and 10 s for ConfigMaps and images are for large clusters.
syncFrequency: 10s
serializeImagePulls: false
YAML
: >"$configs/resolv.conf"
start_process kubelet "$kubernetes_bin/kubelet" --config "$configs/kubelet.yaml" --root-dir "$state/kubelet" \
  --kubeconfig "$pki/kubelet.kubeconfig" --hostname-override "$node_name" --node-ip "$node_address"

cat >"$configs/kube-proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
hostnameOverride: $node_name
healthzBindAddress: ""
metricsBindAddress: $node_address:10249
clusterCIDR: $pod_subnet
nodePortAddresses: [$node_address/32]
clientConnection: {kubeconfig: $pki/kube-proxy.kubeconfig}
conntrack: {maxPerCore: 0}
YAML
start_process kube-proxy "$kubernetes_bin/kube-proxy" --config "$configs/kube-proxy.yaml"

# Names outside of the cluster do not exist: a test must not depend on, or reach, what the machine can resolve.
cat >"$configs/Corefile" <<COREFILE
$cluster_domain:53 in-addr.arpa:53 {
  bind $node_address
  errors
  cache 5
  kubernetes {
    kubeconfig $kubeconfig
    ttl 5
  }
}
.:53 {
  bind $node_address
  template ANY ANY {
    rcode NXDOMAIN
  }
}
COREFILE
start_process coredns "$coredns_bin/coredns" -conf "$configs/Corefile"

# Retained after a claim: enough for many installations in the life of one cluster.
volumes=({1..40})
for volume in "${volumes[@]}"; do mkdir -p -m 0777 "$state/volumes/$volume"; done
"$scripts/node-objects.sh" "${volumes[@]}" | on_cluster apply --server-side -f - >/dev/null

wait_until 30 kubelet on_cluster get node "$node_name"
on_cluster wait --for=condition=Ready "node/$node_name" --timeout=60s >/dev/null || fail "the node is not Ready; see $logs"
wait_until 20 coredns port_open "$node_address" 53
wait_until 20 kube-proxy service_rules_written "$api_service_address"
