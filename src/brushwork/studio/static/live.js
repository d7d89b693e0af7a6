// Follows what happens in the studio, and catches up on what was missed.

import { api } from "./api.js";
import { store, tell } from "./store.js";
import { say } from "./dom.js";

/** @type {((job: any) => void)[]} */
const gridWatchers = [];

/** @param {(job: any) => void} call is told of jobs of grids */
export function watchGrids(call) {
  gridWatchers.push(call);
}

/** Loads everything. */
export async function load() {
  const [pictures, form, jobs, paintings] = await Promise.all([api.pictures(), api.options(), api.jobs(), api.paintings()]);
  store.pictures = pictures.pictures;
  store.form = form;
  store.jobs = new Map(jobs.jobs.map((/** @type {any} */ job) => [job.id, job]));
  store.paintings = paintings.paintings;
  store.losses.clear();
}

/** Follows from now on. */
export function follow() {
  const line = document.getElementById("link-state");
  const source = new EventSource("/api/events");
  const told = (/** @type {string} */ text) => line && say(line, text);
  source.onopen = () => told("");
  source.onerror = () => {
    told("Reconnecting…");
    if (source.readyState === EventSource.CLOSED) {
      source.close();
      setTimeout(() => restart(), 1500);
    }
  };
  /** @param {string} kind @param {(data: any) => void} call */
  const on = (kind, call) => source.addEventListener(kind, (event) => call(JSON.parse(/** @type {MessageEvent} */ (event).data)));
  on("job", changed);
  on("losses", grown);
  on("painting", hung);
  on("removed", (data) => { store.jobs.delete(data.job); tell("jobs"); });
  on("order", ordered);
  on("reset", () => { load().then(everything).catch(() => {}); });
}

async function restart() {
  follow();
  await load().then(everything).catch(() => {});
}

function everything() {
  for (const topic of ["pictures", "jobs", "paintings", "losses", "shown"]) tell(topic);
}

/** @param {any} job */
function changed(job) {
  if (job.grid) {
    for (const call of gridWatchers) call(job);
    return;
  }
  store.jobs.set(job.id, job);
  tell("jobs");
}

/** @param {any} data */
function grown(data) {
  const known = store.losses.get(data.job);
  if (known) known.push(...data.steps);
  if (data.job === store.shown) tell("losses");
}

/** @param {any} painting */
function hung(painting) {
  const job = store.jobs.get(painting.job);
  const rest = store.paintings.filter((other) => other.id !== painting.id);
  const isNew = rest.length === store.paintings.length;
  if (isNew && !job && painting.job) {
    api.paintings().then((found) => { store.paintings = found.paintings; tell("paintings"); }).catch(() => {});
    return;
  }
  store.paintings = painting.deleted ? rest : [...rest, painting].sort((a, b) => b.created - a.created);
  tell("paintings");
}

/** @param {any} data */
function ordered(data) {
  data.queue.forEach((/** @type {string} */ id, /** @type {number} */ position) => {
    const job = store.jobs.get(id);
    if (job) job.position = position;
  });
  tell("jobs");
}
