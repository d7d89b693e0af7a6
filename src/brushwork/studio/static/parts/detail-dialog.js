// One painting large, with how it was made, and what can be made of it.

import { api, at } from "../api.js";
import { h, say } from "../dom.js";
import { icon } from "../icons.js";
import { pictureOf, setSettings, store, tell } from "../store.js";
import { duration, label, loss, moment, value } from "../words.js";
import { CompareSlider } from "./compare-slider.js";
import { openDialog } from "./dialog.js";
import { complain, toast } from "./toast-list.js";

/** @param {any} painting */
export function openDetail(painting) {
  const slider = new CompareSlider();
  const recipe = h("div", {});
  const dialog = openDialog(painting.name, {},
    h("div", { class: "dialog-body detail" },
      h("div", { class: "picture" }, slider),
      h("div", {}, facts(painting), h("div", { class: "acts-list" }, ...acts(painting, () => dialog.close(), slider)), recipe)));
  const photo = painting.settings.content;
  const before = photo && pictureOf(photo) ? at.picture(photo) : null;
  slider.show({ after: at.painting(painting.id), before, width: painting.width, height: painting.height });
  showRecipe(painting, recipe);
}

/** @param {any} painting */
function facts(painting) {
  const title = (/** @type {string | null} */ id) => (id ? pictureOf(id)?.title ?? "deleted since" : "none");
  const rows = [
    ["Size", `${painting.width} × ${painting.height}`],
    ["Photo", title(painting.settings.content)],
    ["Painting", painting.settings.styles.map((/** @type {any} */ use) => title(use.picture)).join(", ")],
    ...Object.entries(painting.settings.options).filter(([name]) => name !== "size").map(([name, given]) => [label(name), value(given)]),
    ["Painted", moment(painting.created)],
    ["Took", duration(painting.seconds)],
    ...["total", "style", "content"].filter((name) => name in painting.losses).map((name) => [`Loss ${name}`, loss(painting.losses[name])]),
    ...painting.notes.map((/** @type {string} */ note) => ["Note", note]),
  ];
  return h("dl", { class: "facts" }, ...rows.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
}

/** @param {any} painting @param {() => void} close @param {CompareSlider} slider */
function acts(painting, close, slider) {
  const act = (/** @type {any} */ drawing, /** @type {string} */ text, /** @type {(event: Event) => void} */ call) => h("button", { class: "button", type: "button", onclick: call }, icon(drawing), text);
  return [
    act("settings", "Use these settings", () => { use(painting); close(); }),
    act("again", `Paint again at ${larger(painting)}`, () => again(painting, close)),
    act("lens", "Lens", (event) => {
      const on = slider.dataset.lens !== "on";
      slider.dataset.lens = on ? "on" : "off";
      /** @type {HTMLElement} */ (event.currentTarget).setAttribute("aria-pressed", String(on));
    }),
    h("div", { class: "formats" }, ...["png", "jpg", "webp", "tiff"].map((format) => h("a", { class: "button tight", href: at.download(painting.id, format), download: "" }, icon("down"), format.toUpperCase()))),
  ];
}

/** @param {any} painting */
export function use(painting) {
  const known = (/** @type {string} */ id) => pictureOf(id) !== null;
  const { content, styles, mask, regions } = painting.settings;
  const there = styles.filter((/** @type {any} */ one) => known(one.picture));
  setSettings({
    ...painting.settings,
    content: content === null || known(content) ? content : store.settings.content,
    styles: there.length ? there : store.settings.styles,
    mask: mask && known(mask) ? mask : null,
    regions: regions && known(regions) ? regions : null,
  });
  store.shown = null;
  tell("shown");
  location.hash = "paint";
  toast("These settings are in the form now.");
}

/** @param {any} painting */
function larger(painting) {
  return Math.min(8192, 2 * Math.max(painting.width, painting.height));
}

/** @param {any} painting @param {() => void} close */
async function again(painting, close) {
  try {
    const job = await api.rerun(painting.id, { size: larger(painting) });
    store.jobs.set(job.id, job);
    store.shown = job.id;
    tell("jobs");
    tell("shown");
    location.hash = "paint";
    close();
  } catch (error) {
    complain(error);
  }
}

/** @param {any} painting @param {HTMLElement} place */
async function showRecipe(painting, place) {
  try {
    const found = await api.recipe(painting.id);
    const text = h("pre", { class: "small", tabIndex: 0 });
    say(text, JSON.stringify(found, null, 2));
    place.append(h("details", { class: "fold" }, h("summary", {}, "Recipe"), text));
  } catch {
    // A picture that was stopped on its way has none.
  }
}
