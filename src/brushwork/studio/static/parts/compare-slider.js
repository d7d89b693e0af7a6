// Two images on one place, and a line between them to move; a lens shows every pixel.

import { h } from "../dom.js";
import { phrase } from "../phrases.js";

const LENS = 220;

export class CompareSlider extends HTMLElement {
  /** @param {{split?: number}} [how] where the line is at first, in percent of the width */
  constructor({ split = 50 } = {}) {
    super();
    this.first = split;
    /** @type {"photo" | "painting" | "both"} */
    this.mode = "both";
  }

  connectedCallback() {
    if (this.result) return;
    this.result = /** @type {HTMLImageElement} */ (h("img", { class: "after", alt: phrase("The painting"), draggable: false }));
    this.photo = /** @type {HTMLImageElement} */ (h("img", { class: "before", alt: "", draggable: false }));
    this.range = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: "0", max: "100", step: "0.1", "aria-label": phrase("How much of the photo is shown, from the left"), oninput: () => this.split(Number(this.range?.value)) }));
    this.lens = h("div", { class: "lens", hidden: true, "aria-hidden": "true" });
    this.append(this.result, this.photo, this.range, h("div", { class: "handle" }), h("span", { class: "label left" }, phrase("Photo")), h("span", { class: "label right" }, phrase("Painting")), this.lens);
    this.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.grab(event));
    this.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.point(event));
    for (const end of ["pointerup", "pointercancel"]) this.addEventListener(end, () => { this.held = false; });
    this.addEventListener("pointerleave", () => this.magnify(false));
    this.range.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event));
    this.range.addEventListener("keyup", (/** @type {KeyboardEvent} */ event) => { if (event.key === "z") this.magnify(false); });
    this.split(this.first);
  }

  /**
   * @param {{after: string, before: string | null, width: number, height: number}} images
   */
  show({ after, before, width, height }) {
    if (!this.result || !this.photo) return;
    if (this.dataset.shown !== after) this.swap(after);
    this.full = after;
    if (before && this.photo.getAttribute("src") !== before) this.photo.src = before;
    this.photo.hidden = before === null;
    this.style.setProperty("--shape", String(width / height));
    this.bare = before === null;
    this.obey();
  }

  /** @param {"photo" | "painting" | "both"} mode what is seen */
  setMode(mode) {
    this.mode = mode;
    this.obey();
  }

  /** Shows one alone, or both with the line where it was last. */
  obey() {
    const mode = this.bare ? "painting" : this.mode;
    const last = this.dataset.mode;
    if (last === mode) return;
    if (last === "both") this.first = Number(this.range?.value);
    this.dataset.mode = mode;
    for (const part of this.querySelectorAll(".handle, .label, input")) /** @type {HTMLElement} */ (part).hidden = mode !== "both";
    // At first the line is where whoever shows this has put it.
    if (last || mode !== "both") this.split({ photo: 100, painting: 0, both: this.first }[mode]);
  }

  /** @param {string} address the next image, which is shown when it is there: no flicker */
  swap(address) {
    this.dataset.shown = address;
    const next = new Image();
    next.onload = () => { if (this.dataset.shown === address) this.fade(address); };
    next.src = address;
  }

  /** @param {string} address what was shown before fades away over it */
  fade(address) {
    if (!this.result) return;
    if (this.result.src && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      const leaving = h("img", { class: "leaving", src: this.result.src, alt: "", onanimationend: () => leaving.remove() });
      this.querySelectorAll(".leaving").forEach((other) => other.remove());
      this.result.after(leaving);
    }
    this.result.src = address;
  }

  /** @param {number} percent */
  split(percent) {
    this.style.setProperty("--split", `${percent}%`);
    if (this.range && Number(this.range.value) !== percent) this.range.value = String(percent);
    const [left, right] = [this.querySelector(".label.left"), this.querySelector(".label.right")];
    /** @type {HTMLElement | null} */ (left)?.style.setProperty("opacity", percent > 12 ? "1" : "0");
    /** @type {HTMLElement | null} */ (right)?.style.setProperty("opacity", percent > 0 && percent < 88 ? "1" : "0");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "z" && !event.repeat) this.magnify(true, true);
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.split(Math.max(0, Math.min(100, Number(this.range?.value) + step)));
  }

  /** @param {boolean} on @param {boolean} [centred] without a pointer the lens is in the middle */
  magnify(on, centred = false) {
    if (!this.lens) return;
    this.lens.hidden = !on;
    if (on && centred && !this.place) this.place = { x: this.clientWidth / 2, y: this.clientHeight / 2 };
    if (on) this.look();
  }

  /** @param {PointerEvent} event the line jumps to where it is pressed, and follows from there */
  grab(event) {
    if (event.button !== 0 || !event.isPrimary || this.range?.hidden) return;
    event.preventDefault();
    this.setPointerCapture(event.pointerId);
    this.held = true;
    this.start = Number(this.range?.value);
    this.range?.focus({ preventScroll: true });
    this.point(event);
  }

  /** Puts the line back where it was taken hold of: a second finger came, and both magnify. */
  letGo() {
    if (!this.held || this.start === undefined) return;
    this.held = false;
    this.split(this.start);
  }

  /** @param {PointerEvent} event */
  point(event) {
    const box = this.getBoundingClientRect();
    this.place = { x: event.clientX - box.left, y: event.clientY - box.top };
    if (this.held) this.split(Math.max(0, Math.min(100, Math.round((1000 * this.place.x) / box.width) / 10)));
    if (this.dataset.lens === "on") this.magnify(true);
    else if (!this.lens?.hidden) this.look();
  }

  look() {
    if (!this.lens || !this.result || !this.place) return;
    const { x, y } = this.place;
    const scale = Math.max(1.5, this.result.naturalWidth / Math.max(1, this.clientWidth));
    const style = this.lens.style;
    style.setProperty("left", `${x}px`);
    style.setProperty("top", `${y}px`);
    style.setProperty("background-image", `url("${this.full}")`);
    style.setProperty("background-size", `${this.clientWidth * scale}px ${this.clientHeight * scale}px`);
    style.setProperty("background-position", `${LENS / 2 - x * scale - 3}px ${LENS / 2 - y * scale - 3}px`);
  }
}

customElements.define("compare-slider", CompareSlider);
