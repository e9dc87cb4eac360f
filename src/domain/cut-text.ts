/** The first characters of a text, well formed: a pair of surrogates that the cut would part loses its half. */
export function cutText(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}
