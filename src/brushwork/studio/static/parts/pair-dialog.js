// Two results side by side; moving or magnifying one moves the other.

import { at } from "../api.js";
import { h } from "../dom.js";
import { phrase } from "../phrases.js";
import { label, valueOf } from "../words.js";
import { openDialog } from "./dialog.js";

const MOST = 8;

/** @param {Result} left @param {Result} right */
export function openPair(left, right) {
  const panes = [left, right].map((result) => {
    const image = h("img", { src: at.result(result.id), alt: result.name, draggable: false });
    const options = Object.entries(result.settings.options).map(([name, given]) => `${label(name)} ${valueOf(name, given)}`).join(", ");
    return h("div", { class: "pane" }, image, h("p", {}, options || result.name));
  });
  const view = h("div", { class: "pair-view", tabIndex: 0, role: "group", "aria-label": phrase("Arrow keys move, plus and minus magnify") }, ...panes);
  openDialog(phrase("Compare"), {}, h("div", { class: "dialog-body" }, view));
  follow(view, panes.map((pane) => /** @type {HTMLImageElement} */ (pane.firstElementChild)));
}

/** @param {HTMLElement} view @param {HTMLImageElement[]} images */
function follow(view, images) {
  let zoom = 1;
  let [x, y] = [0, 0];
  const place = () => {
    for (const image of images) {
      const pane = /** @type {HTMLElement} */ (image.parentElement);
      const fit = Math.min(pane.clientWidth / (image.naturalWidth || 1), pane.clientHeight / (image.naturalHeight || 1));
      const scale = fit * zoom;
      const width = image.naturalWidth * scale;
      const height = image.naturalHeight * scale;
      image.style.setProperty("transform", `translate(${x * width - width / 2}px, ${y * height - height / 2}px) scale(${scale})`);
    }
  };
  const move = (/** @type {number} */ dx, /** @type {number} */ dy) => {
    x = Math.max(-0.5, Math.min(0.5, x + dx));
    y = Math.max(-0.5, Math.min(0.5, y + dy));
    place();
  };
  const magnify = (/** @type {number} */ factor) => { zoom = Math.max(1, Math.min(MOST, zoom * factor)); place(); };
  for (const image of images) image.addEventListener("load", place);
  view.addEventListener("wheel", (event) => { event.preventDefault(); magnify(event.deltaY < 0 ? 1.15 : 1 / 1.15); }, { passive: false });
  view.addEventListener("pointermove", (event) => {
    if (event.buttons !== 1) return;
    const pane = /** @type {HTMLElement} */ (images[0].parentElement);
    move(event.movementX / (pane.clientWidth * zoom), event.movementY / (pane.clientHeight * zoom));
  });
  view.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [0.05, 0], ArrowRight: [-0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step) move(step[0], step[1]);
    if (event.key === "+") magnify(1.25);
    if (event.key === "-") magnify(0.8);
  });
  new ResizeObserver(place).observe(view);
  view.focus();
}
