import { type Block, calls, type Confirm, problemOf, type View } from "./calls.js";
import { button, el, freshId } from "./dom.js";
import { drawBlock, drawText, plainText, type Drawing } from "./draw-blocks.js";
import type { Field } from "./draw-elements.js";
import type { Names } from "./draw-tree.js";

/** Keeps the keyboard inside a dialog and closes it on Escape. */
function holdFocus(dialog: HTMLElement, close: () => void): void {
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (event.key !== "Tab") return;
    const stops = [
      ...dialog.querySelectorAll<HTMLElement>("button, input, select, textarea, a[href], summary, [tabindex='0']"),
    ];
    const first = stops.at(0);
    const last = stops.at(-1);
    if (event.shiftKey && document.activeElement === first) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first?.focus();
    }
  });
}

/** Asks once more, as Slack does for an element with a `confirm` object. Answers whether the person went on. */
export function askConfirm(place: HTMLElement, confirm: Confirm, names: Names): Promise<boolean> {
  const before = document.activeElement;
  const titleId = freshId("confirm");
  const textId = freshId("confirm-text");
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      overlay.remove();
      if (before instanceof HTMLElement) before.focus();
      resolve(yes);
    };
    const style = confirm.style === "danger" ? "danger" : "primary";
    const go = button(
      plainText(confirm.confirm?.text ?? "Yes"),
      { class: `action ${style}`, "data-confirm": "yes" },
      () => {
        answer(true);
      },
    );
    const stay = button(plainText(confirm.deny?.text ?? "Cancel"), { class: "action", "data-confirm": "no" }, () => {
      answer(false);
    });
    const dialog = el(
      "div",
      {
        class: "dialog small",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-labelledby": titleId,
        "aria-describedby": textId,
      },
      el("h2", { id: titleId }, plainText(confirm.title?.text ?? "Are you sure?")),
      el("div", { id: textId, class: "dialog-body" }, ...drawText(confirm.text, names)),
      el("div", { class: "dialog-foot" }, stay, go),
    );
    const overlay = el("div", { class: "overlay" }, dialog);
    holdFocus(dialog, () => {
      answer(false);
    });
    place.append(overlay);
    go.focus();
  });
}

interface OpenField {
  block: Block;
  field: Field;
  problem: HTMLElement;
}

/** Submits what the fields hold; shows the app's answer beside the field that it names. */
async function submit(view: View, user: string, fields: readonly OpenField[], status: HTMLElement): Promise<void> {
  for (const { problem } of fields) problem.textContent = "";
  status.textContent = "";
  const values: Record<string, string | string[]> = {};
  for (const { block, field, problem } of fields) {
    const value = field.read();
    if (value.length > 0) values[block.element?.action_id ?? ""] = value;
    else if (block.optional !== true) {
      problem.textContent = "Please complete this required field.";
      field.control.focus();
      return;
    }
  }
  const result = await calls.submit({ user, callback_id: view.callback_id, values });
  for (const { block, problem } of fields) problem.textContent = result.errors?.[block.block_id] ?? "";
  status.textContent = problemOf(result);
}

/** A person's open dialog. It lies over that person's pane only, since others go on beside it. */
export function drawDialog(view: View, user: string, drawing: Drawing): HTMLElement {
  const titleId = freshId("dialog");
  const fields: OpenField[] = [];
  const field = (block: Block, drawn: Field, problem: HTMLElement) =>
    void fields.push({ block, field: drawn, problem });
  const blocks = view.blocks.map((block) => drawBlock(block, { ...drawing, field }));
  const status = el("p", { class: "problem", role: "alert" });
  const close = () => void calls.close(user);
  const cancel = button(plainText(view.close?.text ?? "Cancel"), { class: "action", "data-dialog": "close" }, close);
  const send = el(
    "button",
    { type: "submit", class: "action primary", "data-dialog": "submit" },
    plainText(view.submit?.text ?? ""),
  );
  const form = el(
    "form",
    { novalidate: true },
    el("div", { class: "dialog-body" }, ...blocks, status),
    el("div", { class: "dialog-foot" }, cancel, view.submit !== null && send),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send.disabled = true;
    void submit(view, user, fields, status).finally(() => {
      send.disabled = false;
    });
  });
  const title = el("h2", { id: titleId }, plainText(view.title.text));
  const attributes = {
    class: "dialog",
    role: "dialog",
    "aria-modal": "true",
    "aria-labelledby": titleId,
    "data-callback-id": view.callback_id,
  };
  const dialog = el("div", attributes, title, form);
  holdFocus(dialog, close);
  return el("div", { class: "overlay" }, dialog);
}
