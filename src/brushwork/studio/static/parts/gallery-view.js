// Every result, as long as it is wanted; the trash gives back what was thrown away.

import { api, at } from "../api.js";
import { calmly } from "../dom.js";
import { h, render } from "../vendor/preact.js";
import { sign } from "../icons.js";
import { counted, phrase } from "../phrases.js";
import { takeResult } from "../results.js";
import { gallery } from "../shelf.js";
import { watch } from "../store.js";
import { clock, day, extent, moment } from "../words.js";
import { emptyState } from "./empty-state.js";
import { GridCards } from "./grid-cards.js";
import { KeptCards } from "./kept-cards.js";
import { change } from "./result-panel.js";
import { Selection } from "./selection.js";
import { selectionBar } from "./selection-bar.js";
import { complain, toast } from "./toast-list.js";
import { openViewer } from "./viewer.js";
import { WindowGrid } from "./window-grid.js";

const SEARCH_REST = 180;

/** What is around each card: a component that is the same is left alone with all that is in it, an element is not. @param {{draw: () => any}} how */
const Card = ({ draw }) => draw();

class GalleryView extends HTMLElement {
  begin() {
    /** @type {string} */
    this.typed = "";
    /** @type {GridCards | null} what is shown in the place of single paintings */
    this.grids = null;
    this.chosen = new Selection(() => this.draw());
    this.cards = new KeptCards();
    this.grid = new WindowGrid(this, /** @type {HTMLElement} */ (document.getElementById("view")), () => this.draw());
    this.search = calmly(SEARCH_REST, (/** @type {string} */ search) => this.open({ search: search.trim() }));
    watch(["gallery"], () => this.draw());
    window.addEventListener("hashchange", () => this.look());
    this.addEventListener("keydown", (event) => this.key(event));
    this.look();
  }

  /** Loads the first page when it is looked at. */
  look() {
    if (this.hidden) return;
    if (gallery.total === null) this.open({});
    else this.draw();
  }

  draw() {
    if (this.hidden) return;
    render(h("div", { class: "page" }, this.head(), this.list()), this);
    if (this.grid?.measure()) render(h("div", { class: "page" }, this.head(), this.list()), this);
    this.fetch();
  }

  /** Loads on as long as something is seen that is not known yet. */
  fetch() {
    if (this.grids) return;
    const missing = Math.min(gallery.total ?? 0, this.grid?.range[1] ?? 0) - gallery.items.length;
    if (missing > 0) gallery.more(missing).catch(complain);
  }

  /** @param {string} text */
  seek(text) {
    this.typed = text;
    this.search?.(text);
  }

  head() {
    if (this.grids) return [h("div", { key: "head", class: "page-head" }, h("h1", {}, phrase("Gallery")), h("p", { class: "quiet numbers", role: "status" }, this.grids.sum), h("div", { key: "tools", class: "gallery-tools" }, this.shelves()))];
    const { query, total } = gallery;
    const chosen = this.chosen;
    const sum = total === null ? "" : counted(total, "{count} painting", "{count} paintings");
    // Where nothing hangs, nothing is to be sought.
    const tools = total === 0 && gallery.plain ? h("div", { key: "tools", class: "gallery-tools" }, this.shelves()) : h("div", { key: "tools", class: "gallery-tools" },
      h("input", { type: "search", placeholder: phrase("Search names, tags, painters"), "aria-label": phrase("Search the gallery"), value: this.typed ?? "", oninput: (/** @type {Event} */ event) => this.seek(/** @type {HTMLInputElement} */ (event.target).value) }),
      h("select", { "aria-label": phrase("Order"), value: query.sort, onchange: (/** @type {Event} */ event) => this.open({ sort: /** @type {import("../shelf.js").Query["sort"]} */ (/** @type {HTMLSelectElement} */ (event.target).value) }) }, h("option", { value: "newest" }, phrase("Newest first")), h("option", { value: "oldest" }, phrase("Oldest first")), h("option", { value: "name" }, phrase("By name"))),
      this.shelves());
    return [
      h("div", { key: "head", class: "page-head" }, h("h1", {}, phrase("Gallery")), h("p", { class: "quiet numbers", role: "status" }, sum), tools),
      chosen?.size ? selectionBar(chosen, query.deleted) : null,
    ];
  }

  shelves() {
    const { starred, deleted } = gallery.query;
    const grids = Boolean(this.grids);
    const one = (/** @type {string} */ text, /** @type {boolean} */ pressed, /** @type {Partial<import("../shelf.js").Query>} */ query) => h("button", { class: "button tight", type: "button", "aria-pressed": String(pressed), onclick: () => this.open(query) }, text);
    return h("div", { class: "tray-row", role: "group", "aria-label": phrase("Show") }, one(phrase("All"), !grids && !starred && !deleted, { starred: false, deleted: false }), one(phrase("Starred"), !grids && starred, { starred: true, deleted: false }), h("button", { class: "button tight", type: "button", "aria-pressed": String(grids), onclick: () => this.openGrids() }, phrase("Grids")), one(phrase("Trash"), !grids && deleted, { starred: false, deleted: true }));
  }

  /** Shows the grids in the place of single paintings. */
  openGrids() {
    this.chosen?.clear();
    this.grids = new GridCards(() => this.draw());
    this.draw();
  }

  /** @param {Partial<import("../shelf.js").Query>} query */
  async open(query) {
    this.grids?.leave();
    this.grids = null;
    if (query.search !== undefined && query.search !== this.typed?.trim()) this.typed = query.search;
    this.chosen?.clear();
    try {
      await gallery.open(query);
    } catch (error) {
      complain(error);
    }
  }

  list() {
    if (this.grids) return this.grids.list();
    const { items, total } = gallery;
    if (total === null) return null;
    if (total === 0) return this.empty();
    this.cards?.begin();
    return this.grid?.draw(total, (number) => (items[number] ? this.keep(items[number]) : h("li", { key: `blank ${number}`, class: "card blank", "aria-hidden": "true" }, h("div", { class: "open" }), h("div", { class: "about" }))));
  }

  /** A card as it is drawn already, unless something about it has changed: scrolling makes only those that come. @param {Result} result */
  keep(result) {
    const chosen = this.chosen?.has(result.id) ?? false;
    const inTrash = gallery.query.deleted;
    return this.cards?.give(result.id, [result, chosen, inTrash], () => h(Card, { key: result.id, draw: () => this.card(result, chosen, inTrash) }));
  }

  /** @param {Result} result @param {boolean} chosen @param {boolean} inTrash */
  card(result, chosen, inTrash) {
    const tool = (/** @type {any} */ drawing, /** @type {string} */ text, /** @type {() => void} */ call, /** @type {boolean | null} */ pressed = null) => h("button", { class: "icon-button", type: "button", title: text, "aria-label": `${text}: ${result.name}`, "data-tool": drawing, "aria-pressed": pressed === null ? null : String(pressed), onclick: call }, sign(drawing));
    const tools = inTrash ? [tool("undo", phrase("Restore"), () => this.restore([result.id]))] : [
      tool("star", phrase("Star"), () => change(result, { starred: !result.starred }), result.starred),
      tool("trash", phrase("Delete"), () => this.discard(result)),
    ];
    const [first, ...others] = result.tags;
    /** @type {any[]} */
    const tags = first === undefined ? [] : [h("button", { key: first, class: "tag", type: "button", title: phrase("Show all with {tag}", { tag: first }), onclick: () => this.open({ search: first }) }, first)];
    if (others.length) tags.push(h("span", { key: "others", class: "tag", title: others.join(", ") }, `+${others.length}`));
    return h("li", { class: chosen ? "card chosen" : "card", "data-result": result.id },
      h("button", { class: "open", type: "button", "aria-label": phrase("Open {name}", { name: result.name }), onclick: (/** @type {MouseEvent} */ event) => this.press(result, event) }, h("img", { src: at.resultThumb(result.id), alt: "", loading: "lazy", draggable: false }), result.film ? h("span", { class: "length numbers" }, `▶ ${clock(result.film.seconds)}`) : null),
      h("label", { class: "pick" }, h("input", { type: "checkbox", "aria-label": phrase("Choose {name}", { name: result.name }), checked: chosen, onclick: (/** @type {MouseEvent} */ event) => this.pick(result, event.shiftKey) })),
      h("div", { class: "about" }, h("div", { class: "name", title: result.name }, result.name), h("small", { class: "numbers", title: moment(result.created) }, extent(result.width, result.height), h("span", {}, ` · ${day(result.created)}`)), ...tools),
      tags.length ? h("div", { class: "tags" }, ...tags) : null);
  }

  /** Opens a result; with others chosen, Shift or Ctrl, it is chosen. @param {Result} result @param {MouseEvent} event */
  press(result, event) {
    if (event.shiftKey || event.ctrlKey || event.metaKey) this.pick(result, event.shiftKey);
    else openViewer(result, gallery);
  }

  /** @param {Result} result @param {boolean} range */
  pick(result, range) {
    this.cards?.forget(result.id); // a click has turned its checkbox, whatever comes of it
    this.chosen?.toggle(result, range ? gallery.items : []);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest('input:not([type="checkbox"]), select')) return;
    if (event.key === "Escape") this.chosen?.clear();
    if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.chosen?.addAll(gallery.items);
    }
  }

  empty() {
    const { search, starred, deleted } = gallery.query;
    if (search) return emptyState(phrase("Nothing is called “{words}”", { words: search }), phrase("Names, tags, titles and painters are searched."), { pictures: ["painter-on-his-way"], action: h("button", { class: "button", type: "button", onclick: () => this.open({ search: "" }) }, phrase("Show everything")) });
    if (deleted) return emptyState(phrase("The trash is empty"), phrase("What you delete stays here for thirty days."), { pictures: ["ejiri"] });
    if (starred) return emptyState(phrase("Nothing is starred"), phrase("The star under a painting keeps it at hand."), { pictures: ["cafe-terrace"] });
    return emptyState(phrase("No paintings yet"), phrase("What you paint hangs here, and stays."), { action: h("a", { class: "button main", href: "#paint" }, sign("brush"), phrase("Paint the first one")) });
  }

  /** @param {Result} result */
  async discard(result) {
    const place = gallery.items.findIndex((one) => one.id === result.id);
    const tool = document.activeElement?.getAttribute("data-tool");
    try {
      await api.trashAll([result.id]);
    } catch (error) {
      complain(error);
      return;
    }
    this.chosen?.drop(result.id);
    takeResult({ ...result, deleted: true });
    // Who deletes by the keyboard stands at the same button of the next one.
    const next = gallery.items[Math.min(place, gallery.items.length - 1)];
    if (tool && next) /** @type {HTMLElement | null} */ (this.querySelector(`[data-result="${next.id}"] [data-tool="trash"]`))?.focus({ preventScroll: true });
    toast(phrase("“{name}” is in the trash.", { name: result.name }), { action: phrase("Undo"), then: () => this.restore([result.id]) });
  }

  /** @param {string[]} ids */
  async restore(ids) {
    try {
      await api.restoreAll(ids);
      gallery.reopen();
    } catch (error) {
      complain(error);
    }
  }
}

customElements.define("gallery-view", GalleryView);
