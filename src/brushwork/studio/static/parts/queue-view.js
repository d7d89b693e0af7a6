// Everything that is painted, waits, or was painted lately.

import { api, at } from "../api.js";
import { h, render } from "../vendor/preact.js";
import { sign } from "../icons.js";
import { active, imageOf, show, store, tell, titleOf, watch } from "../store.js";
import { moment } from "../words.js";
import { describe } from "./job-tray.js";
import { complain } from "./toast-list.js";

class QueueView extends HTMLElement {
  begin() {
    watch(["jobs", "images"], () => { if (!this.hidden) this.draw(); });
    window.addEventListener("hashchange", () => this.draw());
    this.draw();
  }

  draw() {
    const waiting = active();
    const over = [...store.jobs.values()].filter((job) => !waiting.includes(job) && !job.grid).sort((a, b) => b.created - a.created);
    const body = waiting.length + over.length ? [waiting.length ? h("ol", { key: "queue", class: "jobs", "aria-label": "Queue" }, ...waiting.map((job) => this.row(job))) : h("p", { key: "none", class: "quiet" }, "Nothing waits."), ...(over.length ? [h("h2", { key: "before", class: "section-head" }, "Before"), h("ul", { key: "done", class: "jobs", "aria-label": "Done" }, ...over.map((job) => this.row(job)))] : [])] : [empty()];
    render(h("div", { class: "page" }, h("div", { class: "page-head" }, h("h1", {}, "Queue"), over.length ? h("button", { class: "button tight", type: "button", onclick: () => this.clear(over) }, "Clear what is over") : null), ...body), this);
  }

  /** @param {any} job */
  row(job) {
    const images = [job.settings.content, ...job.settings.styles.map((/** @type {any} */ use) => use.image)].filter((id) => id && imageOf(id)).slice(0, 2);
    const alive = ["running", "queued", "paused"].includes(job.state);
    return h("li", { key: job.id, class: "job", "data-job": job.id },
      h("div", { class: "pair" }, ...images.map((id) => h("img", { key: id, src: at.imageThumb(id), alt: "" }))),
      h("div", { class: "text" },
        h("strong", {}, titleOf(job)),
        h("span", { class: job.state === "failed" ? "small bad" : "small quiet numbers" }, alive ? describe(job) : `${describe(job)} · ${moment(job.finished ?? job.created)}`),
        alive && job.progress > 0 ? h("progress", { max: 1, value: job.progress, "aria-label": "Progress" }) : null),
      h("div", { class: "acts" }, ...this.acts(job)));
  }

  /** @param {any} job */
  acts(job) {
    const one = (/** @type {any} */ drawing, /** @type {string} */ text, /** @type {() => Promise<unknown> | void} */ call, disabled = false) => h("button", { class: "icon-button", type: "button", title: text, "aria-label": text, key: text, disabled, onclick: () => this.ask(call) }, sign(drawing));
    const look = one("brush", "Show", () => { show(job.id); location.hash = "paint"; });
    const cancel = one("close", "Cancel", () => api.job(job.id, "cancel"));
    if (job.state === "queued") return [look, one("up", "Earlier", () => api.job(job.id, "move", { position: job.position - 1 }), !job.position), one("lower", "Later", () => api.job(job.id, "move", { position: job.position + 1 })), cancel];
    if (job.state === "running") return [look, one("pause", "Pause", () => api.job(job.id, "pause")), cancel];
    if (job.state === "paused") return [look, one("play", "Go on", () => api.job(job.id, "resume")), cancel];
    return [look, one("trash", "Forget", () => this.forget(job))];
  }

  /** @param {any[]} jobs */
  async clear(jobs) {
    for (const job of jobs) await this.ask(() => this.forget(job));
  }

  /** @param {any} job */
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

function empty() {
  return h("div", { key: "empty", class: "empty" }, h("h2", {}, "Nothing to paint yet"), h("p", {}, "Choose a photo and a painting, and press Paint."), h("a", { class: "button", href: "#paint" }, "Choose"));
}

customElements.define("queue-view", QueueView);
