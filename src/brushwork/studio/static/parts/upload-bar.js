// How far what is uploaded has come; it can be ended.

import { h, say } from "../dom.js";
import { icon } from "../icons.js";

/** @param {number} count of files */
export function showUpload(count) {
  const ending = new AbortController();
  const text = h("p", { class: "small numbers" }, "Uploading…");
  const bar = /** @type {HTMLProgressElement} */ (h("progress", { max: count, value: 0, "aria-label": "Upload" }));
  const stop = h("button", { class: "icon-button", type: "button", title: "End the upload", "aria-label": "End the upload", onclick: () => ending.abort() }, icon("close"));
  const box = h("div", { class: "upload-bar", role: "group", "aria-label": "Upload" }, h("div", { class: "tray-row" }, text, stop), bar);
  ([...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body).append(box);
  return {
    signal: ending.signal,
    /** @param {number} number of the file @param {number} part of it that is there @param {string} name */
    tell(number, part, name) {
      bar.value = number + part;
      const which = count > 1 ? `${number + 1} of ${count}: ` : "";
      say(text, part < 1 ? `Uploading ${which}${name}, ${Math.round(100 * part)} %` : `Reading ${which}${name}`);
    },
    end() { box.remove(); },
  };
}
