import { editDistance } from "../../domain/edit-distance.js";

/** The word that was probably meant: at most two letters away, and fewer than half of them. Pure. */
export function nearestWord(typed: string, words: readonly string[]): string | null {
  if (typed.length > 20) return null;
  const ranked = words
    .map((word) => ({ word, away: editDistance(typed, word) }))
    .filter(({ word, away }) => away <= 2 && away < word.length / 2)
    .sort((left, right) => left.away - right.away);
  return ranked[0]?.word ?? null;
}
