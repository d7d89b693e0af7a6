// The door of the page: loads, follows, and shows the view that the address names.

import { go } from "./address.js";
import { h } from "./dom.js";
import { keepDrafting } from "./drafts.js";
import { follow, load } from "./live.js";
import { fetchResult } from "./results.js";
import { gallery } from "./shelf.js";
import { translatePage } from "./phrases.js";
import { recall, stepSettings, store, watch } from "./store.js";
import { count, entitle } from "./sum.js";
import { listen } from "./uploads.js";
import { openHelp } from "./parts/help-dialog.js";
import "./parts/drop-zone.js";
import "./parts/gallery-view.js";
import "./parts/language-choice.js";
import "./parts/paint-view.js";
import "./parts/queue-view.js";
import "./parts/theme-toggle.js";
import { complain } from "./parts/toast-list.js";
import { openViewer } from "./parts/viewer.js";
import { phrase } from "./phrases.js";

const VIEWS = ["paint", "gallery", "queue"];

/** @type {Map<string, number>} how far down each view was left */
const places = new Map();
let shown = "";

function showView() {
  const main = /** @type {HTMLElement} */ (document.getElementById("view"));
  if (shown) places.set(shown, main.scrollTop);
  const [named] = location.hash.slice(1).split("/");
  const view = VIEWS.includes(named) ? named : "paint";
  for (const name of VIEWS) {
    /** @type {HTMLElement} */ (document.getElementById(`${name}-view`)).hidden = name !== view;
    const tab = document.querySelector(`[data-view="${name}"]`);
    if (name === view) tab?.setAttribute("aria-current", "page");
    else tab?.removeAttribute("aria-current");
  }
  shown = view;
  main.scrollTop = places.get(view) ?? 0;
}

/** Opens the result that the address names: `#gallery/` and its identity. */
async function openNamed() {
  const [view, id] = location.hash.slice(1).split("/");
  if (view !== "gallery" || !id || !store.form) return;
  history.replaceState(null, "", "#gallery"); // what Back leads to from the dialog
  try {
    openViewer(store.results.get(id) ?? (await fetchResult(id)), gallery);
  } catch (error) {
    complain(error);
  }
}

/** Ctrl-Z where nothing is typed that the browser itself takes back. @param {KeyboardEvent} event */
function undoing(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  if (target.closest('dialog[open], textarea, input:not([type="range"], [type="checkbox"], [type="radio"])')) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  stepSettings(key === "y" || event.shiftKey ? "redo" : "undo");
}

/** @param {KeyboardEvent} event */
function shortcut(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea, dialog[open]")) return;
  if (event.key === "?") openHelp();
  if (event.key === "1" || event.key === "2" || event.key === "3") go(VIEWS[Number(event.key) - 1]);
  if (event.key === "p" && !event.repeat) /** @type {HTMLElement | null} */ (document.getElementById("paint-button"))?.click();
}

/** @param {string} view */
function beginView(view) {
  /** @type {any} */ (document.getElementById(`${view}-view`)).begin();
}

async function begin() {
  beginView("gallery"); // it asks for what it shows, and waits for nothing else
  try {
    await load();
  } catch (error) {
    complain(error);
    document.getElementById("view")?.prepend(h("p", { class: "empty" }, phrase("The studio does not answer yet; this page tries again.")));
    setTimeout(() => location.reload(), 3000);
    return;
  }
  recall();
  for (const view of ["paint", "queue"]) beginView(view);
  watch(["jobs", "paced"], count);
  watch(["left"], entitle);
  count();
  follow();
  keepDrafting(() => shown === "paint");
  listen();
  openNamed();
  document.body.dataset.ready = String(store.images.length > 0);
}

window.addEventListener("hashchange", () => { showView(); openNamed(); });
window.addEventListener("keydown", shortcut);
window.addEventListener("keydown", undoing);
document.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest?.('a[href^="#"]:not(.skip)');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute("href")?.slice(1) ?? "");
});
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault(); // the address names a view, and none is called so
  document.getElementById("view")?.focus();
});
document.getElementById("help")?.addEventListener("click", openHelp);
translatePage();
showView();
begin();
