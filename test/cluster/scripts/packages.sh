#!/usr/bin/env bash
# Installs the Debian packages that the cluster needs and that are missing; asks the network only if there are any.
set -euo pipefail

packages=(
  redis-server containerd runc containernetworking-plugins iptables conntrack
  buildah debootstrap busybox-static gcc libc6-dev openssl iproute2 util-linux
)

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

echo "cluster: installing ${missing[*]}" >&2
# The packages' own services are not wanted: the cluster starts its processes itself.
deny="$(mktemp)"
trap 'rm -f "$deny"' EXIT
printf '#!/bin/sh\nexit 101\n' >"$deny"
chmod +x "$deny"
policy=/usr/sbin/policy-rc.d
if [[ ! -e "$policy" ]]; then
  cp "$deny" "$policy"
  trap 'rm -f "$deny" "$policy"' EXIT
fi
apt-get update -qq >&2
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
