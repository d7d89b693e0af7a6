// A brush over the photo: what is to be painted, or which style goes where.

import { api, at } from "../api.js";
import { h, pend } from "../dom.js";
import { icon } from "../icons.js";
import { imageOf, setSettings, store, tell } from "../store.js";
import { openDialog } from "./dialog.js";
import { MaskCanvas } from "./mask-canvas.js";
import { complain, toast } from "./toast-list.js";

/** Colours of the map, each for one style image, as the library knows them. */
const COLORS = /** @type {const} */ ([["red", "#ff0000"], ["blue", "#0000ff"], ["green", "#00ff00"], ["yellow", "#ffff00"], ["magenta", "#ff00ff"], ["cyan", "#00ffff"]]);

/** @param {"mask" | "regions"} kind */
export function openMask(kind) {
  const photo = store.settings.content;
  if (photo === null) {
    toast("A texture has no photo to mark places in; choose a photo first.", { bad: true });
    return;
  }
  if (kind === "regions" && store.settings.styles.length < 2) {
    toast("Choose several paintings first (switch on “Mix several paintings”); each then gets its own place.", { bad: true });
    return;
  }
  const about = imageOf(photo);
  const sheet = new MaskCanvas(about.width, about.height, kind === "mask" ? "#ffffff" : COLORS[0][1], kind === "mask" ? "#000000" : COLORS[0][1]);
  const done = async () => {
    if (await keep(kind, sheet)) dialog.close();
  };
  const title = kind === "mask" ? "Mark what is to be painted" : "Mark where each painting goes";
  const before = kind === "mask" ? store.settings.mask : store.settings.regions;
  if (before) takeUp(before, sheet);
  const ring = h("div", { class: "ring", "aria-hidden": "true" });
  const fit = h("div", { class: "fit", "data-kind": kind }, h("img", { src: at.image(photo), alt: "The photo", draggable: false }), sheet.canvas, ring);
  encircle(fit, ring, sheet);
  const question = h("div", { class: "dialog-question", role: "alertdialog", "aria-label": "Throw the drawing away?", hidden: true }, h("p", {}, "Throw the drawing away?"),
    h("button", { class: "button", type: "button", onclick: () => { question.hidden = true; sheet.canvas.focus(); } }, "Keep drawing"),
    h("button", { class: "button", type: "button", id: "mask-discard", onclick: () => dialog.close() }, "Throw away"));
  // Nothing that was drawn is thrown away unasked.
  const mayClose = () => {
    if (!sheet.changed) return true;
    question.hidden = false;
    /** @type {HTMLElement} */ (question.querySelector("button")).focus();
    return false;
  };
  const dialog = openDialog(title, { mayClose },
    h("div", { class: "dialog-body" }, tools(kind, sheet, photo), h("div", { class: "sheet" }, fit)),
    question,
    h("div", { class: "dialog-foot" }, h("button", { class: "button", type: "button", onclick: () => { if (mayClose()) dialog.close(); } }, "Cancel"), h("button", { class: "button", id: "mask-done", type: "button", onclick: done }, icon("stop"), "Use it")));
  sheet.canvas.focus();
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
const MIDDLE = [0.1, 0.1, 0.8, 0.8];

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
    if (subject.state === "failed") throw new Error(`${subject.error[0].toUpperCase()}${subject.error.slice(1)}`);
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
  const button = h("button", { class: "button tight", type: "button", id: "mask-subject", title: "Paint roughly over it first where it is not in the middle of the photo", onclick: () => pend(button, () => findSubject(photo, sheet)) }, icon("lens"), "Find the subject");
  return button;
}

/** @param {"mask" | "regions"} kind @param {MaskCanvas} sheet @param {string} photo */
function tools(kind, sheet, photo) {
  const size = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: "1", max: "40", value: String(sheet.percent), "aria-label": "Size of the brush", oninput: () => { sheet.percent = Number(size.value); } }));
  const soft = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: "0", max: "100", value: "0", "aria-label": "Softness of the brush's edge", oninput: () => { sheet.feather = Number(soft.value); } }));
  sheet.onsize = (percent) => { size.value = String(percent); };
  const act = (/** @type {string} */ text, /** @type {() => void} */ call) => h("button", { class: "button tight", type: "button", onclick: call }, text);
  const colors = kind === "mask" ? [radio("paint", "Paint", () => { sheet.color = "#ffffff"; }, true, null), radio("paint", "Erase", () => { sheet.color = "#000000"; }, false, null)]
    : store.settings.styles.map((use, number) => radio("paint", imageOf(use.image)?.title ?? "result", () => { sheet.color = COLORS[number][1]; }, number === 0, number));
  return h("div", { class: "tools" }, h("div", { class: "choices", role: "group", "aria-label": "Brush" }, ...colors), h("label", {}, "Size", size), kind === "mask" ? h("label", {}, "Soft edge", soft) : null, act("Undo", () => sheet.undo()), act("Redo", () => sheet.redo()), ...(kind === "mask" ? [subjectButton(photo, sheet), act("Invert", () => sheet.invert())] : []), act("Clear", () => sheet.clear()));
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
    toast("Nothing is marked yet; draw over what is to be painted.", { bad: true });
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
