// What is known of results: those that were asked for, and those that events told of.

import { api } from "./api.js";
import { store, tell } from "./store.js";

/** @type {Set<string>} */
const asked = new Set();
/** @type {((result: any) => void)[]} */
const watchers = [];

/** @param {(result: any) => void} call is told of every result that is new, changed, or gone to the trash */
export function watchResults(call) {
  watchers.push(call);
}

/** Forgets what is known, before everything is loaded anew. */
export function forgetResults() {
  store.results.clear();
  asked.clear();
}

/** @param {Result[]} results as they are now */
export function keepResults(results) {
  for (const result of results) store.results.set(result.id, result);
}

/** A result, or null as long as it is not known; then it is asked for. @param {string | null | undefined} id */
export function resultOf(id) {
  if (!id) return null;
  const known = store.results.get(id);
  if (!known && !asked.has(id)) fetchResult(id).catch(() => {}); // it is gone, and its job stays
  return known ?? null;
}

/** @param {string} id @returns {Promise<any>} */
export async function fetchResult(id) {
  asked.add(id);
  const result = await api.result(id);
  if (!result.deleted) keepResults([result]);
  tell("results");
  return result;
}

/** @param {Result} result that has changed, here or in another tab */
export function takeResult(result) {
  if (result.deleted) store.results.delete(result.id);
  else keepResults([result]);
  for (const call of watchers) call(result);
  tell("results");
}
