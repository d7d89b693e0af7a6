// What the keys do, and where to read more.

import { h } from "../dom.js";
import { openDialog } from "./dialog.js";

const KEYS = [
  ["p", "paint"],
  ["1 2 3", "paint, gallery, queue"],
  ["← →", "move the line between photo and painting; in the viewer, the next one"],
  ["+ - 0 1", "in the viewer: larger, smaller, whole, pixel for pixel"],
  ["f i", "in the viewer: whole screen, about the painting"],
  ["z", "hold for the lens, when the line has the focus"],
  ["[ ]", "smaller or larger brush, while drawing"],
  ["Ctrl Z", "undo what was chosen or drawn; with Shift, redo"],
  ["Ctrl V", "paste a photo"],
  ["Esc", "close what is open"],
  ["?", "this list"],
];

export function openHelp() {
  if (document.querySelector("dialog[open]")) return;
  openDialog("Help", { kind: "narrow" }, h("div", { class: "dialog-body" },
    h("p", {}, "Choose a photo and a painting, press Paint, and watch. While it is painted you can move the sliders and apply them to the picture as it is."),
    h("dl", { class: "facts help-keys" }, ...KEYS.flatMap(([keys, does]) => [h("dt", {}, ...keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, does)])),
    h("p", { class: "small quiet" }, "Everything here is also an API: ", h("a", { href: "/docs" }, "its documentation"), ".")));
}
