type Child = Node | string | undefined | false;
type Attributes = Record<string, string | number | boolean | undefined>;

/**
 * An element with its attributes and children. Texts become text nodes, so nothing that somebody wrote is ever read as
 * markup. An attribute that is `undefined` or `false` is left out, `true` is set empty.
 */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

/** A button that does one thing. */
export function button(label: string, attributes: Attributes, act: () => void): HTMLButtonElement {
  const element = el("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", act);
  return element;
}

let labels = 0;
/** An id for `aria-labelledby` and `for`. */
export function freshId(prefix: string): string {
  labels += 1;
  return `${prefix}-${labels}`;
}
