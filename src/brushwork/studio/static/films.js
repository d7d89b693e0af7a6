// What of a film follows from something else: its frames, and the times that are bound to its length.

/**
 * @typedef {NonNullable<Settings["film"]>} FilmUse
 * @typedef {(settings: Settings) => number} StrengthOf what the slider says
 */

/** Seconds that a film lasts. @param {FilmUse} film @param {ClipInfo} clip */
function lengthOf(film, clip) {
  return Math.min(film.end ?? clip.seconds, clip.seconds) - film.start;
}

/** How many frames are painted; the library counts them in the same way. @param {FilmUse} film @param {ClipInfo} clip */
export function countFrames(film, clip) {
  const every = Number(film.options.every ?? 1);
  const taken = Math.max(0, Math.ceil(Math.round(lengthOf(film, clip) * clip.rate) / every));
  const most = Number(film.options.fps ?? 0);
  if (!most || !taken) return taken;
  const last = ((taken - 1) * every) / clip.rate;
  return Math.min(taken, Math.floor(last * most + 1e-6) + 1);
}

/** When the last frame is shown, in seconds of the film. @param {FilmUse} film @param {ClipInfo} clip */
function lastOf(film, clip) {
  return Math.max(0.1, lengthOf(film, clip) - 1 / clip.rate);
}

/** @param {number} seconds */
function written(seconds) {
  return `${Number(seconds.toFixed(3))}s`;
}

/** Strength that runs from the film's start to its end. @param {number} from @param {number} to @param {FilmUse} film @param {ClipInfo} clip */
export function makeStrength(from, to, film, clip) {
  return `${from}@0s,${to}@${written(lastOf(film, clip))}`;
}

/** What strength over time ends with. @param {string} text */
export function endOf(text) {
  return pointsOf(text).at(-1)?.value ?? NaN;
}

/** One painting after another, each as long. @param {number} count @param {FilmUse} film @param {ClipInfo} clip */
export function makeFade(count, film, clip) {
  const last = lastOf(film, clip);
  return Array.from({ length: count }, (_, number) => written((last * number) / (count - 1))).join(",");
}

/** Seconds of a moment as it is written: 4s, 1:02. @param {string} text */
export function secondsOf(text) {
  return text.replace(/s$/, "").split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
}

/** @param {string} text strength over time */
export function pointsOf(text) {
  return text.split(",").map((part) => {
    const [value, moment = "0"] = part.split("@");
    return { value: Number(value), seconds: secondsOf(moment) };
  });
}

/** A number between moments, in a line from one to the next. @param {{value: number, seconds: number}[]} points @param {number} seconds */
function between(points, seconds) {
  const next = points.findIndex((point) => point.seconds > seconds);
  if (next === 0 || next === -1) return points[next === 0 ? 0 : points.length - 1].value;
  const [low, high] = [points[next - 1], points[next]];
  return low.value + ((seconds - low.seconds) / (high.seconds - low.seconds)) * (high.value - low.value);
}

/**
 * Settings that a draft of a frame has: the strength and the paintings of that moment.
 * @param {Settings} settings @param {number} moment in seconds of the clip @returns {Settings}
 */
export function atMoment(settings, moment) {
  const { film } = settings;
  if (!film) return settings;
  const seconds = Math.max(0, moment - film.start);
  const strength = film.strength === null ? null : Number(between(pointsOf(film.strength), seconds).toFixed(2));
  const options = strength === null ? settings.options : { ...settings.options, strength };
  return { ...settings, options, styles: weighed(settings.styles, film.options.fade, seconds) };
}

/** @param {StyleUse[]} styles @param {unknown} fade @param {number} seconds */
function weighed(styles, fade, seconds) {
  if (typeof fade !== "string") return styles;
  const moments = fade.split(",").map(secondsOf);
  const weights = styles.map((_, own) => between(moments.map((one, number) => ({ value: Number(number === own), seconds: one })), seconds));
  const seen = styles.map((use, number) => ({ ...use, weight: Number(weights[number].toFixed(2)) })).filter((use) => use.weight > 0);
  return moments.length === styles.length && seen.length ? seen : styles;
}

/**
 * Lets what is bound to a film's length, its strength and its paintings go with them; what the change itself says stays.
 * @param {Settings} before @param {Settings} next @param {ClipInfo | null} clip @param {StrengthOf} strengthOf
 * @returns {Settings}
 */
export function follow(before, next, clip, strengthOf) {
  const { film } = next;
  if (!film || !clip || before.film?.clip !== film.clip) return next;
  const moved = lengthOf(film, clip) !== lengthOf(before.film, clip);
  const followed = { ...film };
  if (film.strength !== null && film.strength === before.film.strength && (moved || strengthOf(next) !== strengthOf(before))) followed.strength = makeStrength(strengthOf(next), endOf(film.strength), film, clip);
  const count = next.styles.length;
  const { fade, ...rest } = film.options;
  if (fade && fade === before.film.options.fade && (moved || count !== before.styles.length)) followed.options = count > 1 ? { ...rest, fade: makeFade(count, film, clip) } : rest;
  return { ...next, film: followed };
}

/** How far from a colour that stays another may be and stay, too, where nothing is said: so it is in the library. */
const USUAL_TOLERANCE = 0.1;

/** @param {string} text a colour that stays, as in lime or lime:0.2 */
export function toleranceOf(text) {
  return Number(text.split(":")[1] ?? USUAL_TOLERANCE);
}

/** @param {string} text a colour that stays @param {number} tolerance */
export function withTolerance(text, tolerance) {
  const color = text.split(":")[0];
  return tolerance === USUAL_TOLERANCE ? color : `${color}:${tolerance}`;
}

/** What of a film another clip can have too: not what is bound to the length or the colours of the one before. @param {Settings["film"]} film @returns {Options} */
export function carriedOver(film) {
  const { fade: _times, keep_color: _color, ...rest } = film?.options ?? {};
  return rest;
}
