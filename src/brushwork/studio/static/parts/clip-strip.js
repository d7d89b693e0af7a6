// Clips to choose from, beside the photos.

import { at } from "../api.js";
import { chooseClip, discardClip } from "../clips.js";
import { sign } from "../icons.js";
import { phrase } from "../phrases.js";
import { store, stemOf, watch } from "../store.js";
import { h, render } from "../vendor/preact.js";
import { clock } from "../words.js";

export class ClipStrip extends HTMLElement {
  connectedCallback() {
    this.className = "strip photos";
    watch(["clips", "settings", "reset"], () => this.draw());
    this.draw();
  }

  draw() {
    this.hidden = store.clips.length === 0;
    render(store.clips.map((clip) => this.tile(clip)), this);
  }

  /** @param {ClipInfo} clip */
  tile(clip) {
    const name = stemOf(clip.name);
    return h("div", { key: clip.id, class: "tile-box" },
      h("button", { class: "tile moving", type: "button", "data-clip": clip.id, title: clip.name, "aria-label": phrase("Clip: {name}", { name }), "aria-pressed": String(store.settings.film?.clip === clip.id), onclick: () => chooseClip(clip) },
        h("img", { src: at.sheet(clip.id, 0), alt: "", loading: "lazy" }), h("span", { class: "length numbers" }, clock(clip.seconds))),
      h("button", { class: "icon-button remove", type: "button", "aria-label": phrase("Forget {name}", { name }), onclick: () => discardClip(clip) }, sign("close")));
  }
}

customElements.define("clip-strip", ClipStrip);
