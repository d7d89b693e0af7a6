// What came of this sitting: drafts that were kept, runs, and cells of grids, until the tab is closed.

import { tell } from "./store.js";

/**
 * @typedef {{key: string, kind: "draft" | "run" | "cell", settings: Settings, job: string | null, result: string | null}} Scene
 */

const KEPT = "brushwork-sitting";
const MOST = 200;

/** @returns {Scene[]} */
function recallScenes() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
}

let scenes = recallScenes();

export function listScenes() {
  return scenes;
}

/** @param {Scene} scene */
function note(scene) {
  if (scenes.some((one) => one.key === scene.key)) return;
  scenes = [...scenes, scene].slice(-MOST);
  sessionStorage.setItem(KEPT, JSON.stringify(scenes));
  tell("sitting");
}

/** @param {Job} job that was queued here */
export function noteRun(job) {
  note({ key: job.id, kind: "run", settings: job.settings, job: job.id, result: null });
}

/** @param {Job} job a cell that is done @param {Settings} settings that it stands for */
export function noteCell(job, settings) {
  note({ key: job.id, kind: "cell", settings, job: job.id, result: job.result });
}

/** @param {Result} result that a draft became */
export function noteDraft(result) {
  note({ key: result.id, kind: "draft", settings: result.settings, job: null, result: result.id });
}
