#!/usr/bin/env bash
# One authority, a certificate for each component, and the kubeconfigs made of them.
# usage: certificates.sh API_SERVER_URL API_SERVER_ADDRESS
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

server_url="$1" server_address="$2"
mkdir -p "$pki"
chmod 700 "$pki"
cd "$pki"

new_key() { openssl ecparam -genkey -name prime256v1 -noout -out "$1.key"; }

# certificate NAME SUBJECT [SUBJECT_ALT_NAMES]: good for both ends of a connection.
certificate() {
  new_key "$1"
  openssl req -new -key "$1.key" -subj "$2" |
    openssl x509 -req -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 -out "$1.crt" 2>openssl.log \
      -extfile <(printf 'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n%s' "${3:+subjectAltName=$3}")
}

write_kubeconfig() { # FILE CERTIFICATE_NAME
  (umask 077 && cat >"$1") <<YAML
apiVersion: v1
kind: Config
current-context: kubeclaw-test
contexts: [{name: kubeclaw-test, context: {cluster: kubeclaw-test, user: $2}}]
clusters:
  - name: kubeclaw-test
    cluster: {server: "$server_url", certificate-authority-data: $(base64 -w0 <ca.crt)}
users:
  - name: $2
    user: {client-certificate-data: $(base64 -w0 <"$2.crt"), client-key-data: $(base64 -w0 <"$2.key")}
YAML
}

new_key ca
openssl req -x509 -new -key ca.key -subj /CN=kubeclaw-test-ca -days 365 -out ca.crt \
  -addext keyUsage=keyCertSign,cRLSign,digitalSignature
new_key service-account

names="DNS:localhost,DNS:kubernetes"
for suffix in default default.svc "default.svc.$cluster_domain"; do names+=",DNS:kubernetes.$suffix"; done
certificate api-server /CN=kube-apiserver "$names,IP:127.0.0.1,IP:$api_service_address,IP:$server_address"
certificate api-server-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
certificate admin /O=system:masters/CN=admin
certificate controller-manager /CN=system:kube-controller-manager
certificate scheduler /CN=system:kube-scheduler
certificate kube-proxy /CN=system:kube-proxy
certificate kubelet "/O=system:nodes/CN=system:node:$node_name" "DNS:$node_name,IP:$node_address"

for name in controller-manager scheduler kube-proxy kubelet; do write_kubeconfig "$name.kubeconfig" "$name"; done
write_kubeconfig "$kubeconfig" admin
