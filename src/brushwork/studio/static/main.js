// The door of the page: loads, follows, and shows the view that the address names.

import { api } from "./api.js";
import { h, say } from "./dom.js";
import { keepDrafting } from "./drafts.js";
import { follow, load } from "./live.js";
import { active, recall, store, watch } from "./store.js";
import { listen } from "./uploads.js";
import { openDetail } from "./parts/detail-dialog.js";
import { openHelp } from "./parts/help-dialog.js";
import "./parts/drop-zone.js";
import "./parts/gallery-view.js";
import "./parts/paint-view.js";
import "./parts/queue-view.js";
import "./parts/theme-toggle.js";
import { complain } from "./parts/toast-list.js";

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

function count() {
  const badge = /** @type {HTMLElement} */ (document.getElementById("queue-count"));
  const waiting = active().length;
  badge.hidden = waiting === 0;
  say(badge, String(waiting));
  badge.setAttribute("aria-label", `${waiting} jobs`);
  const running = active().find((job) => job.state === "running");
  const told = running ? `${Math.round(100 * running.progress)} % · ` : waiting ? `${waiting} waiting · ` : "";
  document.title = `${told}brushwork studio`;
}

/** Opens the result that the address names: `#gallery/` and its identity. */
async function openNamed() {
  const [view, id] = location.hash.slice(1).split("/");
  if (view !== "gallery" || !id || !store.form) return;
  history.replaceState(null, "", "#gallery"); // what Back leads to from the dialog
  try {
    openDetail(store.results.find((one) => one.id === id) ?? (await api.result(id)));
  } catch (error) {
    complain(error);
  }
}

/** @param {KeyboardEvent} event */
function shortcut(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea, dialog")) return;
  if (event.key === "?") openHelp();
  if (event.key === "1" || event.key === "2" || event.key === "3") location.hash = VIEWS[Number(event.key) - 1];
  if (event.key === "p" && !event.repeat) /** @type {HTMLElement | null} */ (document.getElementById("paint-button"))?.click();
}

async function begin() {
  try {
    await load();
  } catch (error) {
    complain(error);
    document.getElementById("view")?.prepend(h("p", { class: "empty" }, "The studio does not answer yet; this page tries again."));
    setTimeout(() => location.reload(), 3000);
    return;
  }
  recall();
  for (const view of VIEWS) /** @type {any} */ (document.getElementById(`${view}-view`)).begin();
  watch(["jobs"], count);
  count();
  follow();
  keepDrafting();
  listen();
  openNamed();
  document.body.dataset.ready = String(store.images.length > 0);
}

window.addEventListener("hashchange", () => { showView(); openNamed(); });
window.addEventListener("keydown", shortcut);
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault(); // the address names a view, and none is called so
  document.getElementById("view")?.focus();
});
document.getElementById("help")?.addEventListener("click", openHelp);
showView();
begin();
