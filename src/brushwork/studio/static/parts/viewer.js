// A result as large as the window: magnified, moved, compared with its photo, and gone on from.

import { rename } from "../address.js";
import { api, at } from "../api.js";
import { copyImage, letDragOut } from "../copy.js";
import { h, pend, say } from "../dom.js";
import { icon } from "../icons.js";
import { phrase } from "../phrases.js";
import { takeResult } from "../results.js";
import { imageOf, watch } from "../store.js";
import { percent } from "../words.js";
import { Zoom } from "../zoom.js";
import { CompareSlider } from "./compare-slider.js";
import { openDialog, replaceDialog } from "./dialog.js";
import { openFilm } from "./film-dialog.js";
import { change, resultPanel } from "./result-panel.js";
import { complain, toast } from "./toast-list.js";

const ABOUT = "brushwork-viewer-about";
const STEP = 1.25;
/** CSS pixels beside the line that still take hold of it. */
const NEAR = 22;

/** @typedef {import("../shelf.js").Shelf} Shelf */

class Viewer {
  /** @param {Result} result @param {Shelf} shelf that is gone through */
  constructor(result, shelf) {
    this.result = result;
    this.shelf = shelf;
    /** @type {"photo" | "painting" | "both"} */
    this.mode = "both";
    this.slider = new CompareSlider();
    this.sheet = h("div", { class: "viewer-sheet" });
    this.view = h("div", { class: "viewer-view", tabIndex: 0, role: "group", "aria-label": phrase("The picture: plus and minus magnify, 0 fits it, arrows go to the next") }, this.sheet);
    this.about = h("aside", { class: "viewer-about", "aria-label": phrase("About this painting") });
    this.place = h("span", { class: "quiet numbers viewer-place" });
    this.percent = h("output", { class: "numbers" });
    this.main = h("div", { class: "viewer-main" }, this.view, this.arrow(-1), this.arrow(1), this.bar());
    this.star = this.tool("star", phrase("Star"), () => change(this.result, { starred: !this.result.starred }));
    this.zoom = new Zoom(this.view, this.sheet, { onchange: () => this.tell(), pans: (event) => this.pans(event), onpinch: () => this.slider.letGo() });
  }

  open() {
    const toggle = this.tool("info", phrase("About this painting (i)"), () => this.showAbout(this.about.hidden));
    this.toggle = toggle;
    this.dialog = openDialog(this.result.name, {
      kind: "viewer",
      address: `#gallery/${this.result.id}`,
      tools: [this.place, this.star, this.tool("trash", phrase("Delete"), () => this.remove()), toggle],
      mayClose: () => leaveFullScreen(),
      onclose: () => this.close(),
    }, h("div", { class: "viewer-body" }, this.main, this.about));
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.view.addEventListener("dblclick", (event) => this.toggleSize(event));
    // The arrows lead to the next picture, and not to where the line was dragged.
    this.view.addEventListener("pointerup", () => this.view.focus({ preventScroll: true }));
    this.showAbout(localStorage.getItem(ABOUT) !== "no" && innerWidth > 860);
    this.unwatch = watch(["results", "gallery", "recent"], () => this.follow());
    if (this.shelf.total === null) this.shelf.open({}).catch(complain);
    this.show(this.result);
    this.view.focus();
  }

  close() {
    this.unwatch?.();
    document.querySelector(`[data-result="${this.result.id}"] .open`)?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Result} result */
  show(result) {
    this.result = result;
    this.slider = new CompareSlider();
    this.sheet.replaceChildren(this.slider);
    this.sheet.style.setProperty("background-image", `url("${at.resultThumb(result.id)}")`); // until the picture is there
    const photo = result.settings.content;
    const before = photo && imageOf(photo) ? at.image(photo) : null;
    this.bare = before === null;
    this.slider.show({ after: at.result(result.id), before, width: result.width, height: result.height });
    letDragOut(/** @type {HTMLImageElement} */ (this.slider.result), () => ({ name: this.result.name, address: at.result(this.result.id) }));
    letDragOut(/** @type {HTMLImageElement} */ (this.slider.photo), () => ({ name: imageOf(photo ?? "")?.title ?? phrase("Photo"), address: at.image(photo ?? "") }));
    this.setMode(this.mode);
    this.zoom.size(result.width, result.height);
    this.about.replaceChildren(...resultPanel(result, () => this.dialog?.close()));
    this.follow();
  }

  /** Takes over what has changed about the result, and where it stands. */
  follow() {
    const { items, total } = this.shelf;
    const place = this.index;
    if (place >= 0) this.result = items[place];
    const head = this.dialog?.querySelector("h2");
    if (head) say(head, this.result.name);
    this.star.setAttribute("aria-pressed", String(Boolean(this.result.starred)));
    say(this.place, place < 0 ? "" : phrase("{number} of {count}", { number: place + 1, count: total ?? 0 }));
    for (const arrow of this.main.querySelectorAll("[data-step]")) {
      const next = place + Number(arrow.getAttribute("data-step"));
      /** @type {HTMLElement} */ (arrow).hidden = place < 0 || next < 0 || next >= (total ?? 0);
    }
  }

  get index() {
    return this.shelf.items.findIndex((one) => one.id === this.result.id);
  }

  /** @param {number} by @returns {Promise<void>} */
  async step(by) {
    const place = this.index;
    if (place < 0) return;
    try {
      if (place + by >= this.shelf.items.length) await this.shelf.more();
    } catch (error) {
      complain(error);
    }
    const next = this.shelf.items[place + by];
    if (!next || !this.dialog?.open) return;
    if (next.film) {
      replaceDialog(this.dialog, () => openViewer(next, this.shelf));
      return;
    }
    this.show(next);
    rename(`#gallery/${next.id}`);
  }

  async remove() {
    const { result, shelf } = this;
    const place = this.index;
    try {
      await api.trashAll([result.id]);
    } catch (error) {
      complain(error);
      return;
    }
    takeResult({ ...result, deleted: true });
    const next = place < 0 ? null : shelf.items[Math.min(place, shelf.items.length - 1)];
    if (next && !next.film) {
      this.show(next);
      rename(`#gallery/${next.id}`);
    } else {
      this.dialog?.close();
    }
    toast(phrase("“{name}” is in the trash.", { name: result.name }), { action: phrase("Undo"), then: () => api.restoreAll([result.id]).catch(complain) });
  }

  /** @param {PointerEvent} event */
  pans(event) {
    if (event.button === 1) return true;
    if (event.button !== 0 || this.zoom.fitted) return false;
    return !(this.slider.dataset.mode === "both" && this.nearLine(event));
  }

  /** @param {PointerEvent} event */
  nearLine(event) {
    const line = this.slider.querySelector(".handle")?.getBoundingClientRect();
    return line !== undefined && Math.abs(event.clientX - (line.left + line.width / 2)) < NEAR;
  }

  /** Says how large it is, and lets go out what is not moved. */
  tell() {
    if (!this.zoom) return;
    say(this.percent, percent(this.zoom.percent / 100));
    this.view.dataset.fitted = String(this.zoom.fitted);
    this.sheet.classList.toggle("pixels", this.zoom.percent >= 300);
    this.slider.dataset.lens = "off";
    const { y, scale, height } = this.zoom;
    const middle = (this.view.clientHeight / 2 - y) / Math.max(1, scale * height);
    this.slider.style.setProperty("--knob", `${Math.max(4, Math.min(96, 100 * middle))}%`);
    const alone = this.slider.dataset.mode !== "both" && this.zoom.fitted;
    for (const image of this.slider.querySelectorAll("img")) image.draggable = alone;
  }

  /** @param {"photo" | "painting" | "both"} mode */
  setMode(mode) {
    this.mode = mode;
    this.slider.setMode(mode);
    for (const input of this.main.querySelectorAll('[name="viewer-mode"]')) {
      const radio = /** @type {HTMLInputElement} */ (input);
      radio.checked = radio.value === this.slider.dataset.mode;
      radio.disabled = this.bare === true && radio.value !== "painting";
    }
    this.tell();
  }

  /** @param {MouseEvent} event */
  toggleSize(event) {
    if (this.zoom.fitted) this.zoom.showActual(this.zoom.at(event));
    else this.zoom.fit();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('input:not([type="radio"]), select, textarea')) return;
    const pan = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] }[event.key];
    const way = document.documentElement.dir === "rtl" ? -1 : 1;
    /** @type {Record<string, () => void>} */
    const calls = {
      "+": () => this.zoom.by(STEP), "=": () => this.zoom.by(STEP), "-": () => this.zoom.by(1 / STEP),
      0: () => this.zoom.fit(), 1: () => this.zoom.showActual(), f: () => this.fullScreen(), i: () => this.showAbout(this.about.hidden),
      ArrowLeft: () => this.step(-way), ArrowRight: () => this.step(way), Delete: () => this.remove(),
    };
    if (pan && event.shiftKey) this.zoom.move(pan[0], pan[1]);
    else if (calls[event.key]) calls[event.key]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {boolean} on */
  showAbout(on) {
    this.about.hidden = !on;
    this.toggle?.setAttribute("aria-pressed", String(on));
    if (innerWidth > 860) localStorage.setItem(ABOUT, on ? "yes" : "no");
  }

  async fullScreen() {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await this.main.requestFullscreen();
    } catch {
      toast(phrase("This browser shows nothing on the whole screen here."), { bad: true });
    }
  }

  async copy() {
    try {
      const { content } = this.result.settings;
      await copyImage(content !== null && this.slider.dataset.mode === "photo" ? at.image(content) : at.result(this.result.id));
      toast(phrase("The picture is in the clipboard."));
    } catch (error) {
      complain(error);
    }
  }

  /** @param {number} by */
  arrow(by) {
    const text = by < 0 ? phrase("Previous (←)") : phrase("Next (→)");
    return h("button", { class: `icon-button viewer-arrow ${by < 0 ? "before" : "after"}`, type: "button", hidden: true, "data-step": String(by), title: text, "aria-label": text, onclick: () => this.step(by) }, icon(by < 0 ? "left" : "right"));
  }

  bar() {
    const mode = (/** @type {"photo" | "painting" | "both"} */ value, /** @type {string} */ text) => h("label", {}, h("input", { type: "radio", name: "viewer-mode", value, onchange: () => this.setMode(value) }), h("span", {}, text));
    const word = (/** @type {string} */ text, /** @type {string} */ key, /** @type {() => void} */ call) => h("button", { class: "button plain tight", type: "button", title: `${text} (${key})`, onclick: call }, text);
    const copy = this.tool("copy", phrase("Copy the picture"), () => pend(copy, () => this.copy()));
    return h("div", { class: "viewer-bar" },
      h("div", { class: "choices", role: "group", "aria-label": phrase("What is shown") }, mode("photo", phrase("Photo")), mode("both", phrase("Both")), mode("painting", phrase("Painting"))),
      h("div", { class: "viewer-tools", role: "group", "aria-label": phrase("Size") }, this.tool("minus", phrase("Smaller (−)"), () => this.zoom.by(1 / STEP)), this.percent, this.tool("plus", phrase("Larger (+)"), () => this.zoom.by(STEP)), word(phrase("Fit"), "0", () => this.zoom.fit()), word(percent(1), "1", () => this.zoom.showActual())),
      h("div", { class: "viewer-tools" }, copy, this.tool("screen", phrase("Whole screen (f)"), () => this.fullScreen())));
  }

  /** @param {Parameters<typeof icon>[0]} drawing @param {string} text @param {() => void} call */
  tool(drawing, text, call) {
    return h("button", { class: "icon-button", type: "button", title: text, "aria-label": text, onclick: call }, icon(drawing));
  }
}

/** Escape leaves the whole screen first. */
function leaveFullScreen() {
  if (!document.fullscreenElement) return true;
  document.exitFullscreen();
  return false;
}

/**
 * @param {Result} result
 * @param {Shelf} shelf whose results the arrows go through
 */
export function openViewer(result, shelf) {
  if (result.film) {
    openFilm(result, { shelf, open: (next) => openViewer(next, shelf) });
    return;
  }
  new Viewer(result, shelf).open();
}
