// Dark, light, or as the system has it.

import { h, say } from "../dom.js";

const THEMES = ["auto", "dark", "light"];
const KEY = "brushwork-theme";

class ThemeToggle extends HTMLElement {
  connectedCallback() {
    const button = h("button", { class: "button plain tight", type: "button", onclick: () => this.turn() });
    this.append(button);
    this.show(localStorage.getItem(KEY) ?? "auto");
  }

  turn() {
    const now = localStorage.getItem(KEY) ?? "auto";
    this.show(THEMES[(THEMES.indexOf(now) + 1) % THEMES.length]);
  }

  /** @param {string} theme */
  show(theme) {
    localStorage.setItem(KEY, theme);
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    const button = /** @type {HTMLElement} */ (this.firstElementChild);
    say(button, theme[0].toUpperCase() + theme.slice(1));
    button.setAttribute("aria-label", `Theme: ${theme}`);
  }
}

customElements.define("theme-toggle", ThemeToggle);
