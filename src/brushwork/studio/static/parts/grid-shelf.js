// The grids that were painted before, to be looked at again.

import { api } from "../api.js";
import { sign } from "../icons.js";
import { counted, phrase } from "../phrases.js";
import { h, render } from "../vendor/preact.js";
import { moment } from "../words.js";
import { complain } from "./toast-list.js";

export class GridShelf extends HTMLElement {
  /** @param {(id: string) => Promise<void>} open shows one */
  constructor(open) {
    super();
    this.open = open;
    /** @type {GridInfo[]} */
    this.grids = [];
    /** @type {GridInfo | null} what was deleted last; the toasts lie behind the dialog */
    this.deleted = null;
  }

  connectedCallback() {
    this.load();
  }

  async load() {
    await this.attempt(async () => { this.grids = (await api.grids()).grids; });
    const rows = [...(this.deleted ? [this.undo(this.deleted)] : []), ...this.grids.map((grid) => this.row(grid))];
    render(rows.length ? [h("h3", { class: "section-head", key: "head" }, phrase("Grids so far")), h("ul", { class: "jobs", key: "list" }, ...rows)] : [], this);
  }

  /** @param {GridInfo} grid */
  row(grid) {
    const done = grid.done === grid.count ? counted(grid.count, "{count} picture", "{count} pictures") : counted(grid.count, "{done} of {count} picture", "{done} of {count} pictures", { done: grid.done });
    return h("li", { key: grid.id, class: "job kept", "data-grid": grid.id },
      h("button", { class: "button plain", type: "button", onclick: () => this.attempt(() => this.open(grid.id)) }, grid.name),
      h("span", { class: "text small quiet numbers" }, `${done} · ${moment(grid.created)}`),
      h("button", { class: "icon-button", type: "button", title: phrase("Delete"), "aria-label": phrase("Delete: {name}", { name: grid.name }), onclick: () => this.discard(grid) }, sign("trash")));
  }

  /** @param {GridInfo} grid */
  undo(grid) {
    return h("li", { key: "undo", class: "job kept", role: "status" },
      h("span", { class: "text" }, phrase("“{name}” is in the trash.", { name: grid.name })),
      h("button", { class: "button tight", type: "button", onclick: () => this.restore(grid) }, phrase("Undo")));
  }

  /** @param {GridInfo} grid */
  async discard(grid) {
    await this.attempt(async () => { await api.trashGrid(grid.id); this.deleted = grid; });
    await this.load();
  }

  /** @param {GridInfo} grid */
  async restore(grid) {
    await this.attempt(async () => { await api.restoreGrid(grid.id); this.deleted = null; });
    await this.load();
  }

  /** @param {() => Promise<void>} call */
  async attempt(call) {
    try {
      await call();
    } catch (error) {
      complain(error);
    }
  }
}

customElements.define("grid-shelf", GridShelf);
