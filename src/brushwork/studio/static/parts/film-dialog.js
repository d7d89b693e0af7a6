// A film of the gallery, as large as the window, with what is known of it.

import { api } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { phrase } from "../phrases.js";
import { takeResult } from "../results.js";
import { openDialog, replaceDialog } from "./dialog.js";
import { FilmPlayer } from "./film-player.js";
import { resultPanel } from "./result-panel.js";
import { complain, toast } from "./toast-list.js";

/** @param {Result} result @param {{shelf: import("../shelf.js").Shelf, open: (result: any) => void}} among `open` shows another */
export function openFilm(result, { shelf, open }) {
  const player = new FilmPlayer();
  const about = h("aside", { class: "viewer-about", "aria-label": phrase("About this painting") });
  const tool = (/** @type {Parameters<typeof icon>[0]} */ drawing, /** @type {string} */ text, /** @type {() => void} */ call) => h("button", { class: "icon-button", type: "button", title: text, "aria-label": text, onclick: call }, icon(drawing));
  const step = async (/** @type {number} */ by) => {
    const place = shelf.items.findIndex((one) => one.id === result.id);
    if (place < 0) return;
    if (place + by >= shelf.items.length) await shelf.more().catch(complain);
    const next = shelf.items[place + by];
    if (!next || !dialog.open) return;
    replaceDialog(dialog, () => open(next));
  };
  const remove = async () => {
    try {
      await api.trashAll([result.id]);
    } catch (error) {
      complain(error);
      return;
    }
    takeResult({ ...result, deleted: true });
    dialog.close();
    toast(phrase("“{name}” is in the trash.", { name: result.name }), { action: phrase("Undo"), then: () => api.restoreAll([result.id]).catch(complain) });
  };
  const toggle = tool("info", phrase("About this painting (i)"), () => { about.hidden = !about.hidden; });
  const tools = [tool("left", phrase("Previous (←)"), () => step(-1)), tool("right", phrase("Next (→)"), () => step(1)), tool("trash", phrase("Delete"), remove), toggle];
  about.hidden = innerWidth <= 860;
  const dialog = openDialog(result.name, { kind: "viewer", address: `#gallery/${result.id}`, tools }, h("div", { class: "viewer-body" }, h("div", { class: "viewer-main film" }, player), about));
  about.append(...resultPanel(result, () => dialog.close()));
  player.show(result);
  dialog.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea")) return;
    /** @type {Record<string, () => void>} */
    const calls = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), Delete: remove, i: () => toggle.click(), ...(target.closest("button") ? {} : { " ": () => player.toggle() }) };
    if (!calls[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    calls[event.key]();
  });
  /** @type {HTMLElement | null} */ (player.querySelector(".player-bar button"))?.focus();
}
