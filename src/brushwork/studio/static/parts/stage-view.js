// The image: the photo before, the result as it grows, and what was made of it.

import { api, at } from "../api.js";
import { h, pend, say } from "../dom.js";
import { icon } from "../icons.js";
import { phrase } from "../phrases.js";
import { keepResults, resultOf } from "../results.js";
import { noteDraft } from "../sitting.js";
import { active, imageOf, store, tell, watch } from "../store.js";
import { ClipSheet } from "./clip-sheet.js";
import { CompareSlider } from "./compare-slider.js";
import { FilmPlayer } from "./film-player.js";
import { FilmStrip } from "./film-strip.js";
import { JobTray } from "./job-tray.js";
import { complain, toast } from "./toast-list.js";

export class StageView extends HTMLElement {
  constructor() {
    super();
    /** @type {FilmPlayer | null} */ this.player = null;
  }

  connectedCallback() {
    this.className = "stage";
    this.slider = new CompareSlider();
    this.easel = h("div", { class: "easel" });
    this.tray = new JobTray(this.slider);
    this.words = h("p", { role: "status" });
    this.keeper = h("button", { class: "button tight", type: "button", onclick: () => pend(this.keeper ?? null, () => this.keep()) }, icon("keep"), phrase("Keep"));
    this.note = h("div", { class: "draft-note", hidden: true }, this.words, this.keeper);
    this.append(this.easel, new ClipSheet(), this.tray, new FilmStrip());
    // What is pressed on it does not move the line that lies under it.
    this.note.addEventListener("pointerdown", (event) => event.stopPropagation());
    watch(["settings", "images", "shown", "draft", "jobs", "results"], () => this.draw());
    watch(["losses"], () => this.tray?.curve());
    if (!store.shown) store.shown = active()[0]?.id ?? null;
    new ResizeObserver(() => this.measure()).observe(this.easel);
    this.draw();
  }

  /** Tells the image how much room there is. */
  measure() {
    if (!this.easel) return;
    const style = getComputedStyle(this.easel);
    const room = this.easel.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    this.easel.style.setProperty("--room", `${Math.max(120, room)}px`);
  }

  draw() {
    const job = store.shown ? store.jobs.get(store.shown) : null;
    this.tray?.show(job ?? null);
    const growing = job && this.showJob(job);
    if (!growing && !this.showDraft()) this.idle();
    this.tellDraft();
    if (job && !store.losses.has(job.id)) this.recall(job.id);
  }

  /** @param {Job} job */
  showJob(job) {
    const result = resultOf(job.result);
    const after = result ? at.result(result.id) : job.preview ? at.preview(job.id, job.preview) : null;
    this.dataset.state = job.state;
    if (!after || !this.easel || !this.slider) return false;
    if (result?.film) return this.showFilm(result);
    this.mount(result ? 50 : 0);
    const shape = result ?? job.scale ?? { width: 4, height: 3 };
    const photo = job.settings.content;
    // What grows of a film is another frame than its still.
    const before = photo && !job.settings.film && imageOf(photo) ? at.image(photo) : null;
    // What grows is seen whole; what is done is blended with the photo at once.
    if (result && this.slider.classList.contains("growing")) this.slider.split(50);
    this.slider.classList.toggle("growing", !result);
    this.slider.show({ after, before, width: shape.width, height: shape.height });
    return true;
  }

  /** @param {Result} result */
  showFilm(result) {
    this.player ??= new FilmPlayer();
    if (this.player.parentElement !== this.easel) this.easel?.replaceChildren(this.player);
    this.player.show(result);
    return true;
  }

  /** Shows the draft of the choice; while a job has no picture yet, it stands in for it. */
  showDraft() {
    const { draft } = store;
    if (!draft?.image || !this.easel || !this.slider) return false;
    const { content, styles } = store.settings;
    // A draft of another photo would be a picture of something else.
    if (draft.settings.content !== content || !styles.length) return false;
    this.mount(0);
    this.slider.classList.add("growing");
    if (!store.shown) this.dataset.state = ["waiting", "running"].includes(draft.state) ? "drafting" : "drafted";
    this.slider.show({ after: draft.image, before: content && imageOf(content) ? at.image(content) : null, width: draft.width ?? 4, height: draft.height ?? 3 });
    return true;
  }

  /** Says that what stands on the stage is a draft, and that a mask is set. */
  tellDraft() {
    const said = [];
    if (!store.shown && this.dataset.state?.startsWith("draft")) said.push(this.dataset.state === "drafted" ? phrase("Draft") : store.draft?.note ?? phrase("Drafting…"));
    if (store.settings.mask) said.push(phrase("only where it is marked"));
    if (!this.note || !this.words || !this.keeper) return;
    this.note.hidden = said.length === 0;
    this.words.hidden = said.length === 0;
    // On the picture, whichever that is; moved only then, so that the focus stays.
    const picture = this.easel?.firstElementChild;
    if (picture && this.note.parentElement !== picture) picture.append(this.note);
    this.keeper.hidden = this.dataset.state !== "drafted" || store.draft?.state !== "finished" || Boolean(store.draft?.result);
    say(this.words, said.join(" · "));
  }

  /** Puts the draft into the gallery. */
  async keep() {
    const { draft } = store;
    if (!draft) return;
    try {
      const result = await api.keepDraft(draft.id);
      keepResults([result]);
      if (store.draft) store.draft = { ...store.draft, result: result.id };
      noteDraft(result);
      tell("draft");
      toast(phrase("The draft is in the gallery."));
    } catch (error) {
      complain(error);
    }
  }

  /** @param {number} split where the line is, when the picture comes onto the stage */
  mount(split) {
    if (!this.easel || !this.slider || this.slider.parentElement === this.easel) return;
    this.easel.replaceChildren(this.slider);
    this.slider.split(split);
  }

  idle() {
    if (!this.easel) return;
    if (!store.shown) delete this.dataset.state;
    const { content, styles } = store.settings;
    const key = JSON.stringify([content, styles.map((use) => use.image)]);
    if (this.easel.dataset.idle === key && this.easel.querySelector(".idle")) return;
    this.easel.dataset.idle = key;
    const photo = content ?? styles[0].image;
    const name = (/** @type {string} */ id) => imageOf(id)?.title ?? "";
    this.easel.replaceChildren(h("div", { class: "idle" },
      h("img", { class: "photo", src: at.image(photo), alt: content ? phrase("The photo: {name}", { name: name(photo) }) : phrase("The painting: {name}", { name: name(photo) }) }),
      content ? h("div", { class: "with" }, ...styles.slice(0, 3).map((use) => h("img", { src: at.imageThumb(use.image), alt: phrase("In the style of {name}", { name: name(use.image) }) }))) : null));
  }

  /** @param {string} id */
  async recall(id) {
    store.losses.set(id, []);
    try {
      const found = await api.losses(id);
      store.losses.set(id, found.steps);
      this.tray?.curve();
    } catch {
      // A job that was just removed has no losses any more.
    }
  }
}

customElements.define("stage-view", StageView);
