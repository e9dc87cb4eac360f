import type { Message } from "./calls.js";
import { button, el } from "./dom.js";

/** How one message is drawn, and which are drawn again only when they changed. */
export type Draw = (message: Message) => HTMLElement;

interface Kept {
  written: string;
  element: HTMLElement;
}

function focusedAction(element: HTMLElement): string | undefined {
  const active = document.activeElement;
  return active instanceof HTMLElement && element.contains(active) ? active.dataset["actionId"] : undefined;
}

/** The messages of a channel with their threads below them. Elements of messages that did not change stay in place. */
export class MessageList {
  readonly element = el("div", {
    class: "messages",
    role: "log",
    "aria-live": "polite",
    "aria-label": "Messages",
    tabindex: "0",
  });
  #kept = new Map<string, Kept>();
  readonly #folded = new Set<string>();

  constructor(private readonly draw: Draw) {}

  #elementFor(message: Message): HTMLElement {
    const written = JSON.stringify(message);
    const kept = this.#kept.get(message.ts);
    if (kept?.written === written) return kept.element;
    const element = this.draw(message);
    this.#kept.set(message.ts, { written, element });
    const action = kept && focusedAction(kept.element);
    if (action !== undefined)
      queueMicrotask(() => element.querySelector<HTMLElement>(`[data-action-id="${CSS.escape(action)}"]`)?.focus());
    return element;
  }

  #thread(root: Message, replies: readonly Message[], redraw: () => void): HTMLElement | undefined {
    if (replies.length === 0) return undefined;
    const folded = this.#folded.has(root.ts);
    const count = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
    const toggle = button(
      folded ? `Show ${count}` : count,
      { class: "thread-toggle", "aria-expanded": String(!folded) },
      () => {
        if (folded) this.#folded.delete(root.ts);
        else this.#folded.add(root.ts);
        redraw();
      },
    );
    return el(
      "div",
      { class: "thread", "data-thread-ts": root.ts },
      toggle,
      ...(folded ? [] : replies.map((reply) => this.#elementFor(reply))),
    );
  }

  /** Shows these, oldest first; stays at the end when the reader was there. */
  show(messages: readonly Message[]): void {
    const { element } = this;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
    const known = new Set(messages.map(({ ts }) => ts));
    this.#kept = new Map([...this.#kept].filter(([ts]) => known.has(ts)));
    const isReply = ({ ts, thread_ts }: Message) => thread_ts !== null && thread_ts !== ts && known.has(thread_ts);
    const redraw = () => {
      this.show(messages);
    };
    const rows = messages
      .filter((message) => !isReply(message))
      .flatMap((root) => {
        const replies = messages.filter((message) => isReply(message) && message.thread_ts === root.ts);
        return [this.#elementFor(root), this.#thread(root, replies, redraw)];
      })
      .filter((row) => row !== undefined);
    element.replaceChildren(...(rows.length > 0 ? rows : [el("p", { class: "empty" }, "Nothing here yet.")]));
    if (atEnd) element.scrollTop = element.scrollHeight;
  }

  clear(): void {
    this.#kept.clear();
    this.element.replaceChildren();
  }
}
