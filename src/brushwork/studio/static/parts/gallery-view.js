// Every result, as long as it is wanted; the trash gives back what was thrown away.

import { api, at } from "../api.js";
import { h, render } from "../vendor/preact.js";
import { sign } from "../icons.js";
import { store, tell, watch } from "../store.js";
import { moment } from "../words.js";
import { openDetail } from "./detail-dialog.js";
import { openPair } from "./pair-dialog.js";
import { complain, toast } from "./toast-list.js";

class GalleryView extends HTMLElement {
  begin() {
    /** @type {"all" | "starred" | "trash"} */
    this.shelf = "all";
    /** @type {string[]} */
    this.chosen = [];
    /** @type {any[]} */
    this.trashed = [];
    watch(["results"], () => { if (!this.hidden) this.draw(); });
    window.addEventListener("hashchange", () => this.draw());
    this.draw();
  }

  draw() {
    const shown = this.shelf === "trash" ? this.trashed : store.results.filter((one) => this.shelf === "all" || one.starred);
    const list = (shown ?? []).length ? h("ul", { class: "cards" }, ...(shown ?? []).map((one) => this.card(one))) : this.empty();
    render(h("div", { class: "page" }, h("div", { class: "page-head" }, h("h1", {}, "Gallery"), this.compare(), this.shelves()), list), this);
  }

  compare() {
    const count = this.chosen?.length ?? 0;
    if (!count) return null;
    const both = (this.chosen ?? []).map((id) => store.results.find((one) => one.id === id)).filter(Boolean);
    return h("button", { class: "button", type: "button", disabled: both.length < 2, onclick: () => openPair(both[0], both[1]) }, sign("pair"), both.length < 2 ? "Choose one more" : "Compare");
  }

  shelves() {
    const one = (/** @type {"all" | "starred" | "trash"} */ shelf, /** @type {string} */ text) => h("button", { class: "button tight", type: "button", "aria-pressed": String(this.shelf === shelf), onclick: () => this.open(shelf) }, text);
    return h("div", { class: "tray-row", role: "group", "aria-label": "Show" }, one("all", "All"), one("starred", "Starred"), one("trash", "Trash"));
  }

  /** @param {"all" | "starred" | "trash"} shelf */
  async open(shelf) {
    this.shelf = shelf;
    this.chosen = [];
    try {
      if (shelf === "trash") this.trashed = (await api.results(true)).results;
    } catch (error) {
      complain(error);
    }
    this.draw();
  }

  /** @param {any} result */
  card(result) {
    const inTrash = this.shelf === "trash";
    const chosen = this.chosen?.includes(result.id) ?? false;
    const tool = (/** @type {any} */ drawing, /** @type {string} */ text, /** @type {() => void} */ call, /** @type {boolean | null} */ pressed = null) => h("button", { class: "icon-button", type: "button", title: text, "aria-label": `${text}: ${result.name}`, "data-tool": text, "aria-pressed": pressed === null ? null : String(pressed), onclick: call }, sign(drawing));
    const tools = inTrash ? [tool("undo", "Restore", () => this.restore(result))] : [
      tool("star", "Star", () => this.star(result), result.starred),
      tool("pair", "Compare", () => this.choose(result.id), chosen),
      tool("trash", "Delete", () => this.remove(result)),
    ];
    return h("li", { key: result.id, class: chosen ? "card chosen" : "card", "data-result": result.id },
      h("button", { class: "open", type: "button", "aria-label": `Open ${result.name}`, onclick: () => openDetail(result) }, h("img", { src: at.resultThumb(result.id), alt: "", loading: "lazy" })),
      h("div", { class: "about" }, h("div", { class: "name" }, result.name, h("small", {}, `${result.width} × ${result.height} · ${moment(result.created)}`)), ...tools));
  }

  empty() {
    const words = { all: ["No paintings yet", "What you paint hangs here, and stays."], starred: ["Nothing is starred", "The star under a painting keeps it at hand."], trash: ["The trash is empty", "What you delete stays here for thirty days."] };
    const [title, text] = words[this.shelf ?? "all"];
    return h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, text));
  }

  /** @param {string} id */
  choose(id) {
    const rest = (this.chosen ?? []).filter((other) => other !== id);
    this.chosen = rest.length < (this.chosen ?? []).length ? rest : [...rest, id].slice(-2);
    this.draw();
  }

  /** @param {any} result */
  async star(result) {
    await this.attempt(async () => replace(await api.change(result.id, { starred: !result.starred })));
  }

  /** @param {any} result */
  async remove(result) {
    await this.attempt(async () => {
      const next = this.querySelector(`[data-result="${result.id}"]`)?.nextElementSibling ?? this.querySelector(`[data-result="${result.id}"]`)?.previousElementSibling;
      await api.trash(result.id);
      store.results = store.results.filter((one) => one.id !== result.id);
      tell("results");
      // Who deletes by the keyboard stands at the same button of the next one.
      /** @type {HTMLElement | null | undefined} */ (next?.querySelector(`[data-tool="Delete"]`))?.focus({ preventScroll: true });
      toast(`“${result.name}” is in the trash.`, { action: "Undo", then: () => this.restore(result) });
    });
  }

  /** @param {any} result */
  async restore(result) {
    await this.attempt(async () => {
      await api.restore(result.id);
      store.results = (await api.results()).results;
      this.trashed = (this.trashed ?? []).filter((one) => one.id !== result.id);
      tell("results");
      this.draw();
    });
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

/** @param {any} result */
function replace(result) {
  store.results = store.results.map((one) => (one.id === result.id ? result : one));
  tell("results");
}

customElements.define("gallery-view", GalleryView);
