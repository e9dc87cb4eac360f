/** What one check of an installation came to, with the way out where it is not well. */
export interface Finding {
  part: "settings" | "redis" | "slack" | "cluster" | "rights" | "gateway" | "model" | "clock";
  check: string;
  state: "ok" | "warning" | "failed" | "skipped";
  found: string;
  fix?: string;
}

/** Makes the findings of one part. */
export function findingsOf(part: Finding["part"]) {
  return {
    ok: (check: string, found: string): Finding => ({ part, check, state: "ok", found }),
    warning: (check: string, found: string, fix: string): Finding => ({ part, check, state: "warning", found, fix }),
    failed: (check: string, found: string, fix: string): Finding => ({ part, check, state: "failed", found, fix }),
    skipped: (check: string, found: string, fix: string): Finding => ({ part, check, state: "skipped", found, fix }),
  };
}
