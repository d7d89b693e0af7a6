// What is shown where there is nothing yet: pictures that show what could be there.

import { at } from "../api.js";
import { h } from "../vendor/preact.js";

/**
 * @param {string} title
 * @param {string} text
 * @param {{pictures?: string[], action?: any}} [more] identities of images, and what to do next
 */
export function emptyState(title, text, { pictures = ["church-at-auvers", "great-wave", "composition-viii"], action = null } = {}) {
  return h("div", { key: "empty", class: "empty" },
    h("div", { class: "hung", "aria-hidden": "true" }, ...pictures.map((id) => h("span", { key: id, class: "frame" }, h("img", { src: at.imageThumb(id), alt: "" })))),
    h("h2", {}, title), h("p", {}, text), action);
}
