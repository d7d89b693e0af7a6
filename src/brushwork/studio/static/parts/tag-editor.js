// Tags of a result: each can be taken away, and another is written beside them.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { phrase } from "../phrases.js";

const MOST = 20;

/**
 * @param {string[]} tags
 * @param {(tags: string[]) => void} keep
 */
export function tagEditor(tags, keep) {
  let now = [...tags];
  const box = h("div", { class: "tags", role: "group", "aria-label": phrase("Tags") });
  const line = /** @type {HTMLInputElement} */ (h("input", { type: "text", placeholder: phrase("Add a tag"), "aria-label": phrase("Add a tag"), maxLength: 40 }));
  line.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== ",") return;
    event.preventDefault();
    add();
  });
  line.addEventListener("change", () => add());
  const change = (/** @type {string[]} */ next) => {
    now = next;
    draw();
    keep(now);
  };
  const add = () => {
    const tag = line.value.trim();
    line.value = "";
    if (tag && !now.includes(tag) && now.length < MOST) change([...now, tag]);
  };
  const chip = (/** @type {string} */ tag) => h("span", { class: "tag" }, tag, h("button", { type: "button", "aria-label": phrase("Take the tag {tag} away", { tag }), onclick: () => { change(now.filter((one) => one !== tag)); line.focus(); } }, icon("close")));
  const draw = () => {
    for (const old of box.querySelectorAll(".tag")) old.remove();
    box.prepend(...now.map(chip));
  };
  box.append(line);
  draw();
  return box;
}
