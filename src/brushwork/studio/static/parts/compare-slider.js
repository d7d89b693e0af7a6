// Two images on one place, and a line between them to move; a lens shows every pixel.

import { h } from "../dom.js";

const LENS = 220;

export class CompareSlider extends HTMLElement {
  /** @param {{split?: number}} [how] where the line is at first, in percent of the width */
  constructor({ split = 50 } = {}) {
    super();
    this.first = split;
  }

  connectedCallback() {
    if (this.result) return;
    this.result = /** @type {HTMLImageElement} */ (h("img", { class: "after", alt: "The painting", draggable: false }));
    this.photo = /** @type {HTMLImageElement} */ (h("img", { class: "before", alt: "", draggable: false }));
    this.range = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: "0", max: "100", step: "0.1", "aria-label": "How much of the photo is shown, from the left", oninput: () => this.split(Number(this.range?.value)) }));
    this.lens = h("div", { class: "lens", hidden: true, "aria-hidden": "true" });
    this.append(this.result, this.photo, this.range, h("div", { class: "handle" }), h("span", { class: "label left" }, "Photo"), h("span", { class: "label right" }, "Painting"), this.lens);
    this.addEventListener("pointerdown", (event) => this.grab(event));
    this.addEventListener("pointermove", (event) => this.point(event));
    for (const end of ["pointerup", "pointercancel"]) this.addEventListener(end, () => { this.held = false; });
    this.addEventListener("pointerleave", () => this.magnify(false));
    this.range.addEventListener("keydown", (event) => this.key(event));
    this.range.addEventListener("keyup", (event) => { if (event.key === "z") this.magnify(false); });
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
    const bare = before === null;
    for (const part of this.querySelectorAll(".before, .handle, .label, input")) /** @type {HTMLElement} */ (part).hidden = bare;
    this.style.setProperty("aspect-ratio", `${width} / ${height}`);
    this.style.setProperty("width", `min(100%, calc(var(--room, 62dvh) * ${width / height}))`);
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
    this.range?.focus({ preventScroll: true });
    this.point(event);
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
