import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseSubject } from "../../../src/intake/parse-subject.js";

const about = (text: string, namespaces = ["shop", "pay"]) => parseSubject({ text }, namespaces, "prod-eu");

it.each([
  ["a person who names object and namespace", "is deploy/checkout in shop slow?", "Deployment", "checkout"],
  ["marks around the words", "look at `sts/db` (shop), please", "StatefulSet", "db"],
])("reads %s", (_what, text, kind, name) => {
  expect(about(text)).toEqual({ namespace: "shop", object: { kind, name } });
});

it("needs no namespace where there is only one", () => {
  expect(about("deploy/checkout is slow", ["shop"])?.namespace).toBe("shop");
});

it.each([
  ["no object", "shop is slow"],
  ["no namespace of several", "deploy/checkout is slow"],
  ["a namespace of others", "deploy/checkout in secret"],
  ["a path that is no object", "see src/index in shop"],
  ["an address", "see https://example/deploy in shop"],
])("leaves alone %s", (_what, text) => {
  expect(about(text)).toBeNull();
});

it("never leaves the channel's namespaces, whatever is said", () => {
  const word = fc.oneof(fc.string(), fc.constantFrom("deploy/a", "shop", "secret", "*", "-n", "pod/b-0"));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), (words) => {
      const scope = about(words.join(" "));
      if (scope) expect(["shop", "pay"]).toContain(scope.namespace);
    }),
  );
});
