#!/usr/bin/env bash
# Removes what a node leaves on the machine: pods' processes, shims, mounts, links, control groups, packet filter rules.
# The processes that could make new ones (kubelet, kube-proxy) are stopped before.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
source "$scripts/processes.sh"

pod_cgroups() { find /sys/fs/cgroup -maxdepth 2 -type d -name "$pod_cgroup"; }

kill_pods() {
  local folders processes
  mapfile -t folders < <(pod_cgroups)
  [[ ${#folders[@]} -gt 0 ]] || return 0
  for _ in $(seq 100); do
    processes="$(find "${folders[@]}" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u)"
    [[ -n "$processes" ]] || return 0
    # shellcheck disable=SC2086
    kill -KILL $processes 2>/dev/null || true
    sleep 0.05
  done
  fail "pods' processes do not end: $processes"
}

# A killed shim leaves its socket, which lies outside of our folders; the name is noted beside the container.
remove_shim_sockets() {
  local file socket
  for file in "$state"/containerd/state/io.containerd.runtime.v2.task/k8s.io/*/address; do
    [[ -f "$file" ]] || continue
    socket="$(<"$file")"
    rm -f "${socket#unix://}"
  done
}

# The plugins keep the result of each pod's network, and of its loopback, until it is taken away in order.
remove_network_results() {
  local file pod
  for file in /var/lib/cni/results/kubeclaw-pods-*-eth0; do
    [[ -f "$file" ]] || continue
    pod="${file##*/kubeclaw-pods-}"
    rm -f "$file" "/var/lib/cni/results/cni-loopback-${pod%-eth0}-lo"
  done
}

# In our folder, and in the image storage, where an image build that was cut short leaves its root.
unmount_all() {
  local mounts
  for _ in 1 2 3; do
    mounts="$(awk -v state="$state/" -v images="$image_store/" 'index($5, state) == 1 || index($5, images) == 1 { print $5 }' \
      /proc/self/mountinfo | sort -r)"
    [[ -n "$mounts" ]] || return 0
    while read -r mount; do umount --lazy "$mount" 2>/dev/null || true; done <<<"$mounts"
  done
}

# kube-proxy, kubelet and the network plugins name their chains KUBE-* and CNI-*; every other rule goes back as it was.
clean_packet_filter() { # iptables | ip6tables
  local rules
  rules="$("$1-save" 2>/dev/null)" || return 0
  grep -qE '(KUBE|CNI)-' <<<"$rules" || return 0
  grep -vE '(KUBE|CNI)-' <<<"$rules" | "$1-restore"
}

restore_kernel() {
  [[ -f "$state/kernel-settings" ]] || return 0
  while read -r name value; do printf '%s' "$value" >"/proc/sys/$name"; done <"$state/kernel-settings"
}

kill_pods
stop_process containerd
stop_process registry
kill_marked
kill_pods
remove_shim_sockets
unmount_all
for link in "$pod_bridge" "$node_link"; do ip link delete "$link" 2>/dev/null || true; done
pod_cgroups | while read -r folder; do find "$folder" -depth -type d -exec rmdir {} +; done
clean_packet_filter iptables
clean_packet_filter ip6tables
remove_network_results
find /var/log/containers -lname "$state/*" -delete 2>/dev/null || true
# Folders that kubelet, the plugins and the shims make outside of ours, if nobody else uses them.
rm -f /var/lib/kubelet/device-plugins/kubelet.sock
for folder in /var/log/containers /run/netns /run/containerd/{s,fifo,.} /var/lib/cni/{results,cache,networks,.} \
  /var/lib/kubelet/{device-plugins,pod-resources,plugins_registry,plugins,.}; do
  rmdir "${folder%/.}" 2>/dev/null || true
done
restore_kernel
rm -f "$node_owner_file"
