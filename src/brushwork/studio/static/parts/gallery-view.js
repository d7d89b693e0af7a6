// Every painting, as long as it is wanted; the bin gives back what was thrown away.

import { api, at } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { store, tell, watch } from "../store.js";
import { moment } from "../words.js";
import { openDetail } from "./detail-dialog.js";
import { openPair } from "./pair-dialog.js";
import { complain, toast } from "./toast-list.js";

class GalleryView extends HTMLElement {
  begin() {
    /** @type {"all" | "starred" | "bin"} */
    this.shelf = "all";
    /** @type {string[]} */
    this.chosen = [];
    /** @type {any[]} */
    this.binned = [];
    watch(["paintings"], () => { if (!this.hidden) this.draw(); });
    window.addEventListener("hashchange", () => this.draw());
    this.draw();
  }

  draw() {
    const shown = this.shelf === "bin" ? this.binned : store.paintings.filter((one) => this.shelf === "all" || one.starred);
    const list = (shown ?? []).length ? h("ul", { class: "cards" }, ...(shown ?? []).map((one) => this.card(one))) : this.empty();
    this.replaceChildren(h("div", { class: "page" }, h("div", { class: "page-head" }, h("h1", {}, "Gallery"), this.compare(), this.shelves()), list));
  }

  compare() {
    const count = this.chosen?.length ?? 0;
    if (!count) return null;
    const both = (this.chosen ?? []).map((id) => store.paintings.find((one) => one.id === id)).filter(Boolean);
    return h("button", { class: "button", type: "button", disabled: both.length < 2, onclick: () => openPair(both[0], both[1]) }, icon("pair"), both.length < 2 ? "Choose one more" : "Compare");
  }

  shelves() {
    const one = (/** @type {"all" | "starred" | "bin"} */ shelf, /** @type {string} */ text) => h("button", { class: "button tight", type: "button", "aria-pressed": String(this.shelf === shelf), onclick: () => this.open(shelf) }, text);
    return h("div", { class: "tray-row", role: "group", "aria-label": "Show" }, one("all", "All"), one("starred", "Starred"), one("bin", "Bin"));
  }

  /** @param {"all" | "starred" | "bin"} shelf */
  async open(shelf) {
    this.shelf = shelf;
    this.chosen = [];
    try {
      if (shelf === "bin") this.binned = (await api.paintings(true)).paintings;
    } catch (error) {
      complain(error);
    }
    this.draw();
  }

  /** @param {any} painting */
  card(painting) {
    const inBin = this.shelf === "bin";
    const chosen = this.chosen?.includes(painting.id) ?? false;
    const tool = (/** @type {any} */ drawing, /** @type {string} */ text, /** @type {() => void} */ call, /** @type {boolean | null} */ pressed = null) => h("button", { class: "icon-button", type: "button", title: text, "aria-label": `${text}: ${painting.name}`, "aria-pressed": pressed === null ? null : String(pressed), onclick: call }, icon(drawing));
    const tools = inBin ? [tool("undo", "Restore", () => this.restore(painting))] : [
      tool("star", "Star", () => this.star(painting), painting.starred),
      tool("pair", "Compare", () => this.choose(painting.id), chosen),
      tool("bin", "Delete", () => this.remove(painting)),
    ];
    return h("li", { class: chosen ? "card chosen" : "card", "data-painting": painting.id },
      h("button", { class: "open", type: "button", "aria-label": `Open ${painting.name}`, onclick: () => openDetail(painting) }, h("img", { src: at.paintingThumb(painting.id), alt: "", loading: "lazy" })),
      h("div", { class: "about" }, h("div", { class: "name" }, painting.name, h("small", {}, `${painting.width} × ${painting.height} · ${moment(painting.created)}`)), ...tools));
  }

  empty() {
    const words = { all: ["No paintings yet", "What you paint hangs here, and stays."], starred: ["Nothing is starred", "The star under a painting keeps it at hand."], bin: ["The bin is empty", "What you delete stays here for thirty days."] };
    const [title, text] = words[this.shelf ?? "all"];
    return h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, text));
  }

  /** @param {string} id */
  choose(id) {
    const rest = (this.chosen ?? []).filter((other) => other !== id);
    this.chosen = rest.length < (this.chosen ?? []).length ? rest : [...rest, id].slice(-2);
    this.draw();
  }

  /** @param {any} painting */
  async star(painting) {
    await this.asked(async () => replace(await api.change(painting.id, { starred: !painting.starred })));
  }

  /** @param {any} painting */
  async remove(painting) {
    await this.asked(async () => {
      await api.bin(painting.id);
      store.paintings = store.paintings.filter((one) => one.id !== painting.id);
      tell("paintings");
      toast(`“${painting.name}” is in the bin.`, { action: "Undo", then: () => this.restore(painting) });
    });
  }

  /** @param {any} painting */
  async restore(painting) {
    await this.asked(async () => {
      await api.restore(painting.id);
      store.paintings = (await api.paintings()).paintings;
      this.binned = (this.binned ?? []).filter((one) => one.id !== painting.id);
      tell("paintings");
      this.draw();
    });
  }

  /** @param {() => Promise<void>} call */
  async asked(call) {
    try {
      await call();
    } catch (error) {
      complain(error);
    }
  }
}

/** @param {any} painting */
function replace(painting) {
  store.paintings = store.paintings.map((one) => (one.id === painting.id ? painting : one));
  tell("paintings");
}

customElements.define("gallery-view", GalleryView);
