// Numbers and names, as people say them in their language.

import { choiceOf, labelOf, leftward, locale, phrase } from "./phrases.js";

/** @param {string} unit @param {number} digits after the point */
function measure(unit, digits) {
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const SECONDS = measure("second", 0);
const MINUTES = measure("minute", 0);
const FEW_MINUTES = measure("minute", 1);
const HOURS = measure("hour", 1);
const MEGABYTES = measure("megabyte", 0);
const GIGABYTES = measure("gigabyte", 1);
const NUMBER = new Intl.NumberFormat(locale, { maximumFractionDigits: 4, useGrouping: false });
const PERCENT = new Intl.NumberFormat(locale, { style: "percent" });
const LOSS = new Intl.NumberFormat(locale, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
const SMALL_LOSS = new Intl.NumberFormat(locale, { notation: "scientific", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const CLOCK = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const DAY_OF_YEAR = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const TENTHS = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2, minimumFractionDigits: 1, maximumFractionDigits: 1 });
const LIST = new Intl.ListFormat(locale, { type: "conjunction" });

/** @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 1) return phrase("a moment");
  if (seconds < 90) return SECONDS.format(seconds);
  const minutes = seconds / 60;
  if (minutes < 90) return (minutes < 10 ? FEW_MINUTES : MINUTES).format(minutes);
  return HOURS.format(minutes / 60);
}

/** A moment of a film: minutes, seconds and tenths. @param {number} seconds */
export function clock(seconds) {
  const tenths = Math.floor(seconds * 10 + 0.05);
  return `${Math.floor(tenths / 600)}:${TENTHS.format((tenths % 600) / 10)}`;
}

/** @param {number} bytes */
export function amount(bytes) {
  return bytes >= 1e9 ? GIGABYTES.format(bytes / 1e9) : MEGABYTES.format(bytes / 1e6);
}

/** @param {number} part from 0 to 1 */
export function percent(part) {
  return PERCENT.format(part);
}

/** @param {string} name of an option @param {string} [english] its title */
export function label(name, english) {
  return labelOf(name, english);
}

/** @param {number} loss */
export function loss(loss) {
  return (loss >= 0.01 && loss < 1000 ? LOSS : SMALL_LOSS).format(loss);
}

/** @param {number} time seconds since the epoch */
export function moment(time) {
  return `${day(time)}, ${CLOCK.format(new Date(time * 1000))}`;
}

/** @param {number} time seconds since the epoch */
export function day(time) {
  const date = new Date(time * 1000);
  const now = new Date();
  if (date.toDateString() === now.toDateString()) return phrase("today");
  return (date.getFullYear() === now.getFullYear() ? DAY : DAY_OF_YEAR).format(date);
}

/** A size in pixels, of which the width stands first even where one reads from the right. @param {number} width @param {number} height */
export function extent(width, height) {
  const text = `${width} × ${height}`;
  return leftward ? `\u2066${text}\u2069` : text;
}

/** @param {string[]} names */
export function listed(names) {
  return LIST.format(names);
}

/** When a painting was made, without what its source says besides. @param {string | null} year */
export function plainYear(year) {
  return year?.replaceAll(/\s*\(.*?\)/g, "") ?? "";
}

/** @param {unknown} value of an option */
export function value(value) {
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** What people read for a value. @param {string} option @param {unknown} given */
export function valueOf(option, given) {
  if (typeof given === "boolean") return given ? phrase("yes") : phrase("no");
  if (typeof given === "number") return NUMBER.format(given);
  return choiceOf(option, value(given));
}
