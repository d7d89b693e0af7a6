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
  const told = await answer.json().catch(() => null);
  if (answer.ok) return told;
  throw new Refused(sentence(told?.error?.message ?? `the studio answered ${answer.status}.`), told?.error?.code ?? "internal");
}

/** @param {string} text */
function sentence(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}

export const api = {
  pictures: () => ask("GET", "/api/pictures"),
  options: () => ask("GET", "/api/options"),
  jobs: () => ask("GET", "/api/jobs"),
  paintings: (deleted = false) => ask("GET", `/api/paintings?deleted=${deleted}`),
  status: () => ask("GET", "/api/status"),
  /** @param {Blob} file @param {string} name @param {string} role */
  upload: (file, name, role) => ask("POST", `/api/pictures?${new URLSearchParams({ name, role })}`, file),
  /** @param {string} id */
  forget: (id) => ask("DELETE", `/api/pictures/${id}`),
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
  change: (id, change) => ask("PATCH", `/api/paintings/${id}`, change),
  /** @param {string} id */
  bin: (id) => ask("DELETE", `/api/paintings/${id}`),
  /** @param {string} id */
  restore: (id) => ask("POST", `/api/paintings/${id}/restore`),
  /** @param {string} id @param {object} options */
  rerun: (id, options) => ask("POST", `/api/paintings/${id}/rerun`, { options }),
  /** @param {string} id */
  recipe: (id) => ask("GET", `/api/paintings/${id}/recipe`),
  /** @param {object} wanted */
  grid: (wanted) => ask("POST", "/api/grids", wanted),
  /** @param {string} id */
  gridOf: (id) => ask("GET", `/api/grids/${id}`),
};

/** Addresses of pictures. */
export const at = {
  /** @param {string} id */
  picture: (id) => `/api/pictures/${id}/file`,
  /** @param {string} id */
  pictureThumb: (id) => `/api/pictures/${id}/thumb`,
  /** @param {string} id */
  painting: (id) => `/api/paintings/${id}/file`,
  /** @param {string} id */
  paintingThumb: (id) => `/api/paintings/${id}/thumb`,
  /** @param {string} id @param {string} format */
  download: (id, format) => `/api/paintings/${id}/file?download=1&format=${format}`,
  /** @param {string} id @param {number} version */
  preview: (id, version) => `/api/jobs/${id}/preview?v=${version}`,
};
