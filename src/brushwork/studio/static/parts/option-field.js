// One option as a control: what kind it is follows from its schema.

import { h } from "../dom.js";
import { choiceOf, helpOf, phrase } from "../phrases.js";
import { value as written } from "../words.js";

/**
 * @typedef {HTMLElement & {show: (value: unknown) => void}} Field a control that shows a value
 * @typedef {Partial<OptionField> & {name: string, optional: boolean}} Kind what an option is, null aside
 */

/** A slider finer or wider than this is no use; a number is typed instead. */
const MOST_STOPS = 400;
/** Sizes that people ask for, beside any that they type. */
const SIZES = [256, 512, 768, 1024, 2048];

/**
 * @param {string} name
 * @param {string} title
 * @param {OptionField} schema
 * @param {(value: unknown) => void} change
 * @returns {Field}
 */
export function field(name, title, schema, change) {
  const kind = plain(schema);
  const make = kind.enum ? choice : kind.type === "boolean" ? toggle : kind.type === "array" ? list : number;
  const element = make(`option-${name}`, title, { ...kind, name, optional: kind !== schema }, change);
  element.dataset.option = name;
  const help = helpOf(name, schema.description ?? undefined);
  if (help) element.append(h("p", { class: "help" }, help));
  return element;
}

/** @param {OptionField} schema @returns {Partial<OptionField>} */
function plain(schema) {
  const kinds = /** @type {Partial<OptionField>[] | null | undefined} */ (schema.anyOf);
  return kinds?.find((one) => one.type !== /** @type {string} */ ("null")) ?? schema;
}

/** @param {HTMLElement} element @param {(value: any) => void} show @returns {Field} */
function attach(element, show) {
  return Object.assign(element, { show });
}

/** @param {string} id @param {string} title @param {Kind} kind @param {(value: unknown) => void} change */
function choice(id, title, kind, change) {
  const words = [...(kind.optional ? [""] : []), ...(kind.enum ?? [])];
  const select = /** @type {HTMLSelectElement} */ (h("select", { id, onchange: () => change(select.value || null) }, ...words.map((word) => h("option", { value: word }, word ? choiceOf(kind.name, word) : phrase("none")))));
  return attach(h("div", { class: "field" }, h("label", { for: id }, title), select), (value) => { select.value = value ?? ""; });
}

/** @param {string} id @param {string} title @param {Kind} _kind @param {(value: unknown) => void} change */
function toggle(id, title, _kind, change) {
  const box = /** @type {HTMLInputElement} */ (h("input", { id, type: "checkbox", class: "switch", onchange: () => change(box.checked) }));
  return attach(h("div", { class: "field" }, h("label", { for: id }, title), box), (value) => { box.checked = Boolean(value); });
}

/** @param {string} id @param {string} title @param {Kind} _kind @param {(value: unknown) => void} change */
function list(id, title, _kind, change) {
  const line = /** @type {HTMLInputElement} */ (h("input", { id, type: "text", spellcheck: false, onchange: () => change(line.value.split(",").map((part) => part.trim()).filter(Boolean)) }));
  return attach(h("div", { class: "field wide" }, h("label", { for: id }, title), line), (value) => { line.value = written(value); });
}

/** @param {string} id @param {string} title @param {Kind} kind @param {(value: unknown) => void} change */
function number(id, title, kind, change) {
  const whole = kind.type === "integer";
  const low = kind.minimum ?? 0;
  const high = kind.maximum ?? 1000;
  const step = whole ? 1 : high - low > 10 ? 0.1 : high - low > 2 ? 0.05 : 0.01;
  const set = (/** @type {string} */ text) => {
    const given = Number(text);
    if (text !== "" && Number.isFinite(given)) change(Math.min(high, Math.max(low, whole ? Math.round(given) : given)));
  };
  const box = /** @type {HTMLInputElement} */ (h("input", { id, type: "number", min: String(low), max: String(high), step: "any", onchange: () => set(box.value) }));
  const parts = [h("label", { for: id }, title), box];
  /** @type {HTMLInputElement | null} */
  let slider = null;
  if ((high - low) / step <= MOST_STOPS) {
    slider = /** @type {HTMLInputElement} */ (h("input", { type: "range", min: String(low), max: String(high), step: String(step), "aria-label": title, oninput: () => set(/** @type {HTMLInputElement} */ (slider).value) }));
    parts.push(slider);
  }
  if (kind.name === "size") parts.push(sizes(set));
  const element = h("div", { class: "field" }, ...parts);
  return attach(element, (value) => {
    if (document.activeElement !== box) box.value = String(value);
    if (slider) slider.value = String(value);
    for (const radio of element.querySelectorAll('input[type="radio"]')) /** @type {HTMLInputElement} */ (radio).checked = Number(/** @type {HTMLInputElement} */ (radio).value) === value;
  });
}

/** @param {(text: string) => void} set */
function sizes(set) {
  return h("div", { class: "choices", role: "group", "aria-label": phrase("Usual sizes") }, ...SIZES.map((size) => h("label", {}, h("input", { type: "radio", name: "usual-size", value: String(size), onchange: () => set(String(size)) }), h("span", {}, String(size)))));
}
