/** How many letters two words differ by: put in, left out or changed. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [at, letter] of Array.from(one).entries()) {
    const next = [at + 1];
    for (const [column, wanted] of Array.from(other).entries())
      next.push(
        Math.min((next[column] ?? 0) + 1, (row[column + 1] ?? 0) + 1, (row[column] ?? 0) + (letter === wanted ? 0 : 1)),
      );
    row = next;
  }
  return row[other.length] ?? 0;
}

/** The word that was probably meant: at most two letters away, and fewer than half of them. Pure. */
export function nearestWord(typed: string, words: readonly string[]): string | null {
  if (typed.length > 20) return null;
  const ranked = words
    .map((word) => ({ word, away: distance(typed, word) }))
    .filter(({ word, away }) => away <= 2 && away < word.length / 2)
    .sort((left, right) => left.away - right.away);
  return ranked[0]?.word ?? null;
}
