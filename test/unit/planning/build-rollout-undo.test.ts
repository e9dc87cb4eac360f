import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import jsonPatch from "fast-json-patch";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import type { PatchOperation } from "../../../src/domain/plan.js";
import { buildRolloutUndo } from "../../../src/planning/build-rollout-undo.js";
import { aDeployment, aReplicaSet, aTemplate, badImage, goodImage } from "../../builders/kubernetes.js";
import { patched } from "../../fakes/live-object.js";

const history = [aReplicaSet(6, "registry.local/checkout:1.8.0"), aReplicaSet(8, badImage), aReplicaSet(7)];

/** The undo that must come out. */
function planned(...args: Parameters<typeof buildRolloutUndo>) {
  const undo = buildRolloutUndo(...args);
  if (undo.kind === "refused") throw new Error(undo.reason);
  return undo;
}

it("goes back to the newest older revision, without the label that the controller added", () => {
  expect(buildRolloutUndo(aDeployment(), history)).toEqual({
    kind: "change",
    action: { type: "rollout-undo", toRevision: 7 },
    summary: `Roll back checkout to revision 7 (${goodImage})`,
    patch: [
      { op: "test", path: "/metadata/uid", value: "uid-checkout" },
      { op: "test", path: "/metadata/generation", value: 8 },
      { op: "test", path: "/spec/template/spec/containers/0/image", value: badImage },
      { op: "replace", path: "/spec/template/spec/containers/0/image", value: goodImage },
    ],
    inverse: [
      { op: "test", path: "/spec/template/spec/containers/0/image", value: goodImage },
      { op: "replace", path: "/spec/template/spec/containers/0/image", value: badImage },
    ],
  });
});

it("goes back to the revision that is asked for", () => {
  expect(planned(aDeployment(), history, 6)).toMatchObject({
    action: { toRevision: 6 },
    summary: "Roll back checkout to revision 6 (registry.local/checkout:1.8.0)",
  });
});

it.each<[string, KubernetesObject, KubernetesObject[], number | undefined, string]>([
  [
    "a paused rollout",
    aDeployment({ spec: { paused: true } }),
    history,
    undefined,
    "the rollout is paused; resume it first",
  ],
  ["no earlier revision", aDeployment(), [aReplicaSet(8, badImage)], undefined, "there is no earlier revision"],
  ["no history", aDeployment(), [], undefined, "there is no earlier revision"],
  ["the same template", aDeployment({ spec: { template: aTemplate() } }), history, 7, "it is at revision 7 already"],
  ["its own revision", aDeployment(), history, 8, "it is at revision 8 already"],
  ["a revision that is gone", aDeployment(), history, 3, "revision 3 is not there any more"],
  [
    "another kind",
    { ...aDeployment(), kind: "StatefulSet" },
    history,
    undefined,
    "rollout-undo works on Deployments, not on StatefulSet",
  ],
])("refuses %s", (_what, deployment, replicaSets, toRevision, reason) => {
  expect(buildRolloutUndo(deployment, replicaSets, toRevision)).toEqual({ kind: "refused", reason });
});

it("passes over an older revision with the same template", () => {
  const replicaSets = [aReplicaSet(8, badImage), aReplicaSet(7, badImage), aReplicaSet(6)];
  expect(buildRolloutUndo(aDeployment(), replicaSets)).toMatchObject({ kind: "change", action: { toRevision: 6 } });
});

describe("the patch", () => {
  const { patch } = planned(aDeployment(), history);

  it.each<[string, KubernetesObject]>([
    ["made anew", aDeployment({ metadata: { uid: "uid-new" } })],
    ["of another generation", aDeployment({ metadata: { generation: 9 } })],
    ["with another image", aDeployment({ spec: { template: aTemplate("registry.local/checkout:2.0.0") } })],
  ])("does not fit an object %s", (_what, object) => {
    expect(() => patched(object, patch)).toThrow("the server rejected our request");
  });

  it("does not fit twice", () => {
    const once = patched(aDeployment(), patch);
    expect(() => patched(once, patch)).toThrow("the server rejected our request");
  });

  it("touches nothing but the template", () => {
    const writes = patch.filter(({ op }) => op !== "test");
    expect(writes.every(({ path }) => path.startsWith("/spec/template/"))).toBe(true);
  });
});

describe("any two templates", () => {
  const name = fc.constantFrom("web", "proxy", "a/b", "a~b", "0", "", "__x");
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const tree = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("any"), { maxLength: 4 }),
      fc.dictionary(name, tie("any"), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).any;
  const template = fc.record({
    metadata: fc.record({
      labels: fc.dictionary(fc.constantFrom("app", "tier", "a/b"), fc.string(), { noNullPrototype: true }),
    }),
    spec: fc.dictionary(name, tree, { maxKeys: 5, noNullPrototype: true }),
  });
  const run = (object: KubernetesObject, patch: readonly PatchOperation[]) =>
    jsonPatch.applyPatch(structuredClone(object), structuredClone(patch) as jsonPatch.Operation[], true).newDocument;

  it("the patch gives the older one, and its inverse gives the first one back", () => {
    fc.assert(
      fc.property(template, template, (live, older) => {
        const deployment = aDeployment({ spec: { template: live } });
        const undo = buildRolloutUndo(deployment, [aReplicaSet(7, goodImage, { spec: { template: older } })], 7);
        if (undo.kind === "refused") {
          expect(undo.reason).toBe("it is at revision 7 already");
          expect(live).toEqual(older);
          return;
        }
        const there = run(deployment, undo.patch);
        expect((there["spec"] as { template: unknown }).template).toEqual(older);
        expect(run(there, undo.inverse)).toEqual(deployment);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves what it was given as it was", () => {
    const deployment = aDeployment();
    const before = structuredClone([deployment, history]);
    planned(deployment, history);
    expect([deployment, history]).toEqual(before);
  });
});
