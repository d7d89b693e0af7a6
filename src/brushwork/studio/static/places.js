// Whether each painting has a place within what is marked, before a job finds out.

import { at } from "./api.js";
import { phrase } from "./phrases.js";
import { imageOf } from "./store.js";

/** Long side at which masks are compared. */
const SIDE = 256;
/** What a mask has to be so that it counts. */
const FAINT = 16;

/** Colours of the map, each for one painting, as the library knows them. */
export const COLORS = /** @type {const} */ ([["red", "#ff0000"], ["blue", "#0000ff"], ["green", "#00ff00"], ["yellow", "#ffff00"], ["magenta", "#ff00ff"], ["cyan", "#00ffff"]]);

/**
 * Names the paintings that would be painted nowhere.
 * @param {Settings} settings
 * @returns {Promise<string[]>}
 */
export async function findPlaceless({ mask, regions, styles }) {
  if (!mask || !regions) return [];
  const [marked, map] = await Promise.all([pixelsOf(mask), pixelsOf(regions)]);
  const placed = styles.filter((use) => use.region !== null);
  return placed.filter((use) => !meets(marked, map, String(use.region))).map((use) => imageOf(use.image)?.title ?? phrase("A painting"));
}

/** @param {string} id @returns {Promise<Uint8ClampedArray>} */
async function pixelsOf(id) {
  const image = new Image();
  image.src = at.image(id);
  await image.decode();
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.imageSmoothingEnabled = false;
  pen.drawImage(image, 0, 0, SIDE, SIDE);
  return pen.getImageData(0, 0, SIDE, SIDE).data;
}

/** @param {Uint8ClampedArray} marked @param {Uint8ClampedArray} map @param {string} region */
function meets(marked, map, region) {
  const code = COLORS.find(([name]) => name === region)?.[1] ?? "#000000";
  const wanted = [1, 3, 5].map((place) => parseInt(code.slice(place, place + 2), 16));
  for (let place = 0; place < map.length; place += 4) {
    if (marked[place] > FAINT && wanted.every((level, channel) => Math.abs(map[place + channel] - level) < 64)) return true;
  }
  return false;
}
