// Follows what happens in the studio, and catches up on what was missed.

import { api } from "./api.js";
import { keep as keepClip } from "./clips.js";
import { redraft, showDraft } from "./drafts.js";
import { listenToEvents } from "./events.js";
import { forgetResults, takeResult } from "./results.js";
import { store, tell } from "./store.js";
import { say } from "./dom.js";
import { phrase } from "./phrases.js";

/** @type {((job: Job) => void)[]} */
const gridWatchers = [];

/** @param {(job: Job) => void} call is told of jobs of grids */
export function watchGrids(call) {
  gridWatchers.push(call);
}

/** Loads everything. */
export async function load() {
  const [images, clips, form, jobs] = await Promise.all([api.images(), api.clips(), api.options(), api.jobs()]);
  store.images = images.images;
  store.clips = clips.clips;
  store.form = form;
  store.jobs = new Map(jobs.jobs.map((/** @type {Job} */ job) => [job.id, job]));
  forgetResults();
  store.losses.clear();
}

/** Follows from now on. */
export function follow() {
  const line = document.getElementById("link-state");
  /** @type {Record<string, (data: any) => void>} */
  const calls = {
    open: () => line && say(line, ""),
    lost: () => line && say(line, phrase("Reconnecting…")),
    job: updateJob,
    losses: appendLosses,
    result: takeResult,
    draft: showDraft,
    grid: () => tell("grids"),
    clip: keepClip,
    paced: () => tell("paced"),
    removed: (data) => { store.jobs.delete(data.job); tell("jobs"); },
    order: reorder,
    reset: () => { load().then(everything).then(redraft).catch(() => {}); },
  };
  listenToEvents(({ kind, data }) => calls[kind]?.(data));
}

function everything() {
  for (const topic of ["images", "jobs", "reset", "results", "losses", "shown"]) tell(topic);
}

/** @param {Job} job */
function updateJob(job) {
  if (job.grid) {
    for (const call of gridWatchers) call(job);
    return;
  }
  store.jobs.set(job.id, job);
  tell("jobs");
}

/** @param {Extract<Told, {kind: "losses"}>["data"]} data */
function appendLosses(data) {
  const known = store.losses.get(data.job);
  if (known) known.push(...data.steps);
  if (data.job === store.shown) tell("losses");
}

/** @param {Extract<Told, {kind: "order"}>["data"]} data */
function reorder(data) {
  data.queue.forEach((id, position) => {
    const job = store.jobs.get(id);
    if (job) job.position = position;
  });
  tell("jobs");
}
