import { el } from "./dom.js";

/** Round ones, by their colour. */
const dots: Readonly<Record<string, string>> = {
  "🔴": "red",
  "🟠": "orange",
  "🟡": "yellow",
  "🟢": "green",
  "🔵": "blue",
  "⚪": "white",
};

/** The other signs that a card uses for its state, as paths in a 16 by 16 square. */
const paths: Readonly<Record<string, string>> = {
  "✅": "M1 3a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2zM3.6 8.4l1.5-1.5L7 8.8l4-4 1.5 1.5L7 11.8z",
  "❌": "M2 3.5 3.5 2 8 6.5 12.5 2 14 3.5 9.5 8l4.5 4.5-1.5 1.5L8 9.5 3.5 14 2 12.5 6.5 8z",
  "⏳": "M3 1h10v2h-1c0 2-1.2 3.6-2.8 5 1.6 1.4 2.8 3 2.8 5h1v2H3v-2h1c0-2 1.2-3.6 2.8-5C5.2 6.6 4 5 4 3H3zM6 3.200c.2 1.5 1 2.6 2 3.5 1-.9 1.8-2 2-3.500zM8 9.800c-1 .8-1.5 1.7-1.8 2.700h3.600C9.5 11.5 9 10.6 8 9.800z",
  "👀": "M4 3c2 0 3 2.2 3 5s-1 5-3 5-3-2.2-3-5 1-5 3-5zM5 6.500A1.5 1.5 0 1 0 5 9.5 1.5 1.5 0 1 0 5 6.500zM12 3c2 0 3 2.2 3 5s-1 5-3 5-3-2.2-3-5 1-5 3-5zM13 6.500A1.5 1.5 0 1 0 13 9.5 1.5 1.5 0 1 0 13 6.500z",
};
const names: Readonly<Record<string, string>> = { "✅": "done", "❌": "failed", "⏳": "working", "👀": "looking" };

const drawn = new RegExp(`(${[...Object.keys(dots), ...Object.keys(paths)].join("|")})`, "u");
const svgSpace = "http://www.w3.org/2000/svg";

function sign(glyph: string, path: string): HTMLElement {
  const svg = document.createElementNS(svgSpace, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  const shape = document.createElementNS(svgSpace, "path");
  shape.setAttribute("d", path);
  shape.setAttribute("fill-rule", "evenodd");
  svg.append(shape);
  return el("span", { class: `sign ${names[glyph] ?? ""}` }, svg);
}

/**
 * Text in which the emoji of a card's state are drawn by the page itself, so that they show on a machine without an
 * emoji font. The character stays in the text, unseen, for copying and for screen readers.
 */
export function drawGlyphs(text: string): Node[] {
  return text.split(drawn).flatMap((piece, at): Node[] => {
    if (at % 2 === 0) return piece === "" ? [] : [document.createTextNode(piece)];
    const dot = dots[piece];
    const path = paths[piece];
    const picture = dot !== undefined ? el("span", { class: `dot ${dot}` }) : sign(piece, path ?? "");
    picture.setAttribute("aria-hidden", "true");
    return [el("span", { class: "emoji" }, picture, el("span", { class: "visually-hidden" }, piece))];
  });
}
