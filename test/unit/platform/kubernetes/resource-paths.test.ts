import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { KubeClawError } from "../../../../src/domain/errors.js";
import { resourcePath } from "../../../../src/platform/kubernetes/resource-paths.js";

const pod = { apiVersion: "v1", kind: "Pod", namespace: "shop" };

it("names objects, collections and subresources as the API does", () => {
  expect(resourcePath(pod)).toBe("/api/v1/namespaces/shop/pods");
  expect(resourcePath({ ...pod, name: "checkout-1" }, "log")).toBe("/api/v1/namespaces/shop/pods/checkout-1/log");
  expect(resourcePath({ apiVersion: "apps/v1", kind: "Deployment", namespace: undefined })).toBe(
    "/apis/apps/v1/deployments",
  );
  expect(resourcePath({ apiVersion: "v1", kind: "Node", namespace: "shop", name: "node-1" })).toBe(
    "/api/v1/nodes/node-1",
  );
});

it("touches no kind that is not listed", () => {
  expect(() => resourcePath({ apiVersion: "v1", kind: "PodExecOptions" })).toThrow("not one that KubeClaw touches");
});

it.each([["."], [".."], ["a/b"], ["checkout/exec"], ["../../kube-system/pods/dns"], ["a%2Fb"]])(
  "takes %s for no name: it would be another object, or a part of one",
  (name) => {
    expect(() => resourcePath({ ...pod, name })).toThrow(`${JSON.stringify(name)} is no name of an object`);
    expect(() => resourcePath({ ...pod, namespace: name })).toThrow("is no name of an object");
  },
);

it("leads to the named object alone, whatever the name", () => {
  const base = "/api/v1/namespaces/shop/pods/";
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (name) => {
      let path: string;
      try {
        path = new URL(`https://cluster${resourcePath({ ...pod, name })}`).pathname;
      } catch (error) {
        expect(error).toBeInstanceOf(KubeClawError);
        return;
      }
      expect(path.startsWith(base)).toBe(true);
      expect(decodeURIComponent(path.slice(base.length))).toBe(name);
    }),
  );
});
