// Everything that is painted, waits, or was painted lately.

import { go } from "../address.js";
import { api, at } from "../api.js";
import { h, render } from "../vendor/preact.js";
import { sign } from "../icons.js";
import { counted, phrase } from "../phrases.js";
import { active, imageOf, show, store, tell, titleOf, watch } from "../store.js";
import { secondsLeft } from "../sum.js";
import { duration, moment } from "../words.js";
import { emptyState } from "./empty-state.js";
import { describe } from "./job-tray.js";
import { complain } from "./toast-list.js";

class QueueView extends HTMLElement {
  begin() {
    watch(["jobs", "images", "left"], () => { if (!this.hidden) this.draw(); });
    window.addEventListener("hashchange", () => this.draw());
    this.draw();
  }

  draw() {
    const waiting = active();
    const over = [...store.jobs.values()].filter((job) => !waiting.includes(job) && !job.grid).sort((a, b) => b.created - a.created);
    const body = waiting.length + over.length ? [waiting.length ? h("ol", { key: "queue", class: "jobs", "aria-label": phrase("Queue") }, ...waiting.map((job) => this.row(job))) : h("p", { key: "none", class: "quiet" }, phrase("Nothing waits.")), ...(over.length ? [h("h2", { key: "before", class: "section-head" }, phrase("Before")), h("ul", { key: "done", class: "jobs", "aria-label": phrase("Done") }, ...over.map((job) => this.row(job)))] : [])] : [empty()];
    render(h("div", { class: "page" }, h("div", { class: "page-head" }, h("h1", {}, phrase("Queue")), this.left(waiting), over.length ? h("button", { class: "button tight", type: "button", onclick: () => this.clear(over) }, phrase("Clear what is over")) : null), ...body), this);
  }

  /** How long everything will take. @param {any[]} waiting */
  left(waiting) {
    const seconds = secondsLeft();
    if (!waiting.length || seconds === null) return null;
    return h("p", { class: "quiet numbers", role: "status" }, `${counted(waiting.length, "{count} painting", "{count} paintings")} · ${phrase("about {time} left", { time: duration(seconds) })}`);
  }

  /** @param {Job} job */
  row(job) {
    const used = [job.settings.content, ...job.settings.styles.map((use) => use.image)];
    const images = used.flatMap((id) => (id && imageOf(id) ? [id] : [])).slice(0, 2);
    const alive = ["running", "queued", "paused"].includes(job.state);
    return h("li", { key: job.id, class: "job", "data-job": job.id },
      h("div", { class: "pair" }, ...images.map((id) => h("img", { key: id, src: at.imageThumb(id), alt: "" }))),
      h("div", { class: "text" },
        h("strong", {}, titleOf(job)),
        h("span", { class: job.state === "failed" ? "small bad" : "small quiet numbers" }, about(job)),
        alive && job.progress > 0 ? h("progress", { max: 1, value: job.progress, "aria-label": phrase("Progress") }) : null),
      h("div", { class: "acts" }, ...this.acts(job)));
  }

  /** @param {Job} job */
  acts(job) {
    const one = (/** @type {any} */ drawing, /** @type {string} */ text, /** @type {() => Promise<unknown> | void} */ call, disabled = false) => h("button", { class: "icon-button", type: "button", title: text, "aria-label": text, key: text, disabled, onclick: () => this.ask(call) }, sign(drawing));
    const look = one("brush", phrase("Show"), () => { show(job.id); go("paint"); });
    const cancel = one("close", phrase("Cancel"), () => api.job(job.id, "cancel"));
    const place = job.position ?? 0;
    if (job.state === "queued") return [look, one("up", phrase("Earlier"), () => api.job(job.id, "move", { position: place - 1 }), !place), one("lower", phrase("Later"), () => api.job(job.id, "move", { position: place + 1 })), cancel];
    if (job.state === "running") return [look, one("pause", phrase("Pause"), () => api.job(job.id, "pause")), cancel];
    if (job.state === "paused") return [look, one("play", phrase("Go on"), () => api.job(job.id, "resume")), cancel];
    return [look, one("trash", phrase("Forget"), () => this.forget(job))];
  }

  /** @param {Job[]} jobs */
  async clear(jobs) {
    for (const job of jobs) await this.ask(() => this.forget(job));
  }

  /** @param {Job} job */
  async forget(job) {
    await api.removeJob(job.id);
    store.jobs.delete(job.id);
    tell("jobs");
  }

  /** @param {() => Promise<unknown> | void} call */
  async ask(call) {
    try {
      await call();
    } catch (error) {
      complain(error);
    }
  }
}

/** How far a job is, where, and since when it is over. @param {Job} job */
function about(job) {
  const alive = ["running", "queued", "paused"].includes(job.state);
  const where = job.device === null || job.state === "queued" ? [] : [phrase("on {device}", { device: job.device })];
  return [describe(job), ...where, ...(alive ? [] : [moment(job.finished ?? job.created)])].join(" · ");
}

function empty() {
  const action = h("a", { class: "button main", href: "#paint" }, sign("brush"), phrase("Choose"));
  return emptyState(phrase("Nothing to paint yet"), phrase("Choose a photo and a painting, and press Paint."), { pictures: ["cat", "great-wave", "neuschwanstein"], action });
}

customElements.define("queue-view", QueueView);
