// How long everything that waits will take: what is painted, and the plans of the rest.

import { api } from "./api.js";
import { active, imageOf } from "./store.js";

/** @type {Map<string, Promise<number | null>>} */
const known = new Map();

/**
 * What one job will take; jobs of one kind are planned once.
 * @param {any} settings
 * @returns {Promise<number | null>} seconds, or null as long as nobody knows; refused where the job would be
 */
export function planned(settings) {
  const photo = settings.content ? imageOf(settings.content) : null;
  const key = JSON.stringify([photo?.width, photo?.height, settings.aspect, settings.options, settings.styles.length, settings.film]);
  const found = known.get(key) ?? ask(settings, key);
  known.set(key, found);
  return found;
}

/** @param {any} settings @param {string} key @returns {Promise<number | null>} */
async function ask(settings, key) {
  let seconds = null;
  try {
    const plan = await api.plan(settings, new AbortController().signal);
    seconds = (plan.film ?? plan).seconds;
  } finally {
    if (seconds === null) known.delete(key); // the studio may have measured by the next time
  }
  return seconds;
}

/** @returns {Promise<number | null>} seconds until nothing waits any more */
export async function timeLeft() {
  const jobs = active().filter((job) => job.state !== "paused");
  const each = await Promise.all(jobs.map(async (job) => {
    if (job.remaining !== null) return job.remaining;
    const whole = await planned(job.settings).catch(() => null); // its image may be gone by now
    return whole === null ? null : whole * (1 - job.progress);
  }));
  return each.includes(null) ? null : each.reduce((sum, one) => (sum ?? 0) + (one ?? 0), 0);
}
