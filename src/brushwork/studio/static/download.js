// As what somebody takes paintings out: the format, and what is in the file; the next time as the last.

const KEPT = "brushwork-download";

/**
 * @typedef {"png" | "tiff" | "jpg" | "webp"} Format
 * @typedef {"none" | "srgb" | "display-p3"} Profile
 * @typedef {{format: Format, depth: 8 | 16, quality: number, profile: Profile}} Download
 */

/** How formats are called. @type {Record<Format, string>} */
export const FORMATS = { png: "PNG", tiff: "TIFF", jpg: "JPEG", webp: "WebP" };
/** @type {Download} */
const FIRST = { format: "png", depth: 8, quality: 95, profile: "none" };

/** @returns {Download} */
export function recallDownload() {
  try {
    return { ...FIRST, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
  } catch {
    return FIRST;
  }
}

/** @param {Download} how */
export function rememberDownload(how) {
  localStorage.setItem(KEPT, JSON.stringify(how));
}

/** @param {Format} format */
export function isDeep(format) {
  return format === "png" || format === "tiff";
}

/**
 * The same as far as all of these results can be given so.
 * @param {Download} how @param {Pick<Result, "depth">[]} results
 * @returns {Download}
 */
export function fitDownload(how, results) {
  const deep = isDeep(how.format) && results.every((one) => one.depth === 16);
  return { ...how, depth: deep ? how.depth : 8 };
}

/** What the studio is asked for; what is usual goes unsaid. @param {Download} how @returns {[string, string][]} */
export function queryOf({ format, depth, quality, profile }) {
  return [
    ["format", format],
    ...(depth === 16 ? /** @type {[string, string][]} */ ([["depth", "16"]]) : []),
    ...(format === "jpg" ? /** @type {[string, string][]} */ ([["quality", String(quality)]]) : []),
    ...(profile === "none" ? [] : /** @type {[string, string][]} */ ([["profile", profile]])),
  ];
}
