/** Why something of ours failed; a closed list, so that every switch over it is exhaustive. */
export type ErrorCode =
  | "bad-input"
  | "bad-settings"
  | "not-found"
  | "conflict"
  /** A person stopped this run. */
  | "stopped"
  /** The kill switch covers what this would change. */
  | "frozen"
  | "forbidden"
  | "unauthenticated"
  | "invalid"
  | "throttled"
  | "unavailable"
  | "unexpected";

/** The one error of the product. `message` may be shown to a person; expected refusals are return values instead. */
export class KubeClawError extends Error {
  readonly retryable: boolean;
  /** How long the other side asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: { retryable?: boolean; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "KubeClawError";
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** True for a KubeClawError of one of the codes. */
export function isKubeClawError(error: unknown, ...codes: ErrorCode[]): error is KubeClawError {
  return error instanceof KubeClawError && (codes.length === 0 || codes.includes(error.code));
}

/** The text of anything thrown, for a log line or a status field. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
