// What can be done with several results at once.

import { api } from "../api.js";
import { h as element } from "../dom.js";
import { sign } from "../icons.js";
import { counted, phrase } from "../phrases.js";
import { gallery } from "../shelf.js";
import { store, tell } from "../store.js";
import { h } from "../vendor/preact.js";
import { openDialog } from "./dialog.js";
import { openDownload } from "./download-dialog.js";
import { openPair } from "./pair-dialog.js";
import { sizeChoice } from "./result-panel.js";
import { complain, toast } from "./toast-list.js";

/** The most that the studio takes at once. */
const MOST = 500;

/** @typedef {import("./selection.js").Selection} Selection */

/** @param {Selection} chosen @param {boolean} inTrash */
export function selectionBar(chosen, inTrash) {
  const act = (/** @type {any} */ drawing, /** @type {string} */ text, /** @type {() => void} */ call, disabled = false) => h("button", { key: text, class: "button tight", type: "button", disabled, onclick: call }, sign(drawing), text);
  const [one, other] = chosen.results.values();
  const acts = inTrash ? [act("undo", phrase("Restore"), () => restore(chosen))] : [
    act("pair", phrase("Compare"), () => openPair(one, other), chosen.size !== 2),
    act("down", phrase("Download…"), () => openDownload([...chosen.results.values()].slice(0, MOST))),
    act("again", phrase("Larger…"), () => paintLarger(chosen)), act("plus", phrase("Tag…"), () => tagAll(chosen)), act("trash", phrase("Delete"), () => trash(chosen)),
  ];
  return h("div", { key: "chosen", class: "selection", role: "toolbar", "aria-label": phrase("With what is chosen") }, h("strong", { class: "numbers" }, phrase("{count} chosen", { count: chosen.size })), ...acts, act("close", phrase("Choose none"), () => chosen.clear()));
}

/** @param {() => Promise<void>} call */
async function attempt(call) {
  try {
    await call();
  } catch (error) {
    complain(error);
  }
}

/** @param {Selection} chosen */
function trash(chosen) {
  const ids = chosen.ids.slice(0, MOST);
  return attempt(async () => {
    await api.trashAll(ids);
    chosen.clear();
    gallery.reopen();
    toast(counted(ids.length, "One painting is in the trash.", "{count} paintings are in the trash."), { action: phrase("Undo"), then: () => attempt(async () => { await api.restoreAll(ids); gallery.reopen(); }) });
  });
}

/** @param {Selection} chosen */
function restore(chosen) {
  return attempt(async () => {
    await api.restoreAll(chosen.ids.slice(0, MOST));
    chosen.clear();
    gallery.reopen();
  });
}

/** @param {Selection} chosen */
function paintLarger(chosen) {
  const results = [...chosen.results.values()];
  const size = sizeChoice(1024);
  const begin = element("button", { class: "button main", type: "button", onclick: () => attempt(async () => {
    const jobs = [];
    for (const result of results) jobs.push(await api.rerun(result.id, { size: Number(size.value) }));
    for (const job of jobs) store.jobs.set(job.id, job);
    tell("jobs");
    chosen.clear();
    dialog.close();
    toast(counted(results.length, "One painting is in the queue.", "{count} paintings are in the queue."));
  }) }, phrase("Paint again"));
  const dialog = openDialog(counted(results.length, "Paint one painting again", "Paint {count} paintings again"), { kind: "narrow" }, element("div", { class: "dialog-body stacked" }, element("label", { class: "field" }, element("span", {}, phrase("Long side")), size), begin));
}

/** @param {Selection} chosen */
function tagAll(chosen) {
  const line = /** @type {HTMLInputElement} */ (element("input", { type: "text", maxLength: 40, "aria-label": phrase("Tag") }));
  const keep = () => attempt(async () => {
    const tag = line.value.trim();
    if (!tag) return;
    for (const result of chosen.results.values()) if (!result.tags.includes(tag)) await api.change(result.id, { tags: [...result.tags, tag] });
    chosen.clear();
    gallery.reopen();
    dialog.close();
  });
  line.addEventListener("keydown", (event) => { if (event.key === "Enter") keep(); });
  const dialog = openDialog(counted(chosen.size, "Tag one painting", "Tag {count} paintings"), { kind: "narrow" }, element("div", { class: "dialog-body stacked" }, line, element("button", { class: "button main", type: "button", onclick: keep }, phrase("Add the tag"))));
  line.focus();
}
