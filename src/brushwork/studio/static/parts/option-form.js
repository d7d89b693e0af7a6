// The form of all options, drawn from the library's own model of them.

import { h } from "../dom.js";
import { label } from "../words.js";
import { icon } from "../icons.js";
import { groupOf, phrase } from "../phrases.js";
import { baseOf, setDefaults, setOption, setPreset, stepSettings, steps, store, watch } from "../store.js";
import { FilmSettings } from "./film-settings.js";
import { field } from "./option-field.js";

export class OptionForm extends HTMLElement {
  connectedCallback() {
    /** @type {Map<string, import("./option-field.js").Field>} */
    this.fields = new Map();
    const { groups } = store.form;
    // The one dial that everybody turns stands first.
    const front = ["strength", ...store.form.front.filter((/** @type {string} */ name) => name !== "strength")];
    this.append(
      h("section", { class: "section" }, h("div", { class: "section-head" }, h("h2", {}, phrase("Settings")), this.reset()), ...front.map((/** @type {string} */ name) => this.field(name))),
      new FilmSettings(),
      ...groups.map((/** @type {Form["groups"][number]} */ group) => h("details", { class: "fold" }, h("summary", {}, groupOf(group.title)), ...group.options.map((/** @type {string} */ name) => this.field(name)))),
    );
    watch(["settings"], () => this.show());
    this.show();
  }

  reset() {
    const step = (/** @type {"undo" | "redo"} */ way, /** @type {string} */ text) => {
      const button = /** @type {HTMLButtonElement} */ (h("button", { class: "icon-button", type: "button", title: text, "aria-label": text, onclick: () => stepSettings(way) }, icon(way)));
      const tellWhether = () => { button.disabled = steps[way === "undo" ? "past" : "future"].length === 0; };
      watch(["settings"], tellWhether);
      tellWhether();
      return button;
    };
    return h("div", { class: "tray-row close" }, step("undo", phrase("Undo what was chosen (Ctrl Z)")), step("redo", phrase("Choose it again (Ctrl Shift Z)")),
      h("button", { class: "button plain tight", type: "button", onclick: setDefaults }, phrase("Defaults")));
  }

  /** @param {string} name */
  field(name) {
    const schema = store.form.schema.properties[name];
    const made = field(name, label(name), schema, (value) => {
      if (name === "preset") return setPreset(/** @type {string} */ (value) ?? undefined);
      const same = JSON.stringify(value) === JSON.stringify(baseOf(name));
      setOption(name, same ? undefined : value);
    });
    this.fields?.set(name, made);
    return made;
  }

  show() {
    for (const [name, made] of this.fields ?? []) made.show(store.settings.options[name] ?? baseOf(name));
  }
}

customElements.define("option-form", OptionForm);
