// What is known of a result, and what can be made of it.

import { go } from "../address.js";
import { api, at } from "../api.js";
import { h, pend, say } from "../dom.js";
import { pointsOf, secondsOf } from "../films.js";
import { icon } from "../icons.js";
import { counted, leftward, phrase, told } from "../phrases.js";
import { takeResult } from "../results.js";
import { noteRun } from "../sitting.js";
import { clipOf, imageOf, setSettings, show, store, tell } from "../store.js";
import { clock, duration, extent, label, loss, moment, valueOf } from "../words.js";
import { downloadButtons } from "./download-dialog.js";
import { tagEditor } from "./tag-editor.js";
import { complain, toast } from "./toast-list.js";

const LOSSES = { total: phrase("Loss, total"), style: phrase("Loss, style"), content: phrase("Loss, content") };
/** Long sides that a result is painted again at. */
export const SIZES = [512, 768, 1024, 1536, 2048, 3072, 4096];

/** @param {Result} result @param {() => void} close what the panel stands in */
export function resultPanel(result, close) {
  return [nameField(result), tagEditor(result.tags, (tags) => change(result, { tags })), acts(result, close), facts(result), ...(result.film ? [] : [recipe(result)])];
}

/** @param {Result} result @param {object} what @returns {Promise<void>} */
export async function change(result, what) {
  try {
    takeResult(await api.change(result.id, what));
  } catch (error) {
    complain(error);
  }
}

/** @param {Result} result */
function nameField(result) {
  const line = /** @type {HTMLInputElement} */ (h("input", { type: "text", value: result.name, maxLength: 200, spellcheck: false, onchange: () => keep() }));
  const keep = () => {
    const name = line.value.trim();
    line.value = name || result.name;
    if (name && name !== result.name) change(result, { name });
  };
  line.addEventListener("keydown", (event) => { if (event.key === "Enter") line.blur(); });
  return h("label", { class: "named" }, h("span", {}, phrase("Name")), line);
}

/** @param {Result} result */
function facts(result) {
  const title = (/** @type {string | null} */ id) => (id ? imageOf(id)?.title ?? phrase("deleted since") : phrase("none"));
  const rows = [
    [phrase("Size"), extent(result.width, result.height)],
    ...(result.film ? [[phrase("Length"), `${clock(result.film.seconds)} · ${counted(result.film.frames, "{count} frame", "{count} frames")}`]] : []),
    ...(result.settings.film ? clipFacts(result.settings.film) : [[phrase("Photo"), title(result.settings.content)]]),
    [phrase("Painting"), result.settings.styles.map((/** @type {StyleUse} */ use) => title(use.image)).join(", ")],
    ...filmFacts(result.settings.film),
    ...Object.entries(result.settings.options).filter(([name]) => name !== "size").map(([name, given]) => [label(name), valueOf(name, given)]),
    [phrase("Painted"), moment(result.created)],
    [phrase("Took"), duration(result.seconds)],
    ...Object.entries(LOSSES).filter(([name]) => name in result.losses).map(([name, text]) => [text, loss(result.losses[name])]),
    ...result.notes.map((/** @type {string} */ note) => [phrase("Note"), told(note)]),
  ];
  return h("dl", { class: "facts" }, ...rows.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
}

/** Which clip a film is of, and what part of it, if not all. @param {NonNullable<Settings["film"]>} film */
function clipFacts(film) {
  const clip = clipOf(film.clip);
  const end = film.end ?? clip?.seconds;
  const part = (film.start || film.end !== null) && end !== undefined ? [[phrase("Part of the clip"), `${clock(film.start)} – ${clock(end)}`]] : [];
  return [[phrase("Clip"), clip?.name ?? phrase("deleted since")], ...part];
}

/** What was set for a film besides. @param {Settings["film"]} film */
function filmFacts(film) {
  if (!film) return [];
  const { properties } = store.form.film.schema;
  const strength = film.strength === null ? [] : [[phrase("Strength over time"), overTime(pointsOf(film.strength).map((point) => [valueOf("strength", point.value), point.seconds]))]];
  const options = Object.entries(film.options).map(([name, given]) => [label(name, properties[name]?.title), name === "fade" ? overTime(String(given).split(",").map((one) => ["", secondsOf(one)])) : valueOf(name, given)]);
  return [...strength, ...options];
}

/** @param {[string, number][]} points what there is, and since when */
function overTime(points) {
  return points.map(([what, seconds]) => `${what} ${clock(seconds)}`.trim()).join(leftward ? " ← " : " → ");
}

/** @param {Result} result @param {() => void} close */
function acts(result, close) {
  const size = sizeChoice(twice(result));
  const again = h("button", { class: "button", type: "button", onclick: () => pend(again, () => paintAgain(result, Number(size.value), close)) }, icon("again"), phrase("Paint again at"));
  return h("div", { class: "acts-list" },
    h("button", { class: "button", type: "button", onclick: () => { close(); use(result); } }, icon("settings"), phrase("Use these settings")),
    h("div", { class: "joined" }, again, size),
    downloadButtons(result));
}

/** @param {number} size that is chosen at first */
export function sizeChoice(size) {
  const sizes = [...new Set([...SIZES, size])].sort((a, b) => a - b);
  const select = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": phrase("Long side in pixels") }, ...sizes.map((one) => h("option", { value: String(one) }, `${one} px`))));
  select.value = String(size);
  return select;
}

/** @param {Result} result */
export function use(result) {
  const known = (/** @type {string} */ id) => imageOf(id) !== null;
  const { content, styles, mask, regions, film } = result.settings;
  const there = styles.filter((/** @type {any} */ one) => known(one.image));
  setSettings({
    ...result.settings,
    content: content === null || known(content) ? content : store.settings.content,
    styles: there.length ? there : store.settings.styles,
    mask: mask && known(mask) ? mask : null,
    regions: regions && known(regions) ? regions : null,
    film: film && clipOf(film.clip) && content && known(content) ? film : null,
  });
  show(null);
  go("paint");
  toast(phrase("These settings are in the form now."));
}

/** @param {Result} result */
function twice(result) {
  return Math.min(8192, 2 * Math.max(result.width, result.height));
}

/** @param {Result} result @param {number} size @param {() => void} close */
async function paintAgain(result, size, close) {
  try {
    const job = await api.rerun(result.id, { size });
    store.jobs.set(job.id, job);
    tell("jobs");
    noteRun(job);
    close();
    show(job.id);
    go("paint");
  } catch (error) {
    complain(error);
  }
}

/** The recipe, which is asked for when it is looked at. @param {Result} result */
function recipe(result) {
  const text = h("pre", { class: "small", tabIndex: 0 }, "…");
  const save = h("a", { class: "button tight", href: at.recipe(result.id), download: "", hidden: true }, icon("down"), phrase("Save the recipe"));
  const fold = /** @type {HTMLDetailsElement} */ (h("details", { class: "fold" }, h("summary", {}, phrase("Recipe")), text, save));
  fold.addEventListener("toggle", async () => {
    try {
      say(text, JSON.stringify(await api.recipe(result.id), null, 2));
      save.hidden = false;
    } catch (error) {
      say(text, error instanceof Error ? error.message : String(error));
    }
  }, { once: true });
  return fold;
}
