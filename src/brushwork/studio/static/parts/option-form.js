// The form of all options, drawn from the library's own model of them.

import { h } from "../dom.js";
import { label } from "../words.js";
import { baseOf, setOption, setPreset, store, watch } from "../store.js";
import { field } from "./option-field.js";

export class OptionForm extends HTMLElement {
  connectedCallback() {
    const { groups } = store.form;
    // The one dial that everybody turns stands first.
    const front = ["strength", ...store.form.front.filter((/** @type {string} */ name) => name !== "strength")];
    this.append(
      h("section", { class: "section" }, h("div", { class: "section-head" }, h("h2", {}, "Settings"), this.reset()), ...front.map((/** @type {string} */ name) => this.field(name))),
      ...groups.map((/** @type {any} */ group) => h("details", { class: "fold" }, h("summary", {}, group.title), ...group.options.map((/** @type {string} */ name) => this.field(name)))),
    );
    watch(["settings"], () => this.show());
    this.show();
  }

  reset() {
    return h("button", { class: "button plain tight", type: "button", onclick: () => { for (const name of Object.keys(store.settings.options)) setOption(name, undefined); } }, "Defaults");
  }

  /** @param {string} name */
  field(name) {
    const schema = store.form.schema.properties[name];
    return field(name, label(name), schema, (value) => {
      if (name === "preset") return setPreset(/** @type {string} */ (value) ?? undefined);
      const same = JSON.stringify(value) === JSON.stringify(baseOf(name));
      setOption(name, same ? undefined : value);
    });
  }

  show() {
    for (const element of this.querySelectorAll("[data-option]")) {
      const name = element.getAttribute("data-option") ?? "";
      /** @type {any} */ (element).show(store.settings.options[name] ?? baseOf(name));
    }
  }
}

customElements.define("option-form", OptionForm);
