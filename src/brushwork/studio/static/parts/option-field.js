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
  return finish(make(`option-${name}`, title, { ...kind, name, optional: kind !== schema }, change), name, schema.description);
}

/**
 * A colour, and whether there is one.
 * @param {string} name @param {string} title @param {string} description
 * @param {string} first the colour that is offered
 * @param {(value: string | null) => void} change
 * @returns {Field}
 */
export function colorField(name, title, description, first, change) {
  const id = `option-${name}`;
  let rest = ""; // a tolerance after the colour stays as it is
  const tellChange = () => change(box.checked ? picker.value + rest : null);
  const box = /** @type {HTMLInputElement} */ (h("input", { id, type: "checkbox", class: "switch", onchange: tellChange }));
  const picker = /** @type {HTMLInputElement} */ (h("input", { type: "color", value: first, "aria-label": phrase("{option}: which", { option: title }), onchange: tellChange }));
  const element = h("div", { class: "field" }, h("label", { for: id }, title), h("span", { class: "tray-row" }, picker, box));
  return finish(attach(element, (value) => {
    const [color, ...more] = String(value ?? "").split(":");
    box.checked = Boolean(value);
    picker.hidden = !value;
    rest = more.map((part) => `:${part}`).join("");
    if (/^#[0-9a-f]{6}$/i.test(color)) picker.value = color;
  }), name, description);
}

/** @param {Field} element @param {string} name @param {string | null | undefined} description */
function finish(element, name, description) {
  element.dataset.option = name;
  const help = helpOf(name, description ?? undefined);
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
  const high = kind.maximum ?? 1000;
  const wide = high - (kind.minimum ?? 0);
  const step = whole ? 1 : wide > 10 ? 0.1 : wide > 2 ? 0.05 : 0.01;
  const low = kind.minimum ?? (typeof kind.exclusiveMinimum === "number" ? kind.exclusiveMinimum + step : 0);
  const set = (/** @type {string} */ text) => {
    if (text === "" && kind.optional) return change(null);
    const given = Number(text);
    if (text !== "" && Number.isFinite(given)) change(Math.min(high, Math.max(low, whole ? Math.round(given) : given)));
  };
  const box = /** @type {HTMLInputElement} */ (h("input", { id, type: "number", min: String(low), max: String(high), step: "any", placeholder: kind.optional ? phrase("any") : "", onchange: () => set(box.value) }));
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
    if (document.activeElement !== box) box.value = String(value ?? "");
    if (slider) slider.value = String(value);
    for (const radio of element.querySelectorAll('input[type="radio"]')) /** @type {HTMLInputElement} */ (radio).checked = Number(/** @type {HTMLInputElement} */ (radio).value) === value;
  });
}

/** @param {(text: string) => void} set */
function sizes(set) {
  return h("div", { class: "choices", role: "group", "aria-label": phrase("Usual sizes") }, ...SIZES.map((size) => h("label", {}, h("input", { type: "radio", name: "usual-size", value: String(size), onchange: () => set(String(size)) }), h("span", {}, String(size)))));
}
