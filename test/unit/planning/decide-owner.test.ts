import { expect, it } from "@jest/globals";
import { decideOwner } from "../../../src/planning/decide-owner.js";
import { aDeployment } from "../../builders/kubernetes.js";

it.each([
  ["Argo CD", "annotations", "argocd.argoproj.io/tracking-id"],
  ["Argo CD", "labels", "argocd.argoproj.io/instance"],
  ["Flux", "labels", "kustomize.toolkit.fluxcd.io/name"],
  ["Flux", "labels", "helm.toolkit.fluxcd.io/name"],
  ["Helm", "annotations", "meta.helm.sh/release-name"],
] as const)("sees that %s owns it by its %s %s", (owner, where, key) => {
  expect(decideOwner(aDeployment({ metadata: { [where]: { [key]: "shop" } } }))).toEqual({ owner, name: "shop" });
});

it.each([
  ["its application", { "app.kubernetes.io/instance": "shop" }, "shop"],
  ["no name", {}, "an application"],
] as const)("sees Argo CD by what it wrote, where it leaves no mark of its own: %s", (_what, labels, name) => {
  for (const manager of ["argocd-controller", "argocd-application-controller"])
    expect(
      decideOwner(aDeployment({ metadata: { labels, managedFields: [{ manager: "kubectl" }, { manager }] } })),
    ).toEqual({
      owner: "Argo CD",
      name,
    });
});

it("sees the operator whose resource it belongs to", () => {
  const reference = { kind: "Elasticsearch", name: "search", uid: "u", controller: true };
  expect(decideOwner(aDeployment({ metadata: { ownerReferences: [reference] } }))).toEqual({
    owner: "Elasticsearch",
    name: "search",
  });
});

it.each([
  ["no marks", {}],
  ["an owner that does not control it", { ownerReferences: [{ kind: "App", name: "shop", uid: "u" }] }],
  ["others that wrote it", { managedFields: [{ manager: "kubectl" }, { manager: "kube-controller-manager" }] }],
  ["null marks, as some recordings have", { labels: null, annotations: null }],
  ["others' marks", { labels: { "app.kubernetes.io/managed-by": "hand" }, annotations: { note: "argocd" } }],
])("sees no owner: %s", (_what, metadata) => {
  expect(decideOwner(aDeployment({ metadata }))).toBeNull();
});

it("names Flux's HelmRelease before the Helm release inside it", () => {
  const metadata = {
    labels: { "helm.toolkit.fluxcd.io/name": "shop" },
    annotations: { "meta.helm.sh/release-name": "shop-1" },
  };
  expect(decideOwner(aDeployment({ metadata }))).toEqual({ owner: "Flux", name: "shop" });
});
