// The language of the page, under the names that languages give themselves.

import { h } from "../dom.js";
import { LANGUAGES, language, speak } from "../phrases.js";

export class LanguageChoice extends HTMLElement {
  connectedCallback() {
    if (this.children.length) return;
    const select = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": "Language · Sprache", onchange: () => speak(select.value) }, ...Object.entries(LANGUAGES).map(([name, own]) => h("option", { value: name, lang: name }, own))));
    select.value = language;
    this.append(select);
  }
}

customElements.define("language-choice", LanguageChoice);
