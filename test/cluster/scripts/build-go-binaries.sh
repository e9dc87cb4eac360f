#!/usr/bin/env bash
# Builds Kubernetes, etcd and CoreDNS from their Go modules into the cache, each one once for each version.
# usage: build-go-binaries.sh [kubernetes|etcd|coredns]...
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

export CGO_ENABLED=0
export GOFLAGS="-p=2 -mod=mod -trimpath -buildvcs=false"

# The components take part in version negotiation: without these flags they call themselves v0.0.0 and clients misbehave.
kubernetes_version_flags() {
  local package major minor
  IFS=. read -r major minor _ <<<"$kubernetes_version"
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf -- '-X %s.gitVersion=v%s -X %s.gitMajor=%s -X %s.gitMinor=%s ' \
      "$package" "$kubernetes_version" "$package" "$major" "$package" "$minor"
  done
}

# k8s.io/kubernetes replaces its staging modules by folders of its own; outside of it they are the published v0 modules.
write_kubernetes_module() {
  local requirement
  printf 'module kubeclaw.dev/test-cluster\n\ngo 1.24.0\n\nrequire k8s.io/kubernetes v%s\n' "$kubernetes_version" >go.mod
  requirement="$(go mod download -json "k8s.io/kubernetes@v$kubernetes_version" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')"
  sed -n 's#^[[:space:]]*\(replace \)\{0,1\}\(k8s.io/[a-z-]*\) => ./staging/.*#\2#p' "$requirement" | sort -u |
    while read -r module; do
      printf 'replace %s => %s v0.%s\n' "$module" "$module" "${kubernetes_version#1.}"
    done >>go.mod
  import_all k8s.io/kubernetes/cmd/{kube-apiserver,kube-controller-manager,kube-scheduler,kube-proxy,kubelet,kubectl}
}

write_module() { # module version packages...
  printf 'module kubeclaw.dev/test-cluster\n\ngo 1.24.0\n\nrequire %s %s\n' "$1" "$2" >go.mod
  import_all "${@:3}"
}

# Commands cannot be imported by a program that is linked, but a file behind a build tag keeps them in go.mod.
import_all() {
  { printf '//go:build tools\n\npackage tools\n\nimport (\n'; printf '\t_ "%s"\n' "$@"; printf ')\n'; } >tools.go
}

build() { # bin-folder linker-flags packages...
  mkdir bin
  go mod tidy 2>tidy.log || { cat tidy.log >&2; exit 1; }
  go build -ldflags "-s -w $2" -o bin/ "${@:3}"
  mkdir -p "$(dirname "$1")"
  rm -rf "$1"
  mv bin "$1"
}

build_kubernetes() {
  write_kubernetes_module
  build "$kubernetes_bin" "$(kubernetes_version_flags)" \
    k8s.io/kubernetes/cmd/{kube-apiserver,kube-controller-manager,kube-scheduler,kube-proxy,kubelet,kubectl}
}

build_etcd() {
  write_module go.etcd.io/etcd/server/v3 "v$etcd_version" go.etcd.io/etcd/server/v3
  # Its package is called "server"; a main package of our own gives the program its name.
  mkdir etcd
  printf 'package main\n\nimport (\n\t"os"\n\n\t"go.etcd.io/etcd/server/v3/etcdmain"\n)\n\nfunc main() { etcdmain.Main(os.Args) }\n' >etcd/main.go
  build "$etcd_bin" "" ./etcd
}

# Only the plugins that the cluster's Corefile names: the full set builds the clients of four clouds.
build_coredns() {
  local plugins=(bind cache errors kubernetes template)
  write_module github.com/coredns/coredns "v$coredns_version" github.com/coredns/coredns/coremain
  mkdir coredns
  {
    printf 'package main\n\nimport (\n\t"github.com/coredns/coredns/coremain"\n'
    printf '\t_ "github.com/coredns/coredns/plugin/%s"\n' "${plugins[@]}"
    printf ')\n\nfunc main() { coremain.Run() }\n'
  } >coredns/main.go
  build "$coredns_bin" "" ./coredns
}

[[ $# -gt 0 ]] || set -- etcd kubernetes coredns
mkdir -p "$cache"
exec 9>"$cache/build.lock"
flock 9
for name in "$@"; do
  version="${name}_version" folder="${name}_bin"
  [[ -d "${!folder}" ]] && continue
  command -v go >/dev/null || fail "Go is needed once to build $name ${!version}; see https://go.dev/doc/install"
  say "building $name ${!version} (once; kept in ${!folder})"
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && "build_$name")
  rm -rf "$work"
done
