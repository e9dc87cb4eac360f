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
  ["no marks", {}],
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
