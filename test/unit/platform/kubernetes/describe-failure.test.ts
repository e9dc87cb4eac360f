import { expect, it } from "@jest/globals";
import { describeFailure } from "../../../../src/platform/kubernetes/describe-failure.js";

const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });

it.each<[string, unknown, string]>([
  [
    "the cause of a failed fetch",
    new TypeError("fetch failed", { cause: refused }),
    "connect ECONNREFUSED 127.0.0.1:1",
  ],
  ["a code that its words leave out", Object.assign(new Error("self-signed"), { code: "DEPTH" }), "DEPTH: self-signed"],
  ["a time that ran out", new DOMException("aborted", "TimeoutError"), "no answer in time"],
  ["the first line of many", new Error("end of stream (1:12)\n\n 1 | clusters: ["), "end of stream (1:12)"],
  ["what is no error", "gone", "gone"],
])("says %s", (_what, error, words) => {
  expect(describeFailure(error)).toBe(words);
});

it("ends where causes go round", () => {
  const error = new Error("round");
  error.cause = error;
  expect(describeFailure(error)).toBe("round");
});
