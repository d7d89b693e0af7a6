// A draft of the choice as it is: asked for at once, and given up when the choice changes.

import { api } from "./api.js";
import { calmly } from "./dom.js";
import { store, tell, watch } from "./store.js";

/** Milliseconds without a change: a slider that moves asks once. */
const QUIET = 90;
const TAB = "brushwork-tab";

/** @type {AbortController | null} */
let asking = null;
let wanted = "";

/** This tab's name for the server, which gives up the draft before of the same tab. */
function client() {
  const known = sessionStorage.getItem(TAB) ?? `page-${Math.random().toString(36).slice(2)}`;
  sessionStorage.setItem(TAB, known);
  return known;
}

/** Drafts from now on what is chosen, whenever that changes. */
export function keepDrafting() {
  const ask = calmly(QUIET, draftChoice);
  watch(["settings", "shown"], ask);
  ask();
}

async function draftChoice() {
  const choice = JSON.stringify(store.settings);
  if (store.shown || choice === wanted) return;
  wanted = choice;
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const draft = await api.draft(store.settings, client(), signal);
    // The answer may be a draft that another tab has had made of the same choice.
    if (!signal.aborted) take(draft);
  } catch {
    // Why a choice cannot be painted stands above the button already; another change asks again.
    if (!signal.aborted) wanted = "";
  }
}

/** @param {any} draft as an event tells it: of any tab, and perhaps of a choice that is over */
export function showDraft(draft) {
  if (store.draft?.id === draft.id && store.draft.preview <= draft.preview) take(draft);
}

/** @param {any} draft of the choice as it is */
function take(draft) {
  // Until the new draft has a picture, the one before stands.
  store.draft = { ...draft, image: draft.image ?? store.draft?.image ?? null, width: draft.width ?? store.draft?.width, height: draft.height ?? store.draft?.height };
  tell("draft");
}
