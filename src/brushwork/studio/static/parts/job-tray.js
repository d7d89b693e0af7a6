// Under the image: how far it is, and what can be done with it.

import { api } from "../api.js";
import { h, pend, say } from "../dom.js";
import { icon } from "../icons.js";
import { counted, phrase, told } from "../phrases.js";
import { resultOf } from "../results.js";
import { recent } from "../shelf.js";
import { noteRun } from "../sitting.js";
import { baseOf, setSettings, show, store, tell, titleOf, watch } from "../store.js";
import { duration, extent, percent } from "../words.js";
import { downloadButtons } from "./download-dialog.js";
import { LossCurves } from "./loss-curves.js";
import { complain, toast } from "./toast-list.js";
import { openViewer } from "./viewer.js";

export class JobTray extends HTMLElement {
  /** @param {import("./compare-slider.js").CompareSlider} slider */
  constructor(slider) {
    super();
    this.slider = slider;
    /** @type {Job | null} */ this.job = null;
  }

  connectedCallback() {
    this.className = "tray";
    this.curves = new LossCurves();
    this.name = h("p", { class: "name" });
    this.state = h("p", { class: "small quiet numbers", role: "status", "aria-live": "polite" });
    this.bar = /** @type {HTMLProgressElement} */ (h("progress", { max: 1, "aria-label": phrase("Progress") }));
    this.acts = h("div", { class: "tray-row" });
    this.append(h("div", { class: "tray-row" }, h("div", { class: "grow" }, this.name, this.state), this.acts), this.bar, this.curves);
    watch(["settings"], () => this.offer());
  }

  /** @param {Job | null} job */
  show(job) {
    this.job = job;
    this.hidden = job === null;
    if (!job || !this.name || !this.state || !this.bar || !this.acts) return;
    say(this.name, titleOf(job));
    say(this.state, describe(job));
    this.state.className = job.state === "failed" ? "small bad" : "small quiet numbers";
    this.bar.value = job.progress;
    this.bar.hidden = !["running", "queued", "paused"].includes(job.state);
    const key = `${job.id} ${job.state} ${resultOf(job.result)?.id}`;
    if (this.dataset.key !== key) {
      this.dataset.key = key;
      this.acts.replaceChildren(...this.buttons(job));
    }
    this.offer();
    this.curve();
  }

  curve() {
    if (this.job && this.curves) {
      const steps = store.losses.get(this.job.id) ?? [];
      this.curves.hidden = steps.length === 0 || this.job.state === "finished";
      this.curves.show(steps);
    }
  }

  /** @param {Job} job */
  buttons(job) {
    const lens = () => this.button("lens", phrase("Lens"), (event) => this.toggleLens(event));
    const close = () => this.button("close", phrase("Put away"), () => { show(null); });
    switch (job.state) {
      case "running":
        return [this.steer(), this.button("pause", phrase("Pause"), (event) => this.want("pause", event)), this.button("stop", phrase("Stop and keep"), (event) => this.want("stop", event)), this.button("close", phrase("Cancel"), (event) => this.want("cancel", event))];
      case "paused":
        return [this.steer(), this.button("play", phrase("Go on"), (event) => this.want("resume", event)), this.button("close", phrase("Cancel"), (event) => this.want("cancel", event))];
      case "queued":
        return [this.button("pause", phrase("Pause"), (event) => this.want("pause", event)), this.button("close", phrase("Cancel"), (event) => this.want("cancel", event))];
      case "finished":
      case "stopped":
        // What starts something stands first: the pointer that has just stopped a job rests at the end.
        return [this.button("again", phrase("Larger"), (event) => pend(/** @type {HTMLElement} */ (event.currentTarget), () => this.larger(job))), this.button("screen", phrase("View"), () => this.view(job)), ...(job.settings.film ? [] : [lens()]), ...this.download(job), close()];
      default:
        return [close()];
    }
  }

  /**
   * @param {Parameters<typeof icon>[0]} drawing @param {string} text @param {(event: Event) => void} call
   */
  button(drawing, text, call) {
    return h("button", { class: "button", type: "button", onclick: call }, icon(drawing), text);
  }

  steer() {
    return h("button", { class: "button", type: "button", id: "steer", hidden: true, onclick: () => this.apply() }, icon("settings"), phrase("Apply to this picture"));
  }

  /** @param {Job} job */
  download(job) {
    const result = resultOf(job.result);
    return result ? [downloadButtons(result)] : [];
  }

  /** Offers to steer where the form says something else than the job is painted by. */
  offer() {
    const button = /** @type {HTMLElement | null} */ (this.querySelector("#steer"));
    if (button && this.job) button.hidden = this.changes() === null;
  }

  /** What steering would change; null for nothing. */
  changes() {
    if (!this.job) return null;
    const now = this.job.settings;
    if (now.film) return null; // a film stays as it was begun
    const { options, styles, mask, content } = store.settings;
    if (content !== now.content) return null;
    const names = new Set([...Object.keys(options), ...Object.keys(now.options)].filter((name) => !store.form.fixed.includes(name)));
    const different = [...names].filter((name) => JSON.stringify(options[name]) !== JSON.stringify(now.options[name]));
    /** @type {Record<string, unknown>} */
    const change = {};
    if (different.length) change.options = Object.fromEntries(different.map((name) => [name, options[name] ?? baseOf(name)]));
    if (JSON.stringify(styles) !== JSON.stringify(now.styles)) change.styles = styles;
    if (mask && mask !== now.mask) change.mask = mask;
    return Object.keys(change).length ? change : null;
  }

  async apply() {
    const change = this.changes();
    if (!change || !this.job) return;
    await this.send(api.job(this.job.id, "steer", change), phrase("The picture goes on with these settings."));
  }

  /** @param {"pause" | "resume" | "stop" | "cancel"} what @param {Event} event */
  want(what, event) {
    const id = this.job?.id ?? "";
    return pend(/** @type {HTMLElement} */ (event.currentTarget), () => this.send(api.job(id, what)));
  }

  /** @param {Job} job */
  view(job) {
    const result = resultOf(job.result);
    if (result) openViewer(result, recent);
  }

  /** @param {Job} job */
  async larger(job) {
    const result = resultOf(job.result);
    if (!result) return;
    const size = Math.min(8192, 2 * Math.max(result.width, result.height));
    try {
      const next = await api.rerun(result.id, { size });
      store.jobs.set(next.id, next);
      noteRun(next);
      setSettings({ options: { ...store.settings.options, size } });
      tell("jobs");
      show(next.id);
    } catch (error) {
      complain(error);
    }
  }

  /** @param {Event} event */
  toggleLens(event) {
    const button = /** @type {HTMLElement} */ (event.currentTarget);
    const on = this.slider.dataset.lens !== "on";
    this.slider.dataset.lens = on ? "on" : "off";
    button.setAttribute("aria-pressed", String(on));
    if (!on) this.slider.magnify(false);
  }

  /** @param {Promise<Job>} request @param {string} [done] */
  async send(request, done) {
    try {
      const job = await request;
      store.jobs.set(job.id, job);
      if (done) toast(done);
      tell("jobs");
    } catch (error) {
      complain(error);
    }
  }
}

/** @param {Job} job */
export function describe(job) {
  const size = job.scale ? extent(job.scale.width, job.scale.height) : "";
  switch (job.state) {
    case "queued":
      if (job.position) return counted(job.position, "waits for {count} other", "waits for {count} others");
      return job.progress ? phrase("goes on in a moment") : phrase("begins in a moment");
    case "running": {
      if (!job.scale) return phrase("getting ready…");
      const { index, count } = job.scale;
      const pass = count > 1 ? [phrase("pass {number} of {count}", { number: index, count })] : [];
      if (job.settings.film) return [size, ...pass, phrase("frame {number} of {count}", { number: job.step, count: job.steps }), ...(job.remaining === null ? [] : [phrase("{time} left", { time: duration(job.remaining) })])].join(" · ");
      const left = job.remaining === null ? [] : [phrase("{time} left", { time: duration(job.remaining) })];
      return [size, phrase("scale {number} of {count}", { number: index, count }), phrase("step {number} of {count}", { number: job.step, count: job.steps }), ...left].join(" · ");
    }
    case "paused":
      if (job.error) return told(job.error);
      return job.scale ? phrase("paused at {size}, {percent}", { size, percent: percent(job.progress) }) : phrase("paused");
    case "finished":
      return [size, phrase("took {time}", { time: duration(job.seconds) }), ...(job.note ? [told(job.note)] : [])].join(" · ");
    case "stopped":
      return job.note ? told(job.note) : phrase("stopped and kept");
    case "failed":
      return job.error ? told(job.error) : phrase("failed");
    default:
      return phrase("cancelled");
  }
}

customElements.define("job-tray", JobTray);
