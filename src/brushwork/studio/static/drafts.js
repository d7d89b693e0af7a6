// A draft of the choice as it is: asked for at once, and given up when the choice changes.

import { api } from "./api.js";
import { calmly } from "./dom.js";
import { atMoment } from "./films.js";
import { momentOf } from "./moment.js";
import { store, tell, watch } from "./store.js";

/** Milliseconds without a change: a slider that moves asks once. */
const QUIET = 90;
const TAB = "brushwork-tab";

/** @type {AbortController | null} */
let asking = null;
let wanted = "";
/** The choice whose draft was given up by somebody else, and asked for a second time. */
let repeated = "";
/** Whether somebody looks at drafts; elsewhere they would only take the machine from what is looked at. */
let looked = () => true;
/** @type {Map<string, Draft>} what events told of drafts before the answer came that names ours */
const early = new Map();

/** This tab's name for the server, which gives up the draft before of the same tab. */
function client() {
  const known = sessionStorage.getItem(TAB) ?? `page-${Math.random().toString(36).slice(2)}`;
  sessionStorage.setItem(TAB, known);
  return known;
}

/** Drafts from now on what is chosen, whenever that changes. @param {() => boolean} seen whether drafts are looked at, in this view */
export function keepDrafting(seen) {
  looked = seen;
  const ask = calmly(QUIET, draftChoice);
  watch(["settings", "shown"], ask);
  window.addEventListener("hashchange", ask);
  ask();
}

/** The choice; of a film, as it is at the frame on the stage. */
function asDrafted() {
  return atMoment(store.settings, momentOf(store.settings));
}

async function draftChoice() {
  const asked = asDrafted();
  const choice = JSON.stringify(asked);
  if (store.shown || !looked() || choice === wanted) return;
  wanted = choice;
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  early.clear();
  try {
    const draft = await api.draft(asked, client(), signal);
    // The answer may be a draft that another tab has had made of the same choice.
    if (!signal.aborted) take(newer(draft, early.get(draft.id)));
  } catch {
    // Why a choice cannot be painted stands above the button already; another change asks again.
    if (!signal.aborted) wanted = "";
  }
}

/** @param {Draft} draft as an event tells it: of any tab, and perhaps of a choice that is over */
export function showDraft(draft) {
  if (store.draft?.id !== draft.id) early.set(draft.id, draft);
  else if (draft.state === "aborted") repeat();
  else take(newer(/** @type {Draft} */ (store.draft), draft));
}

/** Drafts the choice anew, after everything was loaded anew: the drafts of before are gone. */
export function redraft() {
  store.draft = null;
  wanted = "";
  draftChoice();
}

/** Asks again, once, for a draft that another tab has given up while this one still looks at it. */
function repeat() {
  if (wanted === repeated || wanted !== JSON.stringify(asDrafted())) return;
  repeated = wanted;
  wanted = "";
  draftChoice();
}

/** @param {Draft} known @param {Draft | undefined} told the later of the two, where they are as far */
function newer(known, told) {
  return told && told.preview >= known.preview ? told : known;
}

/** @param {Draft} draft of the choice as it is */
function take(draft) {
  // Until the new draft has a picture, the one before stands.
  store.draft = { ...draft, image: draft.image ?? store.draft?.image ?? null, width: draft.width ?? store.draft?.width ?? null, height: draft.height ?? store.draft?.height ?? null };
  tell("draft");
}
