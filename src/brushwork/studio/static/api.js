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
 * @param {AbortSignal} [signal] ends the request where its answer is of no use any more
 * @returns {Promise<any>}
 */
export async function ask(method, path, body, signal) {
  const raw = body instanceof Blob;
  const headers = body === undefined || raw ? {} : { "content-type": "application/json" };
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: raw || body === undefined ? body : JSON.stringify(body), signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused("The studio does not answer. Is it still running?", "offline");
  }
  if (answer.status === 204) return null;
  const found = await answer.json().catch(() => null);
  if (answer.ok) return found;
  throw refusal(answer.status, found);
}

/**
 * Uploads an image and tells meanwhile how far it is, which `fetch` cannot.
 * @param {Blob} file @param {string} name @param {string} role
 * @param {(part: number) => void} tell from 0 to 1
 * @param {AbortSignal} signal
 * @returns {Promise<any>} the image
 */
export function send(file, name, role, tell, signal) {
  return new Promise((give, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/images?${new URLSearchParams({ name, role })}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => tell(event.loaded / Math.max(1, event.total));
    request.onload = () => (request.status < 300 ? give(request.response) : fail(refusal(request.status, request.response)));
    request.onerror = () => fail(new Refused("The studio does not answer. Is it still running?", "offline"));
    request.onabort = () => fail(new Refused("The upload was ended.", "aborted"));
    signal.addEventListener("abort", () => request.abort());
    tell(0);
    request.send(file);
  });
}

/** @param {number} status @param {any} found */
function refusal(status, found) {
  return new Refused(sentence(found?.error?.message ?? `the studio answered ${status}.`), found?.error?.code ?? "internal");
}

/** @param {string} text */
function sentence(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}

export const api = {
  images: () => ask("GET", "/api/v1/images"),
  options: () => ask("GET", "/api/v1/options"),
  jobs: () => ask("GET", "/api/v1/jobs"),
  /** @param {Record<string, string>} query @param {AbortSignal} [signal] */
  results: (query, signal) => ask("GET", `/api/v1/results?${new URLSearchParams(query)}`, undefined, signal),
  status: () => ask("GET", "/api/v1/status"),
  /** @param {Blob} file @param {string} name @param {string} role */
  upload: (file, name, role) => ask("POST", `/api/v1/images?${new URLSearchParams({ name, role })}`, file),
  /** @param {string} id */
  forget: (id) => ask("DELETE", `/api/v1/images/${id}`),
  /** @param {string} id */
  restoreImage: (id) => ask("POST", `/api/v1/images/${id}/restore`),
  /** @param {object} settings @param {AbortSignal} signal */
  plan: (settings, signal) => ask("POST", "/api/v1/plan", settings, signal),
  /** @param {object} settings @param {string} client @param {AbortSignal} signal */
  draft: (settings, client, signal) => ask("POST", `/api/v1/drafts?client=${client}`, settings, signal),
  /** @param {string} id */
  keepDraft: (id) => ask("POST", `/api/v1/drafts/${id}/keep`),
  /** @param {string} image @param {number[]} box */
  findSubject: (image, box) => ask("POST", "/api/v1/subjects", { image, box }),
  /** @param {string} id */
  subject: (id) => ask("GET", `/api/v1/subjects/${id}`),
  /** @param {object} settings */
  paint: (settings) => ask("POST", "/api/v1/jobs", settings),
  /** @param {string} id @param {"pause"|"resume"|"stop"|"cancel"|"steer"|"move"} what @param {object} [body] */
  job: (id, what, body) => ask("POST", `/api/v1/jobs/${id}/${what}`, body),
  /** @param {string} id */
  removeJob: (id) => ask("DELETE", `/api/v1/jobs/${id}`),
  /** @param {string} id */
  losses: (id) => ask("GET", `/api/v1/jobs/${id}/losses`),
  /** @param {string} id */
  result: (id) => ask("GET", `/api/v1/results/${encodeURIComponent(id)}`),
  /** @param {string} id @param {object} change */
  change: (id, change) => ask("PATCH", `/api/v1/results/${id}`, change),
  /** @param {string[]} results */
  trashAll: (results) => ask("POST", "/api/v1/results/trash", { results }),
  /** @param {string[]} results */
  restoreAll: (results) => ask("POST", "/api/v1/results/restore", { results }),
  /** @param {string} id @param {object} options */
  rerun: (id, options) => ask("POST", `/api/v1/results/${id}/rerun`, { options }),
  /** @param {string} id */
  recipe: (id) => ask("GET", `/api/v1/results/${id}/recipe`),
  /** @param {object} wanted */
  grid: (wanted) => ask("POST", "/api/v1/grids", wanted),
  /** @param {string} id */
  gridOf: (id) => ask("GET", `/api/v1/grids/${id}`),
};

/** Addresses of images. */
export const at = {
  /** @param {string} id */
  image: (id) => `/api/v1/images/${id}/file`,
  /** @param {string} id */
  imageThumb: (id) => `/api/v1/images/${id}/thumb`,
  /** @param {string} id */
  subject: (id) => `/api/v1/subjects/${id}/mask`,
  /** @param {string} id */
  result: (id) => `/api/v1/results/${id}/file`,
  /** @param {string} id */
  resultThumb: (id) => `/api/v1/results/${id}/thumb`,
  /** @param {string} id @param {string} format */
  download: (id, format) => `/api/v1/results/${id}/file?download=1&format=${format}`,
  /** @param {string[]} ids */
  zip: (ids) => `/api/v1/results/zip?${new URLSearchParams(ids.map((id) => ["id", id]))}`,
  /** @param {string} id @param {number} version */
  preview: (id, version) => `/api/v1/jobs/${id}/preview?v=${version}`,
};
