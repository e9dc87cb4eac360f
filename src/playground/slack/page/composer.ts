import { button, el, freshId } from "./dom.js";

export interface Typed {
  text: string;
  threadTs: string | undefined;
}

/** Where a person writes. Enter sends, Shift+Enter makes a new line; a thread can be answered until it is let go. */
export class Composer {
  readonly element: HTMLFormElement;
  readonly #text: HTMLTextAreaElement;
  readonly #label: HTMLLabelElement;
  readonly #thread = el("div", { class: "thread-note", hidden: true });
  #threadTs: string | undefined;

  constructor(send: (typed: Typed) => void) {
    const id = freshId("composer");
    this.#label = el("label", { for: id, class: "visually-hidden" });
    this.#text = el("textarea", { id, rows: "1", autocomplete: "off" });
    const submit = el("button", { type: "submit", class: "action primary" }, "Send");
    this.element = el(
      "form",
      { class: "composer" },
      this.#thread,
      this.#label,
      el("div", { class: "row" }, this.#text, submit),
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#text.value.trim();
      if (text === "") return;
      send({ text, threadTs: this.#threadTs });
      this.#text.value = "";
    });
    this.#text.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.answer(undefined);
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.element.requestSubmit();
    });
  }

  /** Where what is written goes. */
  place(label: string, placeholder: string): void {
    this.#label.textContent = label;
    this.#text.placeholder = placeholder;
  }

  /** What is written next goes to this thread; undefined is the channel again. */
  answer(threadTs: string | undefined, about = ""): void {
    this.#threadTs = threadTs;
    this.#thread.hidden = threadTs === undefined;
    if (threadTs === undefined) return;
    const cancel = button("Cancel", { class: "tool" }, () => {
      this.answer(undefined);
      this.#text.focus();
    });
    this.#thread.replaceChildren(`Replying in the thread of ${about} `, cancel);
    this.#text.focus();
  }
}
