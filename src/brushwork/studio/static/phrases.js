// What the page says, in the language of whoever reads it. The English sentence is the key.

const KEPT = "brushwork-language";
/** How languages call themselves. @type {Record<string, string>} */
export const LANGUAGES = { en: "English", de: "Deutsch" };
/** Languages that are written from right to left. */
const LEFTWARD = ["ar", "fa", "he", "ur"];

/**
 * @typedef {Partial<Record<Intl.LDMLPluralRule, string>>} Forms a sentence for each kind of number
 * @typedef {{label: string, help: string, values?: Record<string, string>}} OptionWords
 * @typedef {{sentences: Record<string, string | Forms>, told: Record<string, string>, groups: Record<string, string>, options: Record<string, OptionWords>}} Catalogue
 * @typedef {Record<string, string | number>} Gaps what stands in a sentence's {gaps}
 */

/** What somebody has chosen, or the first language of the browser that is spoken here. */
function chooseLanguage() {
  const kept = globalThis.localStorage?.getItem(KEPT) ?? "";
  if (kept in LANGUAGES) return kept;
  return wishes().map(baseOf).find((name) => name in LANGUAGES) ?? "en";
}

/** @returns {readonly string[]} what the browser asks for */
function wishes() {
  return globalThis.navigator?.languages ?? [];
}

/** @param {string} locale */
function baseOf(locale) {
  return locale.split("-")[0];
}

/** @returns {Promise<Catalogue>} */
async function fetchCatalogue() {
  const none = { sentences: {}, told: {}, groups: {}, options: {} };
  if (language === "en") return none;
  try {
    return await (await fetch(`/static/languages/${language}.json`)).json();
  } catch {
    return none; // English is better than nothing
  }
}

export const language = chooseLanguage();
/** With its country, as far as the browser names one: dates differ. */
export const locale = wishes().find((one) => baseOf(one) === language) ?? language;
/** Whether it is written from right to left. */
export const leftward = LEFTWARD.includes(language);
const catalogue = await fetchCatalogue();
const plurals = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);

/** Chooses a language, for good. @param {string} name */
export function speak(name) {
  localStorage.setItem(KEPT, name);
  location.reload();
}

/** @param {string} sentence in English @param {Gaps} [gaps] */
export function phrase(sentence, gaps = {}) {
  const found = catalogue.sentences[sentence];
  return fill(typeof found === "string" ? found : sentence, gaps);
}

/**
 * The same for a number of things, which stands in the gap {count}.
 * @param {number} count @param {string} one @param {string} other in English; this is the key
 * @param {Gaps} [gaps]
 */
export function counted(count, one, other, gaps = {}) {
  const kind = plurals.select(count);
  const found = catalogue.sentences[other];
  const forms = typeof found === "object" ? found : { one, other };
  return fill(forms[kind] ?? forms.other ?? other, { count, ...gaps });
}

/** What the studio itself says: how each sentence is recognised, and what it is in this language. */
const tellings = Object.entries(catalogue.told).map(([sentence, here]) => ({ pattern: patternOf(sentence), here }));

/** @param {string} sentence in English, with {gaps} */
function patternOf(sentence) {
  const parts = sentence.split(/\{(\w+)\}/).map((part, number) => (number % 2 ? `(?<${part}>.+?)` : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)));
  return new RegExp(`^${parts.join("")}$`, "su");
}

/**
 * What the studio itself says, an error or a note. It comes in English, with its gaps filled, and stays so where the catalogue does not have it.
 * @param {string} text
 */
export function told(text) {
  for (const { pattern, here } of tellings) {
    const found = pattern.exec(text);
    if (found) return fill(here, Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, given]) => [name, numbered(given)])));
  }
  return text;
}

/** @param {string} text @returns {string | number} whole numbers are written as one's country does */
function numbered(text) {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

/** @param {string} sentence @param {Gaps} gaps */
function fill(sentence, gaps) {
  return sentence.replaceAll(/\{(\w+)\}/g, (gap, name) => {
    const given = gaps[name];
    if (given === undefined) return gap;
    return typeof given === "number" ? numbers.format(given) : given;
  });
}

/** How an option is called. @param {string} name @param {string} [english] as its title says, if that is not its name */
export function labelOf(name, english) {
  const spaced = name.replaceAll("_", " ");
  return catalogue.options[name]?.label ?? english ?? spaced[0].toUpperCase() + spaced.slice(1);
}

/** What an option does, in a sentence. @param {string} name @param {string | undefined} english */
export function helpOf(name, english) {
  return catalogue.options[name]?.help ?? english;
}

/** How one of the values of an option is called. @param {string} name @param {string} value */
export function choiceOf(name, value) {
  return catalogue.options[name]?.values?.[value] ?? value;
}

/** @param {string} title of a group of options */
export function groupOf(title) {
  return catalogue.groups[title] ?? title;
}

/** Says what stands in the page itself in its language, and which that is. */
export function translatePage() {
  document.documentElement.lang = locale;
  document.documentElement.dir = leftward ? "rtl" : "ltr";
  for (const element of document.querySelectorAll("[data-phrase]")) {
    element.textContent = phrase(element.getAttribute("data-phrase") ?? "");
  }
  for (const element of document.querySelectorAll("[data-phrase-label]")) {
    element.setAttribute("aria-label", phrase(element.getAttribute("data-phrase-label") ?? ""));
  }
}
