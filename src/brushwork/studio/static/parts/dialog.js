// A dialog with a head, that closes by Escape, by its button, or by a click beside it.

import { h } from "../dom.js";
import { icon } from "../icons.js";

/**
 * @param {string} title
 * @param {{narrow?: boolean, onclose?: () => void}} how
 * @param {...(Node | null)} children
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, { narrow = false, onclose } = {}, ...children) {
  const close = h("button", { class: "icon-button", type: "button", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"));
  const head = h("h2", {}, title);
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: narrow ? "narrow" : "", "aria-label": title }, h("div", { class: "dialog-head" }, head, close), ...children));
  dialog.addEventListener("close", () => { onclose?.(); dialog.remove(); });
  dialog.addEventListener("pointerdown", (event) => {
    const box = dialog.getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (event.target === dialog && outside) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
