// The studio's API, as functions. What it refuses becomes an error with a sentence for people.

import { queryOf } from "./download.js";
import { phrase, told } from "./phrases.js";

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
  /** @type {Record<string, string>} */
  const headers = body === undefined || raw ? {} : { "content-type": "application/json" };
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: raw || body === undefined ? body : JSON.stringify(body), signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused(phrase("The studio does not answer. Is it still running?"), "offline");
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
 * @returns {Answer<"/api/v1/images", "post">} the image
 */
export function send(file, name, role, tell, signal) {
  return post(`/api/v1/images?${new URLSearchParams({ name, role })}`, file, tell, signal);
}

/**
 * The same for a clip, which is read as a whole before the answer comes.
 * @param {Blob} file @param {string} name
 * @param {(part: number) => void} tell from 0 to 1
 * @param {AbortSignal} signal
 * @returns {Answer<"/api/v1/clips", "post">}
 */
export function sendClip(file, name, tell, signal) {
  return post(`/api/v1/clips?${new URLSearchParams({ name })}`, file, tell, signal);
}

/**
 * @param {string} path @param {Blob} file @param {(part: number) => void} tell @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
function post(path, file, tell, signal) {
  return new Promise((give, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    request.upload.onprogress = (event) => tell(event.loaded / Math.max(1, event.total));
    request.onload = () => (request.status < 300 ? give(request.response) : fail(refusal(request.status, request.response)));
    request.onerror = () => fail(new Refused(phrase("The studio does not answer. Is it still running?"), "offline"));
    request.onabort = () => fail(new Refused(phrase("The upload was ended."), "aborted"));
    signal.addEventListener("abort", () => request.abort());
    tell(0);
    request.send(file);
  });
}

/** @param {number} status @param {any} found */
function refusal(status, found) {
  return new Refused(found?.error ? sentence(told(found.error.message)) : phrase("The studio answered {code}.", { code: String(status) }), found?.error?.code ?? "internal");
}

/** @param {string} text */
function sentence(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}

export const api = {
  /** @returns {Answer<"/api/v1/images", "get">} */
  images: () => ask("GET", "/api/v1/images"),
  /** @returns {Promise<Form>} */
  options: () => ask("GET", "/api/v1/options"),
  /** @returns {Answer<"/api/v1/jobs", "get">} */
  jobs: () => ask("GET", "/api/v1/jobs"),
  /** @param {Record<string, string>} query @param {AbortSignal} [signal] @returns {Answer<"/api/v1/results", "get">} */
  results: (query, signal) => ask("GET", `/api/v1/results?${new URLSearchParams(query)}`, undefined, signal),
  /** @returns {Answer<"/api/v1/status", "get">} */
  status: () => ask("GET", "/api/v1/status"),
  /** @param {Blob} file @param {string} name @param {string} role @returns {Answer<"/api/v1/images", "post">} */
  upload: (file, name, role) => ask("POST", `/api/v1/images?${new URLSearchParams({ name, role })}`, file),
  /** @param {string} id */
  forget: (id) => ask("DELETE", `/api/v1/images/${id}`),
  /** @param {string} id @returns {Answer<"/api/v1/images/{identity}/restore", "post">} */
  restoreImage: (id) => ask("POST", `/api/v1/images/${id}/restore`),
  /** @returns {Answer<"/api/v1/clips", "get">} */
  clips: () => ask("GET", "/api/v1/clips"),
  /** @param {string} id @param {number} seconds @returns {Answer<"/api/v1/clips/{identity}/still", "post">} */
  still: (id, seconds) => ask("POST", `/api/v1/clips/${id}/still`, { seconds }),
  /** @param {string} id @param {string} name @returns {Answer<"/api/v1/clips/{identity}", "patch">} */
  renameClip: (id, name) => ask("PATCH", `/api/v1/clips/${id}`, { name }),
  /** @param {string} id */
  trashClip: (id) => ask("DELETE", `/api/v1/clips/${id}`),
  /** @param {string} id @returns {Answer<"/api/v1/clips/{identity}/restore", "post">} */
  restoreClip: (id) => ask("POST", `/api/v1/clips/${id}/restore`),
  /** @param {Settings} settings @param {AbortSignal} signal @returns {Answer<"/api/v1/plan", "post">} */
  plan: (settings, signal) => ask("POST", "/api/v1/plan", settings, signal),
  /** @param {Settings} settings @param {string} client @param {AbortSignal} signal @returns {Answer<"/api/v1/drafts", "post">} */
  draft: (settings, client, signal) => ask("POST", `/api/v1/drafts?client=${client}`, settings, signal),
  /** @param {string} id @returns {Answer<"/api/v1/drafts/{identity}/keep", "post">} */
  keepDraft: (id) => ask("POST", `/api/v1/drafts/${id}/keep`),
  /** @param {string} image @param {[number, number, number, number]} box @returns {Answer<"/api/v1/subjects", "post">} */
  findSubject: (image, box) => ask("POST", "/api/v1/subjects", { image, box }),
  /** @param {string} id @returns {Answer<"/api/v1/subjects/{identity}", "get">} */
  subject: (id) => ask("GET", `/api/v1/subjects/${id}`),
  /** @param {Settings} settings @returns {Answer<"/api/v1/jobs", "post">} */
  paint: (settings) => ask("POST", "/api/v1/jobs", settings),
  /** @param {string} id @param {"pause"|"resume"|"stop"|"cancel"|"steer"|"move"} what @param {object} [body] @returns {Answer<"/api/v1/jobs/{identity}/pause", "post">} */
  job: (id, what, body) => ask("POST", `/api/v1/jobs/${id}/${what}`, body),
  /** @param {string} id */
  removeJob: (id) => ask("DELETE", `/api/v1/jobs/${id}`),
  /** @param {string} id @returns {Answer<"/api/v1/jobs/{identity}/losses", "get">} */
  losses: (id) => ask("GET", `/api/v1/jobs/${id}/losses`),
  /** @param {string} id @returns {Answer<"/api/v1/results/{identity}", "get">} */
  result: (id) => ask("GET", `/api/v1/results/${encodeURIComponent(id)}`),
  /** @param {string} id @param {Taken<"/api/v1/results/{identity}", "patch">} change @returns {Answer<"/api/v1/results/{identity}", "patch">} */
  change: (id, change) => ask("PATCH", `/api/v1/results/${id}`, change),
  /** @param {string[]} results */
  trashAll: (results) => ask("POST", "/api/v1/results/trash", { results }),
  /** @param {string[]} results */
  restoreAll: (results) => ask("POST", "/api/v1/results/restore", { results }),
  /** @param {string} id @param {Options} options @returns {Answer<"/api/v1/results/{identity}/rerun", "post">} */
  rerun: (id, options) => ask("POST", `/api/v1/results/${id}/rerun`, { options }),
  /** @param {string} id @returns {Answer<"/api/v1/results/{identity}/recipe", "get">} */
  recipe: (id) => ask("GET", `/api/v1/results/${id}/recipe`),
  /** @param {Taken<"/api/v1/grids", "post">} wanted @returns {Answer<"/api/v1/grids", "post">} */
  grid: (wanted) => ask("POST", "/api/v1/grids", wanted),
  /** @param {Taken<"/api/v1/grids", "post">} wanted @param {AbortSignal} signal @returns {Answer<"/api/v1/grids/plan", "post">} */
  planGrid: (wanted, signal) => ask("POST", "/api/v1/grids/plan", wanted, signal),
  /** @returns {Answer<"/api/v1/grids", "get">} */
  grids: () => ask("GET", "/api/v1/grids"),
  /** @param {string} id @param {string} name @returns {Answer<"/api/v1/grids/{identity}", "patch">} */
  renameGrid: (id, name) => ask("PATCH", `/api/v1/grids/${id}`, { name }),
  /** @param {string} id */
  trashGrid: (id) => ask("DELETE", `/api/v1/grids/${id}`),
  /** @param {string} id @returns {Answer<"/api/v1/grids/{identity}/restore", "post">} */
  restoreGrid: (id) => ask("POST", `/api/v1/grids/${id}/restore`),
  /** @param {string} id @returns {Answer<"/api/v1/grids/{identity}", "get">} */
  gridOf: (id) => ask("GET", `/api/v1/grids/${id}`),
};

/** Addresses of images. */
export const at = {
  /** @param {string} id */
  image: (id) => `/api/v1/images/${id}/file`,
  /** @param {string} id */
  imageThumb: (id) => `/api/v1/images/${id}/thumb`,
  /** @param {string} id @param {number} number of the still on the contact sheet */
  sheet: (id, number) => `/api/v1/clips/${id}/sheet?number=${number}`,
  /** @param {string} id @param {boolean} [download] */
  film: (id, download = false) => `/api/v1/results/${id}/film${download ? "?download=1" : ""}`,
  /** @param {string} id of a film: what the clip showed */
  before: (id) => `/api/v1/results/${id}/before`,
  /** @param {string} id */
  subject: (id) => `/api/v1/subjects/${id}/mask`,
  /** @param {string} id */
  result: (id) => `/api/v1/results/${id}/file`,
  /** @param {string} id */
  resultThumb: (id) => `/api/v1/results/${id}/thumb`,
  /** @param {string} id @param {import("./download.js").Download} how */
  download: (id, how) => `/api/v1/results/${id}/file?${new URLSearchParams([["download", "1"], ...queryOf(how)])}`,
  /** @param {string[]} ids @param {import("./download.js").Download} how */
  zip: (ids, how) => `/api/v1/results/zip?${new URLSearchParams([...ids.map((id) => ["id", id]), ...queryOf(how)])}`,
  /** @param {string} id */
  recipe: (id) => `/api/v1/results/${id}/recipe?download=1`,
  /** @param {string} id @param {number} version */
  preview: (id, version) => `/api/v1/jobs/${id}/preview?v=${version}`,
};
