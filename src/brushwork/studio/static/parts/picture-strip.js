// Thumbnails to choose from: one photo, or up to six paintings.

import { api, at } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { clearStage, setSettings, store, tell, watch } from "../store.js";
import { complain, toast } from "./toast-list.js";

const MOST_STYLES = 6;

export class PictureStrip extends HTMLElement {
  /** @param {"content" | "style"} role */
  constructor(role) {
    super();
    this.role_ = role;
  }

  connectedCallback() {
    this.className = this.role_ === "style" ? "strip wide" : "strip";
    watch(["pictures"], () => this.draw());
    watch(["settings"], () => this.mark());
    this.draw();
  }

  draw() {
    const own = store.pictures.filter((picture) => picture.role === this.role_);
    const brought = own.filter((picture) => !picture.builtin);
    this.replaceChildren(...[...brought, ...own.filter((picture) => picture.builtin)].map((picture) => this.tile(picture)));
    if (this.role_ === "content") this.append(this.none());
    this.mark();
  }

  /** @param {any} picture */
  tile(picture) {
    const caption = this.role_ === "style" ? [h("span", { class: "title" }, picture.title), h("span", { class: "artist" }, [picture.artist, picture.year].filter(Boolean).join(", "))] : [];
    const choose = h("button", { class: "tile", type: "button", "data-picture": picture.id, title: picture.title, "aria-label": picture.artist ? `${picture.title}, ${picture.artist}` : picture.title, onclick: () => this.choose(picture.id) },
      h("img", { src: at.pictureThumb(picture.id), alt: "", loading: "lazy" }), ...caption);
    if (picture.builtin) return h("div", { class: "tile-box" }, choose);
    const remove = h("button", { class: "icon-button remove", type: "button", "aria-label": `Forget ${picture.title}`, onclick: () => this.forget(picture) }, icon("close"));
    return h("div", { class: "tile-box" }, choose, remove);
  }

  none() {
    return h("div", { class: "tile-box" }, h("button", { class: "button tight", type: "button", "data-picture": "", title: "A texture without a photo", onclick: () => this.choose(null) }, "No photo"));
  }

  /** @param {string | null} id */
  choose(id) {
    clearStage();
    if (this.role_ === "content") {
      setSettings({ content: id, mask: null, regions: null });
      return;
    }
    const chosen = store.settings.styles;
    const rest = chosen.filter((use) => use.picture !== id);
    if (id === null || rest.length < chosen.length) {
      if (rest.length) setSettings({ styles: rest });
      return;
    }
    if (chosen.length === MOST_STYLES) {
      toast(`At most ${MOST_STYLES} paintings are mixed; take one away first.`);
      return;
    }
    const use = { picture: id, weight: 1, region: null, scale: 1 };
    // A single painting is replaced: most people want another one, not a mixture.
    setSettings({ styles: chosen.length > 1 || this.adds ? [...chosen, use] : [use] });
  }

  /** Whether the next painting is added to the mixture. */
  get adds() {
    return document.body.dataset.mixing === "true";
  }

  mark() {
    const { content, styles } = store.settings;
    const chosen = new Set(this.role_ === "content" ? [content ?? ""] : styles.map((use) => use.picture));
    for (const tile of this.querySelectorAll("[data-picture]")) {
      tile.setAttribute("aria-pressed", String(chosen.has(tile.getAttribute("data-picture") ?? "")));
    }
  }

  /** @param {any} picture */
  async forget(picture) {
    try {
      await api.forget(picture.id);
      store.pictures = store.pictures.filter((one) => one.id !== picture.id);
      if (store.settings.content === picture.id) setSettings({ content: "cat", mask: null, regions: null });
      const rest = store.settings.styles.filter((use) => use.picture !== picture.id);
      if (rest.length < store.settings.styles.length) setSettings({ styles: rest.length ? rest : [{ picture: "great-wave", weight: 1, region: null, scale: 1 }] });
      tell("pictures");
    } catch (error) {
      complain(error);
    }
  }
}

customElements.define("picture-strip", PictureStrip);
