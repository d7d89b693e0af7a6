// Numbers and names, as people say them.

/** @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 1) return "a moment";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 90) return `${minutes < 10 ? minutes.toFixed(1) : Math.round(minutes)} min`;
  return `${(minutes / 60).toFixed(1)} h`;
}

/** @param {number} bytes */
export function amount(bytes) {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

/** @param {string} name of an option */
export function label(name) {
  const spaced = name.replaceAll("_", " ");
  return spaced[0].toUpperCase() + spaced.slice(1);
}

/** @param {number} loss */
export function loss(loss) {
  return loss >= 0.01 && loss < 1000 ? loss.toPrecision(3) : loss.toExponential(1);
}

/** @param {number} time seconds since the epoch */
export function moment(time) {
  const date = new Date(time * 1000);
  const today = date.toDateString() === new Date().toDateString();
  const clock = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return today ? `today, ${clock}` : `${date.toLocaleDateString([], { day: "numeric", month: "short" })}, ${clock}`;
}

/** @param {number} time seconds since the epoch */
export function day(time) {
  const date = new Date(time * 1000);
  const now = new Date();
  if (date.toDateString() === now.toDateString()) return "today";
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString([], { day: "numeric", month: "short", year });
}

/** When a painting was made, without what its source says besides. @param {string | null} year */
export function plainYear(year) {
  return year?.replaceAll(/\s*\(.*?\)/g, "") ?? "";
}

/** @param {unknown} value of an option */
export function value(value) {
  return Array.isArray(value) ? value.join(", ") : String(value);
}
