// What is set for a film besides what is set for a picture; there where a clip is chosen.

import { setFilmOption, trim } from "../clips.js";
import { h } from "../dom.js";
import { endOf, makeFade, makeStrength, toleranceOf, withTolerance } from "../films.js";
import { phrase } from "../phrases.js";
import { clipOf, store, strengthOf, watch } from "../store.js";
import { label } from "../words.js";
import { colorField, field } from "./option-field.js";

/** Options whose value is made of something simpler. */
const MADE = ["fade", "keep_color"];
/** What is said of an option here, where its own sentence speaks of files. @type {Record<string, string>} */
const SAID = { fps: "The film has no more frames a second than so many; empty for all of the clip's." };
/** What stays at first: the green of a screen. */
const GREEN = "#00ff00";

/** @typedef {import("./option-field.js").Field} Field */

export class FilmSettings extends HTMLElement {
  connectedCallback() {
    const { properties } = store.form.film.schema;
    const plain = Object.keys(properties).filter((name) => !MADE.includes(name));
    /** @type {Map<string, Field>} */
    this.fields = new Map(plain.map((name) => [name, field(name, label(name, properties[name].title), { ...properties[name], description: SAID[name] ?? properties[name].description }, (value) => this.set(name, value))]));
    this.changes = this.changing();
    this.end = this.ending();
    this.fades = this.fading();
    this.color = this.keeping();
    this.tolerance = this.tolerating();
    this.append(h("details", { class: "fold" }, h("summary", {}, phrase("Film")), this.changes, this.end, this.fades, this.color, this.tolerance, ...this.fields.values()));
    watch(["settings", "clips"], () => this.show());
    this.show();
  }

  /** @param {string} name @param {unknown} value */
  set(name, value) {
    setFilmOption(name, value === /** @type {Options} */ (store.form.film.defaults)[name] ? undefined : value);
  }

  /** Whether strength runs to another one. */
  changing() {
    const schema = { ...bare(store.form.film.schema.properties.one_shot), description: phrase("It runs from the strength above, at the start of the film, to this one.") };
    return field("strength_changes", phrase("Another strength at the end"), schema, (on) => this.run(on ? (strengthOf(store.settings) > 0.5 ? 0.2 : 0.8) : null));
  }

  ending() {
    return field("strength_at_end", phrase("Strength at the end"), { ...store.form.schema.properties.strength, description: "" }, (value) => this.run(Number(value)));
  }

  /** @param {number | null} end what strength runs to; null for the same one throughout */
  run(end) {
    const { film } = store.settings;
    const clip = film ? clipOf(film.clip) : null;
    if (film && clip) trim({ strength: end === null ? null : makeStrength(strengthOf(store.settings), end, film, clip) });
  }

  fading() {
    const { one_shot: toggle, fade } = store.form.film.schema.properties;
    const schema = { ...bare(toggle), description: "The film begins with the first painting and ends with the last; on the way one fades into the next." };
    return field("fade", label("fade", fade.title), schema, (on) => {
      const { film, styles } = store.settings;
      const clip = film ? clipOf(film.clip) : null;
      if (film && clip) this.set("fade", on ? makeFade(styles.length, film, clip) : null);
    });
  }

  keeping() {
    const { title } = store.form.film.schema.properties.keep_color;
    return colorField("keep_color", label("keep_color", title), "What has about this colour in the clip is not painted: a green screen, say.", GREEN, (value) => this.set("keep_color", value));
  }

  tolerating() {
    const schema = { ...bare(store.form.film.schema.properties.one_shot), type: /** @type {const} */ ("number"), exclusiveMinimum: 0, maximum: 1, description: phrase("More takes in shadows on a green screen, less leaves what is nearly as green to be painted.") };
    return field("keep_tolerance", phrase("How far from this colour"), schema, (value) => {
      const kept = store.settings.film?.options.keep_color;
      if (typeof kept === "string") this.set("keep_color", withTolerance(kept, Number(value)));
    });
  }

  show() {
    const { film, styles } = store.settings;
    this.hidden = !film || !clipOf(film.clip);
    if (!film || !this.changes || !this.end || !this.fades || !this.color || !this.tolerance) return;
    const defaults = /** @type {Options} */ (store.form.film.defaults);
    for (const [name, one] of this.fields ?? []) one.show(film.options[name] ?? defaults[name]);
    this.changes.show(film.strength !== null);
    this.end.hidden = film.strength === null;
    if (film.strength !== null) this.end.show(endOf(film.strength));
    this.fades.hidden = styles.length < 2;
    this.fades.show(film.options.fade);
    const kept = film.options.keep_color;
    this.color.show(kept);
    this.tolerance.hidden = typeof kept !== "string";
    if (typeof kept === "string") this.tolerance.show(toleranceOf(kept));
  }
}

/** The form of a switch. @param {OptionField} schema */
function bare(schema) {
  return { ...schema, title: "", default: false };
}

customElements.define("film-settings", FilmSettings);
