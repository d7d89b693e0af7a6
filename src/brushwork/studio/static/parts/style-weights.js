// How much of each style image, where several are mixed.

import { at } from "../api.js";
import { h, say } from "../dom.js";
import { phrase } from "../phrases.js";
import { percent } from "../words.js";
import { imageOf, setSettings, store, watch } from "../store.js";

export class StyleWeights extends HTMLElement {
  connectedCallback() {
    this.className = "weights";
    watch(["settings", "images"], () => this.draw());
    this.draw();
  }

  draw() {
    const { styles } = store.settings;
    const known = styles.map((use) => use.image).join(" ");
    if (this.dataset.known !== known) {
      this.dataset.known = known;
      const mixing = h("label", { class: "field" }, h("span", {}, phrase("Mix several paintings")), h("input", { type: "checkbox", class: "switch", checked: styles.length > 1 || document.body.dataset.mixing === "true", onchange: (/** @type {Event} */ event) => this.mix(/** @type {HTMLInputElement} */ (event.target).checked) }));
      this.replaceChildren(mixing, ...(styles.length > 1 ? styles.map((use, number) => this.row(use, number)) : []));
    }
    const total = styles.reduce((sum, use) => sum + use.weight, 0);
    this.querySelectorAll("output").forEach((output, number) => say(output, percent((styles[number]?.weight ?? 0) / total)));
  }

  /** @param {StyleUse} use @param {number} number */
  row(use, number) {
    const title = imageOf(use.image)?.title ?? phrase("a picture");
    const slider = h("input", { type: "range", min: "0.1", max: "4", step: "0.1", value: String(use.weight), "aria-label": phrase("Weight of {name}", { name: title }), oninput: (/** @type {Event} */ event) => this.weigh(number, Number(/** @type {HTMLInputElement} */ (event.target).value)) });
    return h("div", { class: "weight" }, h("img", { src: at.imageThumb(use.image), alt: "", title }), slider, h("output", { class: "quiet numbers" }));
  }

  /** @param {number} number @param {number} weight */
  weigh(number, weight) {
    setSettings({ styles: store.settings.styles.map((use, index) => (index === number ? { ...use, weight } : use)) });
  }

  /** @param {boolean} mixes */
  mix(mixes) {
    document.body.dataset.mixing = String(mixes);
    if (!mixes) setSettings({ styles: store.settings.styles.slice(0, 1) });
  }
}

customElements.define("style-weights", StyleWeights);
