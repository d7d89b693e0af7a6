// The grids in the gallery: each a card of its first pictures, that opens the whole.

import { api, at } from "../api.js";
import { steadily } from "../dom.js";
import { sign } from "../icons.js";
import { watchGrids } from "../live.js";
import { counted, phrase } from "../phrases.js";
import { tell, watch } from "../store.js";
import { h } from "../vendor/preact.js";
import { day } from "../words.js";
import { emptyState } from "./empty-state.js";
import { openGrid, openKeptGrid } from "./grid-dialog.js";
import { complain, toast } from "./toast-list.js";

const REST = 500;

watchGrids(steadily(REST, () => tell("grids")));

export class GridCards {
  /** @param {() => void} onchange */
  constructor(onchange) {
    this.onchange = onchange;
    /** @type {GridInfo[] | null} */
    this.grids = null;
    this.leave = watch(["grids", "reset"], () => this.load());
    this.load();
  }

  async load() {
    try {
      this.grids = (await api.grids()).grids;
      this.onchange();
    } catch (error) {
      complain(error);
    }
  }

  /** How many there are, in words. */
  get sum() {
    if (!this.grids) return "";
    return counted(this.grids.length, "{count} grid", "{count} grids");
  }

  list() {
    if (!this.grids) return null;
    if (!this.grids.length) return emptyState(phrase("No grids yet"), phrase("A grid shows one choice in several settings, small, side by side."), { pictures: ["langlois-bridge"], action: h("button", { class: "button", type: "button", onclick: openGrid }, sign("grid"), phrase("Try several settings…")) });
    return h("ul", { key: "grids", class: "cards" }, ...this.grids.map((grid) => this.card(grid)));
  }

  /** @param {GridInfo} grid */
  card(grid) {
    const done = grid.done === grid.count ? counted(grid.count, "{count} picture", "{count} pictures") : counted(grid.count, "{done} of {count} picture", "{done} of {count} pictures", { done: grid.done });
    return h("li", { key: grid.id, class: "card", "data-grid": grid.id },
      h("button", { class: "open mosaic", type: "button", "aria-label": phrase("Open {name}", { name: grid.name }), onclick: () => openKeptGrid(grid) }, ...grid.cover.map((id) => h("img", { key: id, src: at.resultThumb(id), alt: "", loading: "lazy", draggable: false }))),
      h("div", { class: "about" },
        h("div", { class: "name", title: grid.name }, grid.name),
        h("small", { class: "numbers" }, `${done} · ${day(grid.created)}`),
        h("button", { class: "icon-button", type: "button", title: phrase("Delete"), "aria-label": phrase("Delete: {name}", { name: grid.name }), onclick: () => this.discard(grid) }, sign("trash"))));
  }

  /** @param {GridInfo} grid */
  async discard(grid) {
    try {
      await api.trashGrid(grid.id);
      toast(phrase("“{name}” is in the trash.", { name: grid.name }), { action: phrase("Undo"), then: () => api.restoreGrid(grid.id).then(() => this.load()).catch(complain) });
    } catch (error) {
      complain(error);
    }
    this.load();
  }
}
