// What a painting, or several, are taken out as: format, depth, quality, colours.

import { at } from "../api.js";
import { h, say } from "../dom.js";
import { FORMATS, fitDownload, isDeep, recallDownload, rememberDownload } from "../download.js";
import { icon } from "../icons.js";
import { counted, phrase } from "../phrases.js";
import { openDialog } from "./dialog.js";

/** @typedef {import("../download.js").Download} Download */

/** @type {Record<import("../download.js").Format, string>} */
const ABOUT = {
  png: phrase("Every pixel as it was painted; opens everywhere."),
  tiff: phrase("Every pixel as it was painted; for print and image editors."),
  jpg: phrase("Small, and nearly the same to the eye; to send and to post."),
  webp: phrase("Every pixel as it was painted, smaller than PNG; for web pages."),
};
/** @type {Record<import("../download.js").Profile, string>} */
const PROFILES = { none: phrase("No profile"), srgb: "sRGB", "display-p3": "Display P3" };

/** Why there are no 16 bits. */
const SHALLOW = {
  one: phrase("It is kept in 8 bits: a draft, stopped on its way, or painted by an older version."),
  several: phrase("Not all of them are kept in 16 bits: drafts are not, nor what was stopped or painted by an older version."),
};

/** A link that downloads at once, and a button that asks first; a film is what it is. @param {Result} result */
export function downloadButtons(result) {
  if (result.film) return h("a", { class: "button", download: "", href: at.film(result.id, true) }, icon("down"), phrase("Download the film"));
  const link = /** @type {HTMLAnchorElement} */ (h("a", { class: "button", download: "" }, icon("down"), phrase("Download")));
  const aim = () => {
    const how = fitDownload(recallDownload(), [result]);
    link.href = at.download(result.id, how);
    link.title = named(how);
  };
  aim();
  const more = h("button", { class: "button", type: "button", "aria-label": phrase("Download as…"), title: phrase("Download as…"), "aria-haspopup": "dialog", onclick: () => openDownload([result], aim) }, icon("more"));
  return h("div", { class: "joined" }, link, more);
}

/** @param {Result[]} results @param {() => void} [onclose] */
export function openDownload(results, onclose) {
  let how = recallDownload();
  const link = /** @type {HTMLAnchorElement} */ (h("a", { class: "button main", download: "", onclick: () => dialog.close() }));
  const about = h("p", { class: "small quiet" });
  const depths = choices(phrase("Bits a channel"), [[8, phrase("8 bits")], [16, phrase("16 bits")]], (depth) => set({ depth }));
  const deepness = h("p", { class: "small quiet" });
  const quality = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: "40", max: "100", step: "1", "aria-label": phrase("Quality"), oninput: () => set({ quality: Number(quality.value) }) }));
  const percent = h("output", { class: "numbers" });
  const qualities = h("div", { class: "field" }, h("span", { "aria-hidden": "true" }, phrase("Quality")), percent, quality);
  const formats = choices(phrase("Format"), /** @type {[Download["format"], string][]} */ (Object.entries(FORMATS)), (format) => set({ format }));
  const profiles = choices(phrase("Colour profile"), /** @type {[Download["profile"], string][]} */ (Object.entries(PROFILES)), (profile) => set({ profile }));
  const shallow = results.some((one) => one.depth !== 16);
  const show = () => {
    const fitted = fitDownload(how, results);
    formats.show(fitted.format);
    depths.show(fitted.depth);
    profiles.show(fitted.profile);
    depths.element.hidden = !isDeep(fitted.format);
    depths.allow(16, !shallow);
    say(deepness, shallow ? SHALLOW[results.length === 1 ? "one" : "several"] : phrase("16 bits hold finer steps, for whoever works on with it."));
    deepness.hidden = depths.element.hidden;
    qualities.hidden = fitted.format !== "jpg";
    quality.value = String(fitted.quality);
    say(percent, String(fitted.quality));
    say(about, ABOUT[fitted.format]);
    link.href = results.length === 1 ? at.download(results[0].id, fitted) : at.zip(results.map((one) => one.id), fitted);
    link.replaceChildren(icon("down"), results.length === 1 ? phrase("Download {format}", { format: named(fitted) }) : phrase("Download {count} as ZIP", { count: results.length }));
  };
  const set = (/** @type {Partial<Download>} */ change) => {
    how = { ...how, ...change };
    rememberDownload(how);
    show();
  };
  const dialog = openDialog(counted(results.length, "Download", "Download {count} paintings"), { kind: "narrow", onclose },
    h("div", { class: "dialog-body stacked" },
      h("div", { class: "choice" }, formats.element, about),
      h("div", { class: "choice" }, depths.element, deepness),
      qualities,
      h("div", { class: "choice" }, profiles.element, h("p", { class: "small quiet" }, phrase("With Display P3, colours are converted for screens and programs that read profiles."))),
      link));
  show();
  /** @type {HTMLElement | null} */ (formats.element.querySelector(":checked"))?.focus();
}

/** @param {Download} how */
function named({ format, depth }) {
  return isDeep(format) ? phrase("{format}, {depth} bits", { format: FORMATS[format], depth }) : FORMATS[format];
}

/**
 * @template {string | number} Value
 * @param {string} title @param {[Value, string][]} values @param {(value: Value) => void} choose
 */
function choices(title, values, choose) {
  const name = `download-${title}`;
  const inputs = values.map(([value, text]) => ({ value, text, input: /** @type {HTMLInputElement} */ (h("input", { type: "radio", name, value: String(value), onchange: () => choose(value) })) }));
  const row = h("div", { class: "choices" }, ...inputs.map(({ text, input }) => h("label", {}, input, h("span", {}, text))));
  return {
    element: h("fieldset", { class: "plain-set" }, h("legend", {}, title), row),
    /** @param {Value} chosen */
    show(chosen) { for (const { value, input } of inputs) input.checked = value === chosen; },
    /** @param {Value} value @param {boolean} allowed */
    allow(value, allowed) { for (const one of inputs) if (one.value === value) one.input.disabled = !allowed; },
  };
}
