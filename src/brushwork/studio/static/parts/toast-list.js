// Short notes at the edge: what went wrong, and what can be undone.

import { h } from "../dom.js";

const SECONDS = 7;

class ToastList extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    this.setAttribute("aria-live", "polite");
  }

  /**
   * @param {string} text
   * @param {{bad?: boolean, action?: string, then?: () => void}} [more]
   */
  add(text, { bad = false, action, then } = {}) {
    const note = h("div", { class: bad ? "toast bad" : "toast" }, h("p", {}, text));
    const gone = () => note.remove();
    if (action && then) note.append(h("button", { class: "button tight", type: "button", onclick: () => { gone(); then(); } }, action));
    // What is open covers all the rest; a note is seen and reached only inside it.
    const top = document.fullscreenElement ?? [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    if (this.parentElement !== top) top.append(this);
    this.append(note);
    setTimeout(gone, SECONDS * 1000 * (bad ? 1.6 : 1));
    while (this.children.length > 4) this.firstElementChild?.remove();
  }
}

customElements.define("toast-list", ToastList);

/** Brings the notes out of a dialog before that is gone. @param {HTMLElement} dialog */
export function saveToasts(dialog) {
  const list = dialog.querySelector("toast-list");
  if (list) (dialog.parentElement ?? document.body).append(list);
}

/** @param {string} text @param {{bad?: boolean, action?: string, then?: () => void}} [more] */
export function toast(text, more) {
  /** @type {ToastList | null} */ (document.querySelector("toast-list"))?.add(text, more);
}

/** @param {unknown} error */
export function complain(error) {
  toast(error instanceof Error ? error.message : String(error), { bad: true });
}
