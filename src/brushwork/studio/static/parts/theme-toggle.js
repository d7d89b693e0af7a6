// Dark, light, or as the system has it.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { phrase } from "../phrases.js";

/** @typedef {"auto" | "dark" | "light"} Theme */

/** @type {Theme[]} */
const THEMES = ["auto", "dark", "light"];
const NAMES = { auto: phrase("Theme: as the system"), dark: phrase("Theme: dark"), light: phrase("Theme: light") };
const KEY = "brushwork-theme";

/** @returns {Theme} */
function chosen() {
  const kept = /** @type {Theme} */ (localStorage.getItem(KEY));
  return THEMES.includes(kept) ? kept : "auto";
}

class ThemeToggle extends HTMLElement {
  connectedCallback() {
    this.append(h("button", { class: "icon-button", type: "button", onclick: () => this.turn() }));
    this.show(chosen());
  }

  turn() {
    this.show(THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length]);
  }

  /** @param {Theme} theme */
  show(theme) {
    localStorage.setItem(KEY, theme);
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    const button = /** @type {HTMLElement} */ (this.firstElementChild);
    button.replaceChildren(icon(theme));
    button.title = NAMES[theme];
    button.setAttribute("aria-label", NAMES[theme]);
  }
}

customElements.define("theme-toggle", ThemeToggle);
