import { cutText } from "../../domain/cut-text.js";
import { type ErrorCode, KubeClawError } from "../../domain/errors.js";
import { textAt } from "../../domain/kubernetes-object.js";

const codes: Readonly<Record<number, ErrorCode>> = {
  400: "bad-input",
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  410: "conflict",
  422: "invalid",
  429: "throttled",
};

const longestMessage = 500;

/** Turns a Kubernetes Status answer into our error, by its HTTP status alone. */
export function parseStatusError(status: number, text: string, retryAfter: string | null): KubeClawError {
  let message = text;
  try {
    message = textAt(JSON.parse(text), "message") ?? text;
  } catch {
    // not every answer on the way is a Status
  }
  message = cutText(message, longestMessage); // an admission webhook may say as much as it likes
  const code = codes[status] ?? (status >= 500 ? "unavailable" : "unexpected");
  const seconds = Number(retryAfter);
  return new KubeClawError(code, message === "" ? `HTTP ${status}` : message, {
    retryable: code === "unavailable" || code === "throttled",
    ...(seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}),
  });
}
