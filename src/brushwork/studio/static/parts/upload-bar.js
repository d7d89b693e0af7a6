// How far what is uploaded has come; it can be ended.

import { h, say } from "../dom.js";
import { icon } from "../icons.js";
import { phrase } from "../phrases.js";
import { duration, percent } from "../words.js";

/** @param {number} count of files */
export function showUpload(count) {
  const ending = new AbortController();
  const text = h("p", { class: "small numbers" }, phrase("Uploading…"));
  const bar = /** @type {HTMLProgressElement} */ (h("progress", { max: count, value: 0, "aria-label": phrase("Upload") }));
  const stop = h("button", { class: "icon-button", type: "button", title: phrase("End the upload"), "aria-label": phrase("End the upload"), onclick: () => ending.abort() }, icon("close"));
  const box = h("div", { class: "upload-bar", role: "group", "aria-label": phrase("Upload") }, h("div", { class: "tray-row" }, text, stop), bar);
  ([...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body).append(box);
  let waiting = 0;
  return {
    signal: ending.signal,
    /** @param {number} number of the file @param {number} part of it that is there @param {string} name */
    tell(number, part, name) {
      bar.value = number + part;
      const which = count > 1 ? `${phrase("{number} of {count}", { number: number + 1, count })}: ${name}` : name;
      clearInterval(waiting);
      if (part < 1) {
        say(text, phrase("Uploading {name}, {percent}", { name: which, percent: percent(part) }));
        return;
      }
      // Of a long clip that takes minutes; what counts on is not stuck.
      const since = Date.now();
      say(text, phrase("Reading {name}", { name: which }));
      waiting = setInterval(() => say(text, phrase("Reading {name}, {time} so far", { name: which, time: duration((Date.now() - since) / 1000) })), 1000);
    },
    end() {
      clearInterval(waiting);
      box.remove();
    },
  };
}
