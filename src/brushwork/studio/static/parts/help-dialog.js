// What the keys do, and where to read more.

import { h } from "../dom.js";
import { phrase } from "../phrases.js";
import { openDialog } from "./dialog.js";
import { LanguageChoice } from "./language-choice.js";

const KEYS = [
  ["p", phrase("paint")],
  ["1 2 3", phrase("paint, gallery, queue")],
  ["← →", phrase("move the line between photo and painting; in the viewer, the next one")],
  ["+ - 0 1", phrase("in the viewer: larger, smaller, whole, pixel for pixel")],
  ["f i", phrase("in the viewer: whole screen, about the painting")],
  ["z", phrase("hold for the lens, when the line has the focus")],
  ["[ ]", phrase("smaller or larger brush, while drawing")],
  [phrase("Ctrl Z"), phrase("undo what was chosen or drawn; with Shift, redo")],
  [phrase("Ctrl V"), phrase("paste a photo")],
  ["Esc", phrase("close what is open")],
  ["?", phrase("this list")],
];

export function openHelp() {
  if (document.querySelector("dialog[open]")) return;
  openDialog(phrase("Help"), { kind: "narrow" }, h("div", { class: "dialog-body" },
    h("p", {}, phrase("Choose a photo and a painting, press Paint, and watch. While it is painted you can move the sliders and apply them to the picture as it is.")),
    h("dl", { class: "facts help-keys" }, ...KEYS.flatMap(([keys, does]) => [h("dt", {}, ...keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, does)])),
    h("p", { class: "languages" }, h("span", {}, "Language · Sprache"), new LanguageChoice()),
    h("p", { class: "small quiet" }, h("a", { href: "/docs" }, phrase("Everything here is also an API, with a documentation.")))));
}
