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
    this.append(note);
    setTimeout(gone, SECONDS * 1000 * (bad ? 1.6 : 1));
    while (this.children.length > 4) this.firstElementChild?.remove();
  }
}

customElements.define("toast-list", ToastList);

/** @param {string} text @param {{bad?: boolean, action?: string, then?: () => void}} [more] */
export function toast(text, more) {
  /** @type {ToastList | null} */ (document.querySelector("toast-list"))?.add(text, more);
}

/** @param {unknown} error */
export function complain(error) {
  toast(error instanceof Error ? error.message : String(error), { bad: true });
}
