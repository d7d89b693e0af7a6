// A dialog with a head, that closes by Escape, by its button, by Back, or by a click beside it.

import { h } from "../dom.js";
import { icon } from "../icons.js";

/** @type {HTMLDialogElement[]} what is open, the topmost last */
const opened = [];
let count = 0;

// Back closes what is open; the address stays as it is.
window.addEventListener("popstate", () => opened.at(-1)?.close());

/**
 * @param {string} title
 * @param {{narrow?: boolean, onclose?: () => void, mayClose?: () => boolean, address?: string}} how what `mayClose` refuses stays open
 * @param {...(Node | null)} children
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, { narrow = false, onclose, mayClose = () => true, address = "" } = {}, ...children) {
  const leave = () => { if (mayClose()) dialog.close(); };
  const close = h("button", { class: "icon-button", type: "button", "aria-label": "Close", onclick: leave }, icon("close"));
  const head = h("h2", {}, title);
  const number = (count += 1);
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: narrow ? "narrow" : "", "aria-label": title }, h("div", { class: "dialog-head" }, head, close), ...children));
  dialog.addEventListener("close", () => {
    opened.splice(opened.indexOf(dialog), 1);
    if (history.state?.dialog === number) history.back();
    onclose?.();
    dialog.remove();
  });
  dialog.addEventListener("cancel", (event) => { if (!mayClose()) event.preventDefault(); });
  dialog.addEventListener("pointerdown", (event) => {
    const box = dialog.getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (event.target === dialog && outside) leave();
  });
  document.body.append(dialog);
  dialog.showModal();
  opened.push(dialog);
  history.pushState({ dialog: number }, "", address || location.href);
  return dialog;
}
