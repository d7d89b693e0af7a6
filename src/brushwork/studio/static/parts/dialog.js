// A dialog with a head, that closes by Escape, by its button, by Back, or by a click beside it.

import { enter, leave, onBack } from "../address.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { phrase } from "../phrases.js";
import { saveToasts } from "./toast-list.js";

/** @type {HTMLDialogElement[]} what is open, the topmost last */
const opened = [];
let count = 0;

// Back closes what is open; the address stays as it is.
onBack(() => opened.at(-1)?.close());

/**
 * @param {string} title
 * @param {{kind?: string, tools?: Node[], onclose?: () => void, mayClose?: () => boolean, address?: string}} how
 *   `kind` is its class, `tools` stand in its head; what `mayClose` refuses stays open
 * @param {...(Node | null)} children
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, { kind = "", tools = [], onclose, mayClose = () => true, address = "" } = {}, ...children) {
  const dismiss = () => { if (mayClose()) dialog.close(); };
  const close = h("button", { class: "icon-button", type: "button", "aria-label": phrase("Close"), onclick: dismiss }, icon("close"));
  const head = h("h2", {}, title);
  const number = (count += 1);
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: kind, "aria-label": title }, h("div", { class: "dialog-head" }, head, ...tools, close), ...children));
  dialog.addEventListener("close", () => {
    opened.splice(opened.indexOf(dialog), 1);
    leave(number);
    onclose?.();
    saveToasts(dialog);
    dialog.remove();
  });
  // At once, and not when the browser comes to it: the next key is for the page already.
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    dismiss();
  });
  dialog.addEventListener("cancel", (event) => { if (!mayClose()) event.preventDefault(); });
  dialog.addEventListener("pointerdown", (event) => {
    const box = dialog.getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (event.target === dialog && outside) dismiss();
  });
  document.body.append(dialog);
  dialog.showModal();
  opened.push(dialog);
  enter(number, address, () => dialog.open);
  return dialog;
}

/** Closes a dialog and then opens something in its place, so that Back and Escape lead to where the first one was opened. @param {HTMLDialogElement} dialog @param {() => void} open */
export function replaceDialog(dialog, open) {
  dialog.addEventListener("close", open, { once: true });
  dialog.close();
}
