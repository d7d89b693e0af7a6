// A brush over the photo: what is to be painted, or which style goes where.

import { api, at } from "../api.js";
import { h, pend } from "../dom.js";
import { icon } from "../icons.js";
import { phrase } from "../phrases.js";
import { COLORS } from "../places.js";
import { imageOf, setSettings, store, tell } from "../store.js";
import { Zoom } from "../zoom.js";
import { openDialog } from "./dialog.js";
import { MaskCanvas } from "./mask-canvas.js";
import { complain, toast } from "./toast-list.js";

/** By how much a key or a button magnifies. */
const STEP = 1.4;

/** @param {"mask" | "regions"} kind */
export function openMask(kind) {
  const photo = store.settings.content;
  if (photo === null) {
    toast(phrase("A texture has no photo to mark places in; choose a photo first."), { bad: true });
    return;
  }
  if (kind === "regions" && store.settings.styles.length < 2) {
    toast(phrase("Choose several paintings first (switch on “Mix several paintings”); each then gets its own place."), { bad: true });
    return;
  }
  const about = imageOf(photo);
  if (about === null) return;
  const sheet = new MaskCanvas(about.width, about.height, kind === "mask" ? "#ffffff" : COLORS[0][1], kind === "mask" ? "#000000" : COLORS[0][1]);
  const done = async () => {
    if (await keep(kind, sheet)) dialog.close();
  };
  const title = kind === "mask" ? phrase("Mark what is to be painted") : phrase("Mark where each painting goes");
  const before = kind === "mask" ? store.settings.mask : store.settings.regions;
  if (before) takeUp(before, sheet);
  const ring = h("div", { class: "ring", "aria-hidden": "true" });
  const fit = h("div", { class: "fit", "data-kind": kind }, h("img", { src: at.image(photo), alt: phrase("The photo"), draggable: false }), sheet.canvas, ring);
  encircle(fit, ring, sheet);
  const view = h("div", { class: "sheet" }, fit);
  const zoom = new Zoom(view, fit, { pans: (event) => event.button === 1 || sheet.still, onpinch: () => sheet.takeBack() });
  const question = h("div", { class: "dialog-question", role: "alertdialog", "aria-label": phrase("Throw the drawing away?"), hidden: true }, h("p", {}, phrase("Throw the drawing away?")),
    h("button", { class: "button", type: "button", onclick: () => { question.hidden = true; sheet.canvas.focus(); } }, phrase("Keep drawing")),
    h("button", { class: "button", type: "button", id: "mask-discard", onclick: () => dialog.close() }, phrase("Throw away")));
  // Nothing that was drawn is thrown away unasked.
  const mayClose = () => {
    if (!sheet.changed) return true;
    question.hidden = false;
    /** @type {HTMLElement} */ (question.querySelector("button")).focus();
    return false;
  };
  const dialog = openDialog(title, { mayClose },
    h("div", { class: "dialog-body" }, tools(kind, sheet, photo, zoom), view),
    question,
    h("div", { class: "dialog-foot" }, h("button", { class: "button", type: "button", onclick: () => { if (mayClose()) dialog.close(); } }, phrase("Cancel")), h("button", { class: "button", id: "mask-done", type: "button", onclick: done }, icon("stop"), phrase("Use it"))));
  zoom.size(sheet.canvas.width, sheet.canvas.height);
  dialog.addEventListener("keydown", (event) => magnify(event, zoom));
  sheet.canvas.focus();
}

/** Plus, minus and 0, as in the viewer. @param {KeyboardEvent} event @param {Zoom} zoom */
function magnify(event, zoom) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "+" || event.key === "=") zoom.by(STEP);
  else if (event.key === "-") zoom.by(1 / STEP);
  else if (event.key === "0") zoom.fit();
  else return;
  event.preventDefault();
}

/** Goes on with what was drawn before. @param {string} id @param {MaskCanvas} sheet */
function takeUp(id, sheet) {
  const image = new Image();
  image.onload = () => sheet.load(image);
  image.src = at.image(id);
}

/** Shows the size of the brush where it is. @param {HTMLElement} fit @param {HTMLElement} ring @param {MaskCanvas} sheet */
function encircle(fit, ring, sheet) {
  sheet.onpoint = (event) => {
    const box = fit.getBoundingClientRect();
    const width = (sheet.width * box.width) / sheet.canvas.width;
    ring.style.setProperty("width", `${width}px`);
    ring.style.setProperty("height", `${width}px`);
    ring.style.setProperty("translate", `${event.clientX - box.left - width / 2}px ${event.clientY - box.top - width / 2}px`);
  };
}

/** Where a subject is looked for as long as nothing is marked. */
/** @type {[number, number, number, number]} */
const MIDDLE = [0.04, 0.04, 0.92, 0.92];

/**
 * Marks the thing that stands where something is marked, or in the middle of the photo.
 * @param {string} photo @param {MaskCanvas} sheet
 */
async function findSubject(photo, sheet) {
  try {
    let subject = await api.findSubject(photo, sheet.bounds ?? MIDDLE);
    while (["waiting", "running"].includes(subject.state) && sheet.canvas.isConnected) {
      await new Promise((go) => { setTimeout(go, 150); });
      subject = await api.subject(subject.id);
    }
    if (subject.error !== null) throw new Error(`${subject.error[0].toUpperCase()}${subject.error.slice(1)}`);
    const image = new Image();
    image.src = at.subject(subject.id);
    await image.decode();
    sheet.remember();
    sheet.load(image);
  } catch (error) {
    complain(error);
  }
}

/** @param {string} photo @param {MaskCanvas} sheet */
function subjectButton(photo, sheet) {
  const button = h("button", { class: "button tight", type: "button", id: "mask-subject", title: phrase("Paint roughly over it first where it is not in the middle of the photo"), onclick: () => pend(button, () => findSubject(photo, sheet)) }, icon("lens"), phrase("Find the subject"));
  return button;
}

/** @param {"mask" | "regions"} kind @param {MaskCanvas} sheet @param {string} photo @param {Zoom} zoom */
function tools(kind, sheet, photo, zoom) {
  const size = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: "1", max: "40", value: String(sheet.percent), "aria-label": phrase("Size of the brush"), oninput: () => { sheet.percent = Number(size.value); } }));
  const soft = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: "0", max: "100", value: "0", "aria-label": phrase("Softness of the brush's edge"), oninput: () => { sheet.feather = Number(soft.value); } }));
  sheet.onsize = (percent) => { size.value = String(percent); };
  const act = (/** @type {string} */ text, /** @type {() => void} */ call) => h("button", { class: "button tight", type: "button", onclick: call }, text);
  const draw = (/** @type {string} */ color) => { [sheet.color, sheet.still] = [color, false]; };
  const colors = kind === "mask" ? [radio("paint", phrase("Paint"), () => draw("#ffffff"), true, null), radio("paint", phrase("Erase"), () => draw("#000000"), false, null)]
    : store.settings.styles.map((use, number) => radio("paint", imageOf(use.image)?.title ?? phrase("a picture"), () => draw(COLORS[number][1]), number === 0, number));
  colors.push(radio("paint", phrase("Move"), () => { sheet.still = true; }, false, null));
  const sizes = h("div", { class: "viewer-tools", role: "group", "aria-label": phrase("Zoom") }, iconButton("minus", phrase("Smaller (−)"), () => zoom.by(1 / STEP)), iconButton("plus", phrase("Larger (+)"), () => zoom.by(STEP)), h("button", { class: "button plain tight", type: "button", title: phrase("Show the whole photo (0)"), onclick: () => zoom.fit() }, phrase("Fit")));
  return h("div", { class: "tools" }, h("div", { class: "choices", role: "group", "aria-label": phrase("Brush") }, ...colors), h("label", {}, phrase("Size"), size), kind === "mask" ? h("label", {}, phrase("Soft edge"), soft) : null, act(phrase("Undo"), () => sheet.undo()), act(phrase("Redo"), () => sheet.redo()), ...(kind === "mask" ? [subjectButton(photo, sheet), act(phrase("Invert"), () => sheet.invert())] : []), act(phrase("Clear"), () => sheet.clear()), sizes);
}

/** @param {Parameters<typeof icon>[0]} drawing @param {string} text @param {() => void} call */
function iconButton(drawing, text, call) {
  return h("button", { class: "icon-button", type: "button", title: text, "aria-label": text, onclick: call }, icon(drawing));
}

/** @param {string} name @param {string} text @param {() => void} call @param {boolean} checked @param {number | null} number */
function radio(name, text, call, checked, number) {
  const dot = number === null ? null : h("b", { class: "swatch" });
  dot?.style.setProperty("background", COLORS[number ?? 0][1]);
  dot?.style.setProperty("display", "inline-block");
  return h("label", {}, h("input", { type: "radio", name, checked, onchange: call }), h("span", {}, dot, dot ? " " : "", text));
}

/** @param {"mask" | "regions"} kind @param {MaskCanvas} sheet */
async function keep(kind, sheet) {
  if (kind === "mask" && sheet.empty) {
    toast(phrase("Nothing is marked yet; draw over what is to be painted."), { bad: true });
    return false;
  }
  try {
    const image = await api.upload(await sheet.png(), kind === "mask" ? "mask.png" : "regions.png", "mask");
    store.images = [...store.images.filter((one) => one.id !== image.id), image];
    tell("images");
    if (kind === "mask") setSettings({ mask: image.id });
    else setSettings({ regions: image.id, styles: store.settings.styles.map((use, number) => ({ ...use, region: COLORS[number][0] })) });
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}
