// One result large, with how it was made, and what can be made of it.

import { api, at } from "../api.js";
import { h, say } from "../dom.js";
import { icon } from "../icons.js";
import { imageOf, setSettings, show, store, tell } from "../store.js";
import { duration, label, loss, moment, value } from "../words.js";
import { CompareSlider } from "./compare-slider.js";
import { openDialog } from "./dialog.js";
import { complain, toast } from "./toast-list.js";

/** @param {any} result */
export function openDetail(result) {
  const slider = new CompareSlider();
  const recipe = h("div", {});
  const dialog = openDialog(result.name, { address: `#gallery/${result.id}` },
    h("div", { class: "dialog-body detail" },
      h("div", { class: "image" }, slider),
      h("div", {}, facts(result), h("div", { class: "acts-list" }, ...acts(result, () => dialog.close(), slider)), recipe)));
  const photo = result.settings.content;
  const before = photo && imageOf(photo) ? at.image(photo) : null;
  slider.show({ after: at.result(result.id), before, width: result.width, height: result.height });
  showRecipe(result, recipe);
}

/** @param {any} result */
function facts(result) {
  const title = (/** @type {string | null} */ id) => (id ? imageOf(id)?.title ?? "deleted since" : "none");
  const rows = [
    ["Size", `${result.width} × ${result.height}`],
    ["Photo", title(result.settings.content)],
    ["Painting", result.settings.styles.map((/** @type {any} */ use) => title(use.image)).join(", ")],
    ...Object.entries(result.settings.options).filter(([name]) => name !== "size").map(([name, given]) => [label(name), value(given)]),
    ["Painted", moment(result.created)],
    ["Took", duration(result.seconds)],
    ...["total", "style", "content"].filter((name) => name in result.losses).map((name) => [`Loss ${name}`, loss(result.losses[name])]),
    ...result.notes.map((/** @type {string} */ note) => ["Note", note]),
  ];
  return h("dl", { class: "facts" }, ...rows.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
}

/** @param {any} result @param {() => void} close @param {CompareSlider} slider */
function acts(result, close, slider) {
  const act = (/** @type {any} */ drawing, /** @type {string} */ text, /** @type {(event: Event) => void} */ call) => h("button", { class: "button", type: "button", onclick: call }, icon(drawing), text);
  return [
    act("settings", "Use these settings", () => { use(result); close(); }),
    act("again", `Paint again at ${larger(result)}`, () => again(result, close)),
    act("lens", "Lens", (event) => {
      const on = slider.dataset.lens !== "on";
      slider.dataset.lens = on ? "on" : "off";
      /** @type {HTMLElement} */ (event.currentTarget).setAttribute("aria-pressed", String(on));
    }),
    h("div", { class: "formats" }, ...["png", "jpg", "webp", "tiff"].map((format) => h("a", { class: "button tight", href: at.download(result.id, format), download: "" }, icon("down"), format.toUpperCase()))),
  ];
}

/** @param {any} result */
export function use(result) {
  const known = (/** @type {string} */ id) => imageOf(id) !== null;
  const { content, styles, mask, regions } = result.settings;
  const there = styles.filter((/** @type {any} */ one) => known(one.image));
  setSettings({
    ...result.settings,
    content: content === null || known(content) ? content : store.settings.content,
    styles: there.length ? there : store.settings.styles,
    mask: mask && known(mask) ? mask : null,
    regions: regions && known(regions) ? regions : null,
  });
  show(null);
  location.hash = "paint";
  toast("These settings are in the form now.");
}

/** @param {any} result */
function larger(result) {
  return Math.min(8192, 2 * Math.max(result.width, result.height));
}

/** @param {any} result @param {() => void} close */
async function again(result, close) {
  try {
    const job = await api.rerun(result.id, { size: larger(result) });
    store.jobs.set(job.id, job);
    tell("jobs");
    show(job.id);
    location.hash = "paint";
    close();
  } catch (error) {
    complain(error);
  }
}

/** @param {any} result @param {HTMLElement} place */
async function showRecipe(result, place) {
  try {
    const found = await api.recipe(result.id);
    const text = h("pre", { class: "small", tabIndex: 0 });
    say(text, JSON.stringify(found, null, 2));
    place.append(h("details", { class: "fold" }, h("summary", {}, "Recipe"), text));
  } catch {
    // An image that was stopped on its way has none.
  }
}
