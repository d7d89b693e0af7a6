// Small results by one or two options' values, to choose by looking.

import { go } from "../address.js";
import { api, at } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { label, valueOf } from "../words.js";
import { watchGrids } from "../live.js";
import { phrase } from "../phrases.js";
import { noteCell } from "../sitting.js";
import { setSettings, store } from "../store.js";
import { openDialog } from "./dialog.js";
import { GridPlan } from "./grid-plan.js";
import { GridShelf } from "./grid-shelf.js";
import { complain, toast } from "./toast-list.js";

/** Values to begin with; for a choice, all there are. */
const USUAL = { strength: "0.3, 0.5, 0.7", style_scale: "0.5, 1, 2" };
const LEFT_OUT = ["size", "preset", "content_layers", "style_layers", "precision"];

/** @type {((job: Job) => void) | null} */
let showing = null;
/** @type {Map<string, string>} the state of every cell */
const states = new Map();
watchGrids((job) => showing?.(job));

/** Nobody looks any more: what still waits would only hold up the queue. */
function leave() {
  for (const [id, state] of states) if (state === "queued" || state === "running") api.job(id, "cancel").catch(() => {});
  forget();
}

function forget() {
  showing = null;
  states.clear();
}

export function openGrid() {
  const body = h("div", { class: "dialog-body" });
  openDialog(phrase("Try several settings"), { onclose: leave }, body);
  const down = axis(phrase("Down"), "color");
  const across = axis(phrase("Across"), "strength");
  const begin = h("button", { class: "button main", type: "button", id: "grid-begin", onclick: () => paint(body, [down, across]) }, icon("grid"), phrase("Paint small ones"));
  const plan = new GridPlan(() => wantedOf([down, across]));
  const axes = h("div", { class: "axes", oninput: () => plan.ask() }, across.element, down.element);
  const kept = new GridShelf(async (id) => show(body, await api.gridOf(id)));
  body.append(h("p", { class: "quiet" }, phrase("Every combination is painted at 192 pixels; a click takes its settings.")), axes, h("div", { class: "axes-foot" }, plan, begin), kept);
}

/** A grid of the gallery, to be looked at; what of it still waits is painted on. @param {GridInfo} info */
export async function openKeptGrid(info) {
  const body = h("div", { class: "dialog-body stacked" });
  const dialog = openDialog(info.name, { onclose: forget }, body);
  const line = /** @type {HTMLInputElement} */ (h("input", { type: "text", value: info.name, maxLength: 200, spellcheck: false, onchange: () => api.renameGrid(info.id, line.value.trim() || info.name).catch(complain) }));
  body.append(h("label", { class: "named" }, h("span", {}, phrase("Name")), line), h("p", { class: "small quiet" }, phrase("A click on a picture takes its settings.")));
  try {
    show(body, await api.gridOf(info.id));
  } catch (error) {
    dialog.close();
    complain(error);
  }
}

/** What is asked for. @param {ReturnType<typeof axis>[]} axes */
function wantedOf(axes) {
  return { settings: store.settings, axes: axes.flatMap((one) => one.read() ?? []) };
}

/** @param {string} title @param {string} first */
function axis(title, first) {
  const names = Object.keys(store.form.schema.properties).filter((name) => !LEFT_OUT.includes(name));
  const values = /** @type {HTMLInputElement} */ (h("input", { type: "text", "aria-label": phrase("{axis}: values", { axis: title }) }));
  const select = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": phrase("{axis}: option", { axis: title }), onchange: () => { values.value = usual(select.value); } }, h("option", { value: "" }, phrase("nothing")), ...names.map((name) => h("option", { value: name }, label(name)))));
  select.value = first;
  values.value = usual(first);
  return { element: h("div", { class: "axis", role: "group", "aria-label": title }, h("span", { "aria-hidden": "true" }, title), select, values), read: () => (select.value ? { option: select.value, values: parse(select.value, values.value) } : null) };
}

/** @param {string} name */
function usual(name) {
  if (!name) return "";
  const schema = store.form.schema.properties[name];
  if (schema.enum) return schema.enum.filter((/** @type {string} */ word) => word !== "only").join(", ");
  if (schema.type === "boolean") return "true, false";
  return USUAL[/** @type {keyof typeof USUAL} */ (name)] ?? String(/** @type {Options} */ (store.form.defaults)[name]);
}

/** @param {string} name @param {string} text */
function parse(name, text) {
  const { type } = store.form.schema.properties[name];
  const parts = text.split(",").map((part) => part.trim()).filter(Boolean);
  if (type === "number" || type === "integer") return parts.map((part) => (Number.isNaN(Number(part)) ? part : Number(part))); // what is no number is told as it was typed
  return type === "boolean" ? parts.map((part) => part === "true") : parts;
}

/** @param {HTMLElement} body @param {ReturnType<typeof axis>[]} axes */
async function paint(body, axes) {
  const wanted = wantedOf(axes);
  if (!wanted.axes.length) {
    toast(phrase("Choose an option to vary."), { bad: true });
    return;
  }
  try {
    const grid = await api.grid(wanted);
    show(body, grid);
    // What was painted before the page listened.
    for (const job of (await api.gridOf(grid.id)).jobs.flat()) showing?.(job);
    /** @type {GridShelf | null} */ (body.querySelector("grid-shelf"))?.load();
  } catch (error) {
    complain(error);
  }
}

/** Shows a grid, and what becomes of its cells. @param {HTMLElement} body @param {Grid} grid */
function show(body, grid) {
  leave();
  body.querySelector(".cells")?.remove();
  body.insertBefore(table(grid), body.querySelector("grid-shelf"));
  for (const job of grid.jobs.flat()) states.set(job.id, job.state);
  showing = (job) => {
    if (job.grid !== grid.id) return;
    states.set(job.id, job.state);
    if (job.result) noteCell(job, settingsOf(job));
    body.querySelector(`[data-cell="${job.id}"]`)?.replaceWith(cell(job));
  };
}

/** @param {Grid} grid */
function table(grid) {
  const across = grid.axes[grid.axes.length - 1];
  const down = grid.axes.length === 2 ? grid.axes[0] : null;
  const head = h("tr", {}, down ? h("td", {}) : null, ...across.values.map((/** @type {unknown} */ one) => h("th", { scope: "col" }, `${label(across.option)} ${valueOf(across.option, one)}`)));
  const rows = grid.jobs.map((/** @type {Job[]} */ jobs, /** @type {number} */ row) => h("tr", {}, down ? h("th", { scope: "row" }, `${label(down.option)} ${valueOf(down.option, down.values[row])}`) : null, ...jobs.map((job) => h("td", {}, cell(job)))));
  return h("div", { class: "cells" }, h("table", {}, head, ...rows));
}

/** @param {Job} job */
function cell(job) {
  const address = job.result ? at.resultThumb(job.result) : job.preview ? at.preview(job.id, job.preview) : null;
  const inside = address ? h("img", { src: address, alt: "" }) : h("span", { class: "blank" }, job.state === "failed" ? job.error : job.state === "cancelled" ? phrase("not painted") : phrase("waits"));
  const described = Object.entries(job.settings.options).map(([name, one]) => `${label(name)} ${valueOf(name, one)}`).join(", ");
  return h("button", { type: "button", "data-cell": job.id, "data-state": job.state, "aria-label": phrase("Use {settings}", { settings: described }), onclick: () => take(job) }, inside);
}

/**
 * What a cell is about; that it is small and a draft is the grid's business.
 * @param {Job} job
 */
function settingsOf(job) {
  const options = { ...job.settings.options };
  for (const name of ["size", "draft"]) {
    const given = store.settings.options[name];
    if (given === undefined) delete options[name];
    else options[name] = given;
  }
  return { ...store.settings, options };
}

/** @param {Job} job */
function take(job) {
  setSettings(settingsOf(job));
  document.querySelector("dialog")?.close();
  go("paint");
  toast(phrase("These settings are in the form now."));
}
