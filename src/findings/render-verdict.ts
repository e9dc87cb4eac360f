import type { Verdict } from "../domain/diagnosis.js";
import { cut, escapeText } from "./text.js";

const sourceWords = {
  condition: "a condition",
  event: "an event",
  field: "the cluster's own record",
  log: "a log",
  metric: "a metric",
  probe: "a probe",
} as const;

/** Verdicts that a card names, and whose evidence is in its thread. */
export const mostShown = 4;

const confidenceWords = { confirmed: "Confirmed", likely: "Likely", inconclusive: "Not certain" } as const;

/** One cause in a line, for the top of a card. */
export function headlineOf(verdict: Verdict): string {
  const { causeId, object } = verdict;
  const name = escapeText(object.name);
  if (causeId === "image-not-found") {
    const down = verdict.effects.some(
      ({ object: hit, summary }) => hit.kind === object.kind && hit.name === object.name && summary.startsWith("0 of"),
    );
    return `${name}${down ? " is down" : ""}: the new image does not exist`;
  }
  return escapeText(cut(verdict.summary, 200));
}

/** Why, on what evidence, how sure, and what the model had to do with it. */
export function whyOf(verdict: Verdict, modelNote: string): string {
  const cites = verdict.evidence.map((evidence) => `[${escapeText(evidence.id.replace(/^e/, ""))}]`).join(" ");
  const sources = new Set(verdict.evidence.slice(0, 2).map((evidence) => sourceWords[evidence.source]));
  const basis = sources.size > 0 ? ` by ${[...sources].join(" and ")}` : "";
  return `*Why* ${escapeText(verdict.summary)} ${cites}\n*${confidenceWords[verdict.confidence]}*${basis}. _${escapeText(modelNote)}_`;
}

/** The first few, and how many more. */
export function listOf(items: readonly string[]): string {
  const shown = items.slice(0, 4).map((item) => escapeText(cut(item, 200)));
  const more = items.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

/** Sources that were not read, by name: "metrics, alerts". */
function notChecked(entries: readonly string[]): string {
  return listOf(entries.map((entry) => entry.replace(/: absent$/, "")));
}

/** An effect names the object that it is about. */
function effectText({ object, summary }: Verdict["effects"][number]): string {
  return summary.includes(object.name) ? summary : `${object.name}: ${summary}`;
}

/** The verdicts behind the first one, a line each, and how many there are besides; empty where there is one. */
export function othersOf(verdicts: readonly Verdict[]): string {
  const lines = verdicts
    .slice(1, mostShown)
    .map((other) => `• ${escapeText(cut(other.summary, 200))} (${confidenceWords[other.confidence].toLowerCase()})`);
  const more = verdicts.length - mostShown;
  return [...lines, ...(more > 0 ? [`• and ${more} more`] : [])].join("\n");
}

/** What else a card says of its first verdict, in small print. */
export function detailsOf(verdict: Verdict): string {
  const parts = [`▸ Evidence (${verdict.evidence.length}) in the thread`];
  if (verdict.effects.length > 0) parts.push(`▸ Effects: ${listOf(verdict.effects.map(effectText))}`);
  if (verdict.ruledOut.length > 0)
    parts.push(`▸ Ruled out: ${listOf(verdict.ruledOut.map(({ causeId, because }) => `${causeId} (${because})`))}`);
  if (verdict.notChecked.length > 0) parts.push(`▸ Not checked: ${notChecked(verdict.notChecked)}`);
  return parts.join("\n");
}
