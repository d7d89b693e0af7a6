// The studio's API, as functions. What it refuses becomes an error with a sentence for people.

export class Refused extends Error {
  /** @param {string} message @param {string} code */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body] an object becomes JSON, a Blob goes as it is
 * @returns {Promise<any>}
 */
export async function ask(method, path, body) {
  const raw = body instanceof Blob;
  const headers = body === undefined || raw ? {} : { "content-type": "application/json" };
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: raw || body === undefined ? body : JSON.stringify(body) });
  } catch {
    throw new Refused("The studio does not answer. Is it still running?", "offline");
  }
  if (answer.status === 204) return null;
  const found = await answer.json().catch(() => null);
  if (answer.ok) return found;
  throw new Refused(sentence(found?.error?.message ?? `the studio answered ${answer.status}.`), found?.error?.code ?? "internal");
}

/** @param {string} text */
function sentence(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}

export const api = {
  images: () => ask("GET", "/api/images"),
  options: () => ask("GET", "/api/options"),
  jobs: () => ask("GET", "/api/jobs"),
  results: (deleted = false) => ask("GET", `/api/results?deleted=${deleted}`),
  status: () => ask("GET", "/api/status"),
  /** @param {Blob} file @param {string} name @param {string} role */
  upload: (file, name, role) => ask("POST", `/api/images?${new URLSearchParams({ name, role })}`, file),
  /** @param {string} id */
  forget: (id) => ask("DELETE", `/api/images/${id}`),
  /** @param {object} settings */
  plan: (settings) => ask("POST", "/api/plan", settings),
  /** @param {object} settings */
  paint: (settings) => ask("POST", "/api/jobs", settings),
  /** @param {string} id @param {"pause"|"resume"|"stop"|"cancel"|"steer"|"move"} what @param {object} [body] */
  job: (id, what, body) => ask("POST", `/api/jobs/${id}/${what}`, body),
  /** @param {string} id */
  removeJob: (id) => ask("DELETE", `/api/jobs/${id}`),
  /** @param {string} id */
  losses: (id) => ask("GET", `/api/jobs/${id}/losses`),
  /** @param {string} id @param {object} change */
  change: (id, change) => ask("PATCH", `/api/results/${id}`, change),
  /** @param {string} id */
  trash: (id) => ask("DELETE", `/api/results/${id}`),
  /** @param {string} id */
  restore: (id) => ask("POST", `/api/results/${id}/restore`),
  /** @param {string} id @param {object} options */
  rerun: (id, options) => ask("POST", `/api/results/${id}/rerun`, { options }),
  /** @param {string} id */
  recipe: (id) => ask("GET", `/api/results/${id}/recipe`),
  /** @param {object} wanted */
  grid: (wanted) => ask("POST", "/api/grids", wanted),
  /** @param {string} id */
  gridOf: (id) => ask("GET", `/api/grids/${id}`),
};

/** Addresses of images. */
export const at = {
  /** @param {string} id */
  image: (id) => `/api/images/${id}/file`,
  /** @param {string} id */
  imageThumb: (id) => `/api/images/${id}/thumb`,
  /** @param {string} id */
  result: (id) => `/api/results/${id}/file`,
  /** @param {string} id */
  resultThumb: (id) => `/api/results/${id}/thumb`,
  /** @param {string} id @param {string} format */
  download: (id, format) => `/api/results/${id}/file?download=1&format=${format}`,
  /** @param {string} id @param {number} version */
  preview: (id, version) => `/api/jobs/${id}/preview?v=${version}`,
};
