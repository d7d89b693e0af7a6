// What the page knows, in one place. Parts read it, and are told when a topic changes.

import { follow } from "./films.js";
import { phrase } from "./phrases.js";
import { Steps } from "./steps.js";
import { listed } from "./words.js";

const REMEMBERED = "brushwork-settings";
const SHOWN = "brushwork-shown";

/** @returns {Settings} */
function first() {
  return {
    content: "cat",
    styles: [{ image: "great-wave", weight: 1, region: null, scale: 1 }],
    options: {},
    mask: null,
    regions: null,
    aspect: 1,
    film: null,
  };
}

export const store = {
  /** @type {ImageInfo[]} */ images: [],
  /** @type {ClipInfo[]} */ clips: [],
  /** @type {Form} */ form: /** @type {any} */ (null),
  /** @type {Map<string, Job>} */ jobs: new Map(),
  /** @type {Map<string, Result>} those that are known, by their identities */ results: new Map(),
  /** @type {Settings} */ settings: first(),
  /** @type {string | null} the job on the stage */ shown: null,
  /** @type {Draft | null} of the choice, as far as it is */ draft: null,
  /** @type {Map<string, LossStep[]>} losses by job */ losses: new Map(),
};

/** @type {Map<string, Set<() => void>>} */
const listeners = new Map();

/**
 * Calls back when one of the topics changes.
 * @param {string[]} topics images, clips, form, jobs, results, gallery, recent, reset, settings, shown,
 *   draft, losses, paced, sitting, left, grids
 * @param {() => void} call
 * @returns {() => void} ends it
 */
export function watch(topics, call) {
  for (const topic of topics) {
    if (!listeners.has(topic)) listeners.set(topic, new Set());
    listeners.get(topic)?.add(call);
  }
  return () => { for (const topic of topics) listeners.get(topic)?.delete(call); };
}

/** @param {string} topic */
export function tell(topic) {
  for (const call of Array.from(listeners.get(topic) ?? [])) call();
}

/** What was chosen before, and what was undone. @type {Steps<Settings>} */
export const steps = new Steps();

/** @param {Partial<Settings>} change */
export function setSettings(change) {
  const wanted = { ...store.settings, ...change };
  const next = wanted.film ? follow(store.settings, wanted, clipOf(wanted.film.clip), strengthOf) : wanted;
  if (JSON.stringify(next) !== JSON.stringify(store.settings)) steps.note(store.settings, next);
  choose(next);
}

/** Goes back to what was chosen before, or on again. @param {"undo" | "redo"} way */
export function stepSettings(way) {
  const found = steps[way](store.settings);
  if (found) choose(onlyKnown(found));
}

/** @param {Settings} settings */
function choose(settings) {
  store.settings = settings;
  localStorage.setItem(REMEMBERED, JSON.stringify(store.settings));
  clearStage();
  tell("settings");
}

/** Clears the stage for what is chosen next, unless something is still painted there. */
export function clearStage() {
  const job = store.shown ? store.jobs.get(store.shown) : null;
  if (!store.shown) return;
  if (job && ["running", "queued", "paused"].includes(job.state)) return;
  show(null);
}

/** @param {string | null} id of the job that goes on the stage, where a reload finds it again */
export function show(id) {
  store.shown = id;
  if (id) localStorage.setItem(SHOWN, id);
  else localStorage.removeItem(SHOWN);
  tell("shown");
}

/** What an option is where nobody says it: the preset's value, or the default. @param {string} name @returns {unknown} */
export function baseOf(name, settings = store.settings) {
  const presets = /** @type {Record<string, Options>} */ (store.form.presets);
  const defaults = /** @type {Options} */ (store.form.defaults);
  return presets[/** @type {string} */ (settings.options.preset)]?.[name] ?? defaults[name];
}

/** What the slider of the strength says. @param {Settings} settings */
export function strengthOf(settings) {
  return Number(settings.options.strength ?? baseOf("strength", settings));
}

/** Sets all options as they are where nobody says anything, a film's too. */
export function setDefaults() {
  const { film } = store.settings;
  setSettings({ options: {}, film: film && { ...film, options: {}, strength: null } });
}

/** @param {string | undefined} preset whose values take the place of those that were said before */
export function setPreset(preset) {
  const sets = store.form.presets[preset ?? ""] ?? {};
  const rest = Object.entries(store.settings.options).filter(([name]) => name !== "preset" && !(name in sets));
  setSettings({ options: { ...Object.fromEntries(rest), ...(preset ? { preset } : {}) } });
}

/** @param {string} name @param {unknown} value undefined for the default */
export function setOption(name, value) {
  const options = { ...store.settings.options };
  if (value === undefined) delete options[name];
  else options[name] = value;
  setSettings({ options });
}

/** Takes up where the last visit left, as far as its images are still there. */
export function recall() {
  const shown = localStorage.getItem(SHOWN);
  if (shown && store.jobs.has(shown)) store.shown = shown;
  try {
    const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? "null");
    if (!kept) return;
    // Version 0.1 called an image a picture, and nearest_neighbor neighbours.
    const uses = kept.styles.map((/** @type {any} */ { picture, ...use }) => ({ image: picture, ...use }));
    if (kept.options.statistics === "neighbours") kept.options.statistics = "nearest_neighbor";
    // A film had no options of its own once.
    const film = kept.film ? { options: {}, strength: null, ...kept.film } : null;
    store.settings = onlyKnown({ ...first(), ...kept, styles: uses, film });
  } catch {
    localStorage.removeItem(REMEMBERED);
  }
}

/** Settings as far as their images are still there. @param {Settings} settings @returns {Settings} */
function onlyKnown(settings) {
  const there = (/** @type {string | null} */ id) => (id !== null && imageOf(id) ? id : null);
  const styles = settings.styles.filter((use) => imageOf(use.image));
  return {
    ...settings,
    content: settings.content === null ? null : there(settings.content) ?? "cat",
    styles: styles.length ? styles : first().styles,
    mask: there(settings.mask),
    regions: there(settings.regions),
    film: settings.film && clipOf(settings.film.clip) && there(settings.content) ? settings.film : null,
  };
}

/** @param {string} id */
export function imageOf(id) {
  return store.images.find((image) => image.id === id) ?? null;
}

/** @param {string} id */
export function clipOf(id) {
  return store.clips.find((clip) => clip.id === id) ?? null;
}

/** A name without its ending. @param {string} name */
export function stemOf(name) {
  return name.replace(/(?<=.)\.[^.]*$/, "");
}

/** @param {Job} job */
export function titleOf(job) {
  const of = (/** @type {string} */ id) => imageOf(id)?.title ?? phrase("a picture");
  const styles = job.settings.styles.map((/** @type {StyleUse} */ use) => of(use.image));
  const paintings = listed(styles);
  if (job.settings.film) return phrase("{photo} in {paintings}", { photo: stemOf(clipOf(job.settings.film.clip)?.name ?? phrase("a clip")), paintings });
  return job.settings.content ? phrase("{photo} in {paintings}", { photo: of(job.settings.content), paintings }) : phrase("Texture of {paintings}", { paintings });
}

/** Jobs that wait or are painted, in order. */
export function active() {
  const rank = { running: 0, queued: 1, paused: 2 };
  return [...store.jobs.values()]
    .filter((job) => job.state in rank && !job.grid)
    .sort((a, b) => rank[/** @type {keyof typeof rank} */ (a.state)] - rank[/** @type {keyof typeof rank} */ (b.state)] || (a.position ?? 0) - (b.position ?? 0));
}
