// Thumbnails to choose from: one photo, or up to six style images.

import { api, at } from "../api.js";
import { h, render } from "../vendor/preact.js";
import { sign } from "../icons.js";
import { chooseContent, chooseStyle } from "../choice.js";
import { phrase } from "../phrases.js";
import { setSettings, store, tell, watch } from "../store.js";
import { plainYear } from "../words.js";
import { complain, toast } from "./toast-list.js";

export class ImageStrip extends HTMLElement {
  /** @param {"content" | "style"} role */
  constructor(role) {
    super();
    this.role_ = role;
  }

  connectedCallback() {
    this.className = this.role_ === "style" ? "strip wide" : "strip photos";
    watch(["images"], () => this.draw());
    watch(["settings"], () => this.mark());
    this.draw();
  }

  draw() {
    const own = store.images.filter((image) => image.role === this.role_);
    const brought = own.filter((image) => !image.builtin);
    const tiles = [...brought, ...own.filter((image) => image.builtin)].map((image) => this.tile(image));
    render(this.role_ === "content" ? [...tiles, this.none()] : tiles, this);
    this.mark();
  }

  /** @param {ImageInfo} image */
  tile(image) {
    const caption = this.role_ === "style" ? [h("span", { class: "title" }, image.title), h("span", { class: "artist" }, [image.artist, plainYear(image.year)].filter(Boolean).join(", "))] : [];
    const choose = h("button", { class: "tile", type: "button", "data-image": image.id, title: image.title, "aria-label": image.artist ? `${image.title}, ${image.artist}` : image.title, onclick: () => this.choose(image.id) },
      h("img", { src: at.imageThumb(image.id), alt: "", loading: "lazy" }), ...caption);
    if (image.builtin) return h("div", { key: image.id, class: "tile-box" }, choose);
    const remove = h("button", { class: "icon-button remove", type: "button", "aria-label": phrase("Forget {name}", { name: image.title }), onclick: () => this.forget(image) }, sign("close"));
    return h("div", { key: image.id, class: "tile-box" }, choose, remove);
  }

  none() {
    return h("div", { key: "none", class: "tile-box" }, h("button", { class: "tile bare", type: "button", "data-image": "", title: phrase("A texture without a photo"), onclick: () => this.choose(null) }, phrase("No photo")));
  }

  /** @param {string | null} id */
  choose(id) {
    if (this.role_ === "content") chooseContent(id);
    else if (id !== null) chooseStyle(id);
  }

  mark() {
    const { content, styles } = store.settings;
    const chosen = new Set(this.role_ === "content" ? [content ?? ""] : styles.map((use) => use.image));
    for (const tile of this.querySelectorAll("[data-image]")) {
      tile.setAttribute("aria-pressed", String(chosen.has(tile.getAttribute("data-image") ?? "")));
    }
  }

  /** @param {ImageInfo} image */
  async forget(image) {
    const before = store.settings;
    // The choice changes first: nobody asks for a draft of what is not there any more.
    if (before.content === image.id) setSettings({ content: "cat", mask: null, regions: null });
    const rest = before.styles.filter((use) => use.image !== image.id);
    if (rest.length < before.styles.length) setSettings({ styles: rest.length ? rest : [{ image: "great-wave", weight: 1, region: null, scale: 1 }] });
    try {
      await api.forget(image.id);
      store.images = store.images.filter((one) => one.id !== image.id);
      tell("images");
      toast(phrase("“{name}” is in the trash.", { name: image.title }), { action: phrase("Undo"), then: () => this.restore(image.id, before) });
    } catch (error) {
      this.chooseAgain(image.id, before);
      complain(error);
    }
  }

  /** @param {string} id @param {Settings} before what was chosen with it */
  chooseAgain(id, { content, styles, mask, regions }) {
    if (content === id) setSettings({ content, mask, regions });
    if (styles.some((use) => use.image === id)) setSettings({ styles });
  }

  /** @param {string} id @param {Settings} before what was chosen with it */
  async restore(id, before) {
    try {
      const image = await api.restoreImage(id);
      store.images = [...store.images.filter((one) => one.id !== id), image];
      tell("images");
      this.chooseAgain(id, before);
    } catch (error) {
      complain(error);
    }
  }
}

customElements.define("image-strip", ImageStrip);
