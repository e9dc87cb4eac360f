import { expect, it } from "@jest/globals";
import { parseObjectName } from "../../../src/domain/parse-object-name.js";

it.each([
  ["deploy/checkout", { kind: "Deployment", name: "checkout" }],
  ["Deployment/checkout", { kind: "Deployment", name: "checkout" }],
  ["ingresses/shop", { kind: "Ingress", name: "shop" }],
  ["networkpolicies/deny", { kind: "NetworkPolicy", name: "deny" }],
  ["sc/fast", { kind: "StorageClass", name: "fast" }],
  ["Rollout/checkout", { kind: "Rollout", name: "checkout" }],
])("%s", (text, expected) => {
  expect(parseObjectName(text)).toEqual(expected);
});

it.each(["checkout", "deploy/", "/checkout", "deploy/a/b", "deploy/A_B", "rollout/x", "__proto__/x", ""])(
  "%s is none",
  (text) => {
    expect(parseObjectName(text)).toBeNull();
  },
);
