// Under the stage: the contact sheet of the clip that is chosen, any moment of it, and where it is trimmed.

import { at } from "../api.js";
import { leaveClip, renameClip, showMoment, trim } from "../clips.js";
import { countFrames } from "../films.js";
import { sign } from "../icons.js";
import { momentOf } from "../moment.js";
import { counted, phrase } from "../phrases.js";
import { clipOf, store, watch } from "../store.js";
import { h, render } from "../vendor/preact.js";
import { clock, extent } from "../words.js";

export class ClipSheet extends HTMLElement {
  connectedCallback() {
    this.className = "clip-sheet";
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", phrase("Contact sheet of the clip"));
    /** @type {number | null} where the slider is held, as long as it is */
    this.held = null;
    watch(["clips", "settings", "reset"], () => { this.held = null; this.draw(); });
    this.draw();
  }

  draw() {
    const { film } = store.settings;
    const clip = film ? clipOf(film.clip) : null;
    this.hidden = !clip;
    render(clip && film ? [this.head(clip), this.stills(clip, film), this.moments(clip, film)] : [], this);
  }

  /** @param {ClipInfo} clip */
  head(clip) {
    const facts = [counted(clip.shots.length, "{count} shot", "{count} shots"), clock(clip.seconds), extent(clip.width, clip.height), ...(clip.sound ? [phrase("with sound")] : [])];
    return h("div", { key: "head", class: "tray-row" },
      h("input", { type: "text", class: "clip-name", value: clip.name, maxLength: 200, "aria-label": phrase("Name of the clip"), spellcheck: false, onchange: (/** @type {any} */ event) => this.rename(clip, event.target) }),
      h("p", { class: "grow small quiet numbers" }, facts.join(" · ")),
      h("button", { class: "icon-button", type: "button", title: phrase("Back to photos"), "aria-label": phrase("Back to photos"), onclick: leaveClip }, sign("close")));
  }

  /** @param {ClipInfo} clip @param {HTMLInputElement} line */
  rename(clip, line) {
    const name = line.value.trim();
    line.value = name || clip.name;
    if (name && name !== clip.name) renameClip(clip, name);
  }

  /** @param {ClipInfo} clip @param {NonNullable<Settings["film"]>} film */
  stills(clip, film) {
    const now = momentOf(store.settings);
    return h("ol", { key: "stills", class: "stills", tabIndex: -1 }, ...clip.stills.map((still, number) => {
      const begins = number === 0 || clip.stills[number - 1].shot !== still.shot;
      const outside = still.seconds < film.start || still.seconds >= (film.end ?? clip.seconds);
      const text = phrase("Shot {number}, {time}: draft this frame", { number: still.shot + 1, time: clock(still.seconds) });
      return h("li", { key: number, class: `${begins ? "begins" : ""} ${outside ? "outside" : ""}` },
        h("button", { class: "still", type: "button", "data-still": number, "aria-label": text, title: text, "aria-pressed": String(Math.abs(now - still.seconds) < 0.5 / clip.rate), onclick: () => showMoment(clip, still.seconds) },
          h("img", { src: at.sheet(clip.id, number), alt: "", loading: "lazy", draggable: false }), h("span", { class: "numbers" }, clock(still.seconds))));
    }));
  }

  /** @param {ClipInfo} clip @param {NonNullable<Settings["film"]>} film */
  moments(clip, film) {
    const frame = 1 / clip.rate;
    const now = this.held ?? momentOf(store.settings);
    const end = film.end ?? clip.seconds;
    const one = (/** @type {string} */ text, /** @type {() => void} */ call, disabled = false) => h("button", { class: "button tight", type: "button", disabled, onclick: call }, text);
    const whole = film.start === 0 && film.end === null;
    return h("div", { key: "moments", class: "tray-row moments" },
      h("input", { type: "range", min: 0, max: Math.max(0, clip.seconds - frame), step: frame, value: now, "aria-label": phrase("Moment of the clip"), "aria-valuetext": clock(now), oninput: (/** @type {any} */ event) => { this.held = Number(event.target.value); this.draw(); }, onchange: (/** @type {any} */ event) => showMoment(clip, Number(event.target.value)) }),
      h("output", { class: "numbers" }, clock(now)),
      one(phrase("Begin here"), () => trim({ start: round(now) }), now >= end),
      one(phrase("End here"), () => trim({ end: now + 1.5 * frame >= clip.seconds ? null : round(now + frame) }), now + frame <= film.start),
      one(phrase("Whole clip"), () => trim({ start: 0, end: null }), whole),
      h("p", { class: "small quiet numbers", role: "status" }, `${clock(film.start)} – ${clock(end)} · ${counted(countFrames(film, clip), "{count} frame", "{count} frames")}`));
  }
}

/** Milliseconds, not after the frame that is meant. @param {number} seconds */
function round(seconds) {
  return Math.floor(seconds * 1000 + 0.001) / 1000;
}

customElements.define("clip-sheet", ClipSheet);
