import { expect, it } from "@jest/globals";
import { parseStatusError } from "../../../../src/platform/kubernetes/parse-status-error.js";

const status = (message: string) => JSON.stringify({ kind: "Status", message });

it.each([
  [400, "bad-input", false],
  [401, "unauthenticated", false],
  [403, "forbidden", false],
  [404, "not-found", false],
  [409, "conflict", false],
  [410, "conflict", false],
  [422, "invalid", false],
  [429, "throttled", true],
  [500, "unavailable", true],
  [504, "unavailable", true],
  [302, "unexpected", false],
] as const)("takes HTTP %i for %s", (code, expected, retryable) => {
  expect(parseStatusError(code, status("why"), null)).toMatchObject({ code: expected, message: "why", retryable });
});

it("says what came where it is no Status, and the number where nothing came", () => {
  expect(parseStatusError(502, "<html>bad gateway</html>", null).message).toBe("<html>bad gateway</html>");
  expect(parseStatusError(502, "", null).message).toBe("HTTP 502");
});

it("bounds the words: an admission webhook may say as much as it likes", () => {
  expect(parseStatusError(403, status("x".repeat(100_000)), null).message).toHaveLength(500);
});

it("waits as long as it is asked to", () => {
  expect(parseStatusError(429, status(""), "7").retryAfterMs).toBe(7_000);
  expect(parseStatusError(429, status(""), "soon").retryAfterMs).toBeUndefined();
});
