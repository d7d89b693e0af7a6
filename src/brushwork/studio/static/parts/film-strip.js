// Under the stage: what came of this sitting, the newest last; each gives its settings back.

import { at } from "../api.js";
import { phrase } from "../phrases.js";
import { h, render } from "../vendor/preact.js";
import { listScenes } from "../sitting.js";
import { setSettings, show, store, watch } from "../store.js";

/** @typedef {import("../sitting.js").Scene} Scene */

/** What a run is that has no picture. @type {Record<string, string>} */
const STATES = { queued: phrase("waits"), running: phrase("getting ready…"), paused: phrase("paused"), failed: phrase("failed"), cancelled: phrase("cancelled") };
const WORDS = { draft: phrase("Draft that was kept"), run: phrase("Painting"), cell: phrase("Small one of a grid") };

export class FilmStrip extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", phrase("Film strip: what came of this sitting"));
    watch(["sitting", "jobs", "shown", "settings"], () => this.draw());
    this.draw();
  }

  draw() {
    const scenes = listScenes().filter((scene) => scene.result || !scene.job || store.jobs.has(scene.job));
    this.hidden = scenes.length === 0;
    const grown = this.count !== undefined && scenes.length > this.count;
    this.count = scenes.length;
    const now = JSON.stringify(store.settings);
    render(scenes.map((scene, number) => this.frame(scene, number + 1, now)), this);
    if (grown) this.lastElementChild?.scrollIntoView({ inline: "end", block: "nearest" });
  }

  /** @param {Scene} scene @param {number} number @param {string} now */
  frame(scene, number, now) {
    const job = scene.job ? store.jobs.get(scene.job) : null;
    const result = scene.result ?? job?.result;
    const image = result ? at.resultThumb(result) : job?.preview ? at.preview(job.id, job.preview) : null;
    const chosen = scene.kind === "run" ? store.shown === scene.job : !store.shown && now === JSON.stringify(scene.settings);
    const alive = job && ["running", "queued", "paused"].includes(job.state);
    const text = phrase("{kind} {number}: take its settings", { kind: WORDS[scene.kind], number });
    return h("button", { key: scene.key, class: "frame-of-film", type: "button", "data-kind": scene.kind, title: text, "aria-label": text, "aria-pressed": String(chosen), onclick: () => take(scene) },
      image ? h("img", { src: image, alt: "", draggable: false }) : h("span", { class: "small" }, job ? (STATES[job.state] ?? "") : ""),
      alive ? h("progress", { max: 1, value: job.progress, "aria-hidden": "true" }) : null);
  }
}

/** @param {Scene} scene */
function take(scene) {
  show(null);
  setSettings(scene.settings);
  if (scene.kind === "run" && scene.job && store.jobs.has(scene.job)) show(scene.job);
}

customElements.define("film-strip", FilmStrip);
