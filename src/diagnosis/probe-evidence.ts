import { cutText } from "../domain/cut-text.js";
import type { ProbeResult } from "../domain/snapshot.js";
import type { Finding } from "./build-evidence.js";

/** What a probe of `probes.json` came to, as a card cites it. */
export function probeEvidence({ kind, target, ok, message }: ProbeResult): Finding {
  return {
    source: "probe",
    ref: cutText(target === "" ? "probe" : target, 400),
    path: cutText(kind, 400),
    quote: cutText(`${ok ? "answered" : "failed"}${message === "" ? "" : `: ${message}`}`, 400),
  };
}
