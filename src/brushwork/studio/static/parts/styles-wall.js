// All paintings, large: to search, to like, and to bring one's own in.

import { at } from "../api.js";
import { chooseStyle } from "../choice.js";
import { folderOf, isLiked, like } from "../collections.js";
import { sign } from "../icons.js";
import { phrase } from "../phrases.js";
import { store, watch } from "../store.js";
import { chooseFiles } from "../uploads.js";
import { h, render } from "../vendor/preact.js";
import { plainYear } from "../words.js";
import { openDialog } from "./dialog.js";
import { emptyState } from "./empty-state.js";

const [ALL, FAVOURITES, MINE] = [phrase("All"), phrase("Favourites"), phrase("Mine")];

class Wall {
  constructor() {
    this.search = "";
    this.shelf = ALL;
    this.place = document.createElement("div");
    this.place.className = "dialog-body wall";
  }

  open() {
    this.draw();
    const unwatch = watch(["images", "settings"], () => this.draw());
    const dialog = openDialog(phrase("Paintings"), { kind: "wide", onclose: unwatch }, this.place);
    dialog.dataset.role = "style"; // what is dropped here is a painting
    /** @type {HTMLElement | null} */ (this.place.querySelector("input"))?.focus();
  }

  get images() {
    const own = store.images.filter((image) => image.role === "style");
    return [...own.filter((image) => !image.builtin).reverse(), ...own.filter((image) => image.builtin)];
  }

  get shelves() {
    const folders = this.images.map((image) => folderOf(image.id)).filter((name) => name !== null);
    return [ALL, FAVOURITES, MINE, ...new Set(folders)];
  }

  get shown() {
    const words = this.search.toLowerCase().split(/\s+/);
    return this.images.filter((image) => this.belongs(image) && words.every((word) => `${image.title} ${image.artist} ${image.year ?? ""} ${folderOf(image.id) ?? ""}`.toLowerCase().includes(word)));
  }

  /** @param {ImageInfo} image */
  belongs(image) {
    if (this.shelf === ALL) return true;
    if (this.shelf === FAVOURITES) return isLiked(image.id);
    return this.shelf === MINE ? !image.builtin : folderOf(image.id) === this.shelf;
  }

  draw() {
    const { shown } = this;
    const shelf = (/** @type {string} */ name) => h("button", { key: name, class: "button tight", type: "button", "aria-pressed": String(this.shelf === name), onclick: () => { this.shelf = name; this.draw(); } }, name);
    render([
      h("div", { class: "gallery-tools" },
        h("input", { type: "search", placeholder: phrase("Search titles and painters"), "aria-label": phrase("Search the paintings"), value: this.search, oninput: (/** @type {any} */ event) => { this.search = event.target.value; this.draw(); } }),
        h("div", { class: "tray-row", role: "group", "aria-label": phrase("Show") }, ...this.shelves.map(shelf)),
        h("div", { class: "tray-row end" },
          h("button", { class: "button tight", type: "button", onclick: () => chooseFiles("style") }, sign("plus"), phrase("Add paintings")),
          h("button", { class: "button tight", type: "button", onclick: () => chooseFiles("style", true) }, sign("folder"), phrase("Add a folder")))),
      shown.length ? h("ul", { class: "hangings" }, ...shown.map((image) => this.hanging(image))) : this.empty(),
    ], this.place);
  }

  /** @param {ImageInfo} image */
  hanging(image) {
    const chosen = store.settings.styles.some((use) => use.image === image.id);
    const liked = isLiked(image.id);
    const by = [image.artist, plainYear(image.year)].filter(Boolean).join(", ");
    return h("li", { key: image.id, class: "hanging", "data-hanging": image.id },
      h("button", { class: "open", type: "button", "aria-pressed": String(chosen), "aria-label": by ? `${image.title}, ${by}` : image.title, onclick: () => chooseStyle(image.id) },
        h("img", { src: image.builtin ? at.image(image.id) : at.imageThumb(image.id), alt: "", loading: "lazy" })),
      h("div", { class: "about" },
        h("div", { class: "name" }, image.title, h("small", {}, by || folderOf(image.id) || phrase("yours"))),
        h("button", { class: "icon-button", type: "button", "aria-pressed": String(liked), "aria-label": phrase("Favourite: {name}", { name: image.title }), title: phrase("Favourite"), onclick: () => { like(image.id); this.draw(); } }, sign("heart"))));
  }

  empty() {
    if (this.search) return emptyState(phrase("No painting is called so"), phrase("Titles, painters, years and folders are searched."), { pictures: ["painter-on-his-way"] });
    if (this.shelf === FAVOURITES) return emptyState(phrase("No favourites yet"), phrase("The heart under a painting keeps it here."), { pictures: ["langlois-bridge"] });
    return emptyState(phrase("None of your own yet"), phrase("Drop paintings here, or a whole folder of them."), { pictures: ["summertime"] });
  }
}

export function openWall() {
  new Wall().open();
}
