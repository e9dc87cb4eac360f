import type { Element, Option } from "./calls.js";
import { button, el, freshId } from "./dom.js";

/** What using an element leads to; `value` is what was chosen, for elements that hold one. */
export type Use = (element: Element, value?: string) => void;

const labelOf = (text: Element["text"]): string => (typeof text === "object" ? text.text : (text ?? ""));

function drawButton(element: Element, use: Use): HTMLElement {
  const style = element.style === "primary" || element.style === "danger" ? ` ${element.style}` : "";
  const label = element.accessibility_label;
  const attributes = {
    class: `action${style}`,
    "data-action-id": element.action_id,
    ...(label === undefined ? {} : { "aria-label": label }),
  };
  return button(labelOf(element.text), attributes, () => {
    if (element.url !== undefined && /^https?:/i.test(element.url)) window.open(element.url, "_blank", "noopener");
    use(element);
  });
}

function optionElements(options: readonly Option[], chosen: string | undefined): HTMLElement[] {
  return options.map(({ text, value }) => el("option", { value, selected: value === chosen }, text.text));
}

/** A drop-down list; its first entry is the placeholder, which chooses nothing. */
function drawSelect(element: Element, attributes: Record<string, string>): HTMLSelectElement {
  const chosen = element.initial_option?.value;
  const groups = (element.option_groups ?? []).map(({ label, options }) =>
    el("optgroup", { label: label.text }, ...optionElements(options, chosen)),
  );
  const placeholder = el(
    "option",
    { value: "", selected: chosen === undefined },
    element.placeholder?.text ?? "Choose…",
  );
  const name = element.placeholder?.text ?? "Choose";
  const options = optionElements(element.options ?? [], chosen);
  return el(
    "select",
    { "data-action-id": element.action_id, "aria-label": name, ...attributes },
    placeholder,
    ...options,
    ...groups,
  );
}

function drawChoices(element: Element, kind: "radio" | "checkbox"): HTMLElement {
  const name = freshId("choice");
  const initial = [element.initial_option, ...(element.initial_options ?? [])].map((option) => option?.value);
  const choices = (element.options ?? []).map(({ text, value, description }) => {
    const input = el("input", { type: kind, name, value, checked: initial.includes(value) });
    return el("label", { class: "choice" }, input, text.text, description && el("small", {}, description.text));
  });
  return el(
    "div",
    { role: kind === "radio" ? "radiogroup" : "group", "data-action-id": element.action_id },
    ...choices,
  );
}

/** An element of a message, or of a view outside an input block: using it sends a `block_actions` payload. */
export function drawElement(element: Element, use: Use): HTMLElement {
  switch (element.type) {
    case "button":
    case "workflow_button":
      return drawButton(element, use);
    case "image":
      return el(
        "span",
        { class: "image-alt", role: "img", "aria-label": element.alt_text ?? "" },
        element.alt_text ?? "image",
      );
    case "static_select":
    case "overflow": {
      const select = drawSelect(element, { class: "action" });
      select.addEventListener("change", () => {
        if (select.value !== "") use(element, select.value);
      });
      return select;
    }
    case "radio_buttons":
    case "checkboxes": {
      const choices = drawChoices(element, element.type === "checkboxes" ? "checkbox" : "radio");
      choices.addEventListener("change", (event) => {
        if (event.target instanceof HTMLInputElement) use(element, event.target.value);
      });
      return choices;
    }
    default:
      return el("span", { class: "unsupported" }, `[${element.type}]`);
  }
}

export interface Field {
  /** The control, or the group of controls. */
  control: HTMLElement;
  read(): string | string[];
}

/** The control of an input block. `id` and `describedBy` tie it to its label and to its hint. */
export function drawField(element: Element, id: string, describedBy: string, required: boolean): Field {
  const attributes = {
    id,
    "aria-describedby": describedBy,
    "data-action-id": element.action_id,
    "aria-required": String(required),
  };
  if (element.type === "static_select") {
    const control = drawSelect(element, attributes);
    control.removeAttribute("aria-label");
    return { control, read: () => control.value };
  }
  if (element.type === "radio_buttons" || element.type === "checkboxes") {
    const control = drawChoices(element, element.type === "checkboxes" ? "checkbox" : "radio");
    control.id = id;
    const checked = () =>
      [...control.querySelectorAll("input")].filter((input) => input.checked).map(({ value }) => value);
    return { control, read: () => (element.type === "checkboxes" ? checked() : (checked()[0] ?? "")) };
  }
  const limits = { maxlength: element.max_length ?? 3_000, placeholder: element.placeholder?.text };
  if (element.multiline === true) {
    const control = el("textarea", { ...attributes, ...limits, rows: "4" }, element.initial_value ?? "");
    return { control, read: () => control.value };
  }
  const types: Record<string, string> = {
    number_input: "number",
    email_text_input: "email",
    url_text_input: "url",
    datepicker: "date",
    timepicker: "time",
  };
  const control = el("input", {
    ...attributes,
    ...limits,
    type: types[element.type] ?? "text",
    value: element.initial_value,
  });
  return { control, read: () => control.value };
}
