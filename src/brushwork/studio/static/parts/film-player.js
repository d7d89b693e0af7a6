// A film beside the clip that it was made of, in step: two films, one clock.

import { at } from "../api.js";
import { h, say } from "../dom.js";
import { icon } from "../icons.js";
import { phrase } from "../phrases.js";
import { clock } from "../words.js";

/** Seconds that the two may be apart before the clip is put where the film is. */
const APART = 0.06;
/** @typedef {"before" | "both" | "film"} Mode */

export class FilmPlayer extends HTMLElement {
  connectedCallback() {
    if (this.film) return;
    this.className = "film-player";
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", phrase("The film and its clip"));
    this.film = this.screen(phrase("Film"));
    this.clip = this.screen(phrase("Clip"));
    this.clip.muted = true; // the film has the sound
    this.play_ = h("button", { class: "icon-button", type: "button", onclick: () => this.toggle() });
    this.seeker = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: "0", max: "0", step: "0.001", value: "0", "aria-label": phrase("Moment of the film"), oninput: () => this.seek(Number(this.seeker?.value)) }));
    this.time = h("output", { class: "numbers" });
    this.sound = h("button", { class: "button tight", type: "button", "aria-pressed": "true", onclick: () => this.toggleSound() }, phrase("Sound"));
    const mode = (/** @type {Mode} */ value, /** @type {string} */ text) => h("label", {}, h("input", { type: "radio", name: `film-mode-${(FilmPlayer.count += 1)}`, value, checked: value === "both", onchange: () => this.setMode(value) }), h("span", {}, text));
    const modes = h("div", { class: "choices", role: "group", "aria-label": phrase("What is shown") }, mode("before", phrase("Clip")), mode("both", phrase("Both")), mode("film", phrase("Film")));
    for (const input of modes.querySelectorAll("input")) input.name = `film-mode-${FilmPlayer.count}`;
    this.append(
      h("div", { class: "screens" }, this.framed(this.clip, phrase("Clip"), "before"), this.framed(this.film, phrase("Film"), "film")),
      h("div", { class: "player-bar" }, this.play_, this.seeker, this.time, modes, this.sound));
    for (const event of ["play", "pause", "ended"]) this.film.addEventListener(event, () => this.tellState());
    this.film.addEventListener("timeupdate", () => this.keepStep());
    this.film.addEventListener("loadedmetadata", () => this.keepStep());
    this.film.addEventListener("waiting", () => this.clip?.pause());
    this.film.addEventListener("playing", () => { this.clip?.play().catch(() => {}); this.followFrames(); });
    this.film.addEventListener("pause", () => { this.clip?.pause(); this.keepStep(0); });
    this.setMode("both");
    this.tellState();
  }

  /** @param {Result} result */
  show(result) {
    if (this.dataset.film === result.id || !this.film || !this.clip || !this.seeker || !result.film) return;
    this.dataset.film = result.id;
    this.style.setProperty("--shape", String(result.width / result.height));
    this.film.poster = at.result(result.id);
    this.film.src = at.film(result.id);
    this.clip.src = at.before(result.id);
    this.length = result.film.seconds;
    this.seeker.max = String(this.length);
    this.seeker.value = "0";
    this.keepStep();
  }

  /** @param {string} name */
  screen(name) {
    return /** @type {HTMLVideoElement} */ (h("video", { preload: "auto", playsInline: true, disablePictureInPicture: true, "aria-label": name, onclick: () => this.toggle() }));
  }

  /** @param {HTMLVideoElement} video @param {string} name @param {string} which */
  framed(video, name, which) {
    return h("figure", { class: "screen", "data-screen": which }, video, h("figcaption", { class: "label" }, name));
  }

  /** @param {Mode} mode */
  setMode(mode) {
    this.dataset.mode = mode;
  }

  async toggle() {
    const { film, clip } = this;
    if (!film || !clip) return;
    if (!film.paused) {
      film.pause();
      return;
    }
    if (film.ended) this.seek(0);
    await Promise.all([film.play(), clip.play()]).catch(() => {}); // another click was quicker
  }

  /** @param {number} seconds */
  seek(seconds) {
    if (!this.film || !this.clip) return;
    this.film.currentTime = seconds;
    this.clip.currentTime = seconds;
    this.keepStep();
  }

  /** Puts the clip where the film is, if it is further away than that, and says where that is. */
  keepStep(apart = APART) {
    const { film, clip, seeker, time } = this;
    if (!film || !clip || !seeker || !time) return;
    if (Math.abs(clip.currentTime - film.currentTime) > apart && !clip.seeking) clip.currentTime = film.currentTime;
    seeker.value = String(film.currentTime);
    seeker.setAttribute("aria-valuetext", clock(film.currentTime));
    say(time, `${clock(film.currentTime)} / ${clock(this.length ?? 0)}`);
  }

  /** While it plays, at each frame of the screen. */
  followFrames() {
    if (!this.film || this.film.paused || this.following) return;
    this.following = true;
    requestAnimationFrame(() => { this.following = false; this.keepStep(); this.followFrames(); });
  }

  toggleSound() {
    if (!this.film || !this.sound) return;
    this.film.muted = !this.film.muted;
    this.sound.setAttribute("aria-pressed", String(!this.film.muted));
  }

  tellState() {
    const plays = this.film !== undefined && !this.film.paused && !this.film.ended;
    const text = plays ? phrase("Pause the film") : phrase("Play the film");
    this.play_?.replaceChildren(icon(plays ? "pause" : "play"));
    this.play_?.setAttribute("aria-label", text);
    this.play_?.setAttribute("title", text);
    this.dataset.plays = String(plays);
  }
}

/** How many there are, so that their choices are not one. */
FilmPlayer.count = 0;

customElements.define("film-player", FilmPlayer);
