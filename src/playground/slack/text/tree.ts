/** Text with its markup understood: what is drawn, and the only thing that is drawn. */
export type Inline =
  | { type: "text"; text: string }
  | { type: "bold" | "italic" | "strike"; children: Inline[] }
  | { type: "code"; text: string }
  | { type: "link"; url: string; children: Inline[] }
  | { type: "user" | "group" | "channel"; id: string; label?: string }
  | { type: "broadcast"; range: string }
  | { type: "date"; timestamp: number; format: string; fallback: string; url?: string }
  | { type: "emoji"; name: string; glyph: string }
  | { type: "break" };

export type Part =
  | { type: "paragraph"; children: Inline[] }
  | { type: "heading"; level: number; children: Inline[] }
  | { type: "quote"; children: Inline[] }
  | { type: "preformatted"; text: string }
  | { type: "list"; ordered: boolean; indent: number; items: Inline[][] }
  | { type: "rule" };

/** Links that may be followed; any other target is shown as text. */
export function isSafeUrl(url: string): boolean {
  return /^(https?:\/\/|mailto:|tel:)/i.test(url);
}

/** Neighbouring texts as one. */
export function joinTexts(nodes: readonly Inline[]): Inline[] {
  const joined: Inline[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node.type === "text" && last?.type === "text")
      joined[joined.length - 1] = { type: "text", text: last.text + node.text };
    else joined.push(node);
  }
  return joined;
}
