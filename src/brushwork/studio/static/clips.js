// Clips: brought in, chosen, looked through frame by frame, and trimmed.

import { api, sendClip } from "./api.js";
import { carriedOver } from "./films.js";
import { phrase, told } from "./phrases.js";
import { noteMoment } from "./moment.js";
import { clearStage, setSettings, store, tell } from "./store.js";
import { complain, toast } from "./parts/toast-list.js";
import { showUpload } from "./parts/upload-bar.js";

const MOVING = /\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|mts|m2ts|ts|3gp|wmv|flv|mxf|ogv)$/i;
/** What a dialog for files offers. */
export const ACCEPTED = "video/*,image/gif,image/apng,.mkv,.mts,.m2ts,.mxf,.avi,.flv,.wmv";

/** @param {File} file */
export function isClip(file) {
  return file.type.startsWith("video/") || MOVING.test(file.name);
}

/** Takes clips in, and chooses the first of them. @param {File[]} files */
export async function bringClips(files) {
  const bar = showUpload(files.length);
  let first = null;
  for (const [number, file] of files.entries()) {
    if (bar.signal.aborted) break;
    try {
      const clip = await sendClip(file, file.name, (part) => bar.tell(number, part, file.name), bar.signal);
      keep(clip);
      for (const note of clip.notes) toast(`${clip.name}: ${told(note)}`);
      first ??= clip;
    } catch (error) {
      if (!bar.signal.aborted) complain(error);
    }
  }
  bar.end();
  if (first) await chooseClip(first);
}

/** Opens the system's dialog for films. */
export function chooseClipFiles() {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ACCEPTED;
  input.multiple = true;
  input.addEventListener("change", () => { if (input.files?.length) bringClips([...input.files]); });
  input.click();
}

/** @param {ClipInfo} clip as it is now */
export function keep(clip) {
  const others = store.clips.filter((one) => one.id !== clip.id);
  store.clips = clip.deleted ? others : [clip, ...others].sort((one, other) => other.created - one.created);
  tell("clips");
}

/** @param {ClipInfo} clip that is painted from now on, as a whole */
export function chooseClip(clip) {
  return showMoment(clip, 0, { clip: clip.id, start: 0, end: null, options: carriedOver(store.settings.film), strength: null });
}

let wanted = 0;

/**
 * Puts a frame of a clip onto the stage, where it is drafted; of several, the last that was asked for.
 * @param {ClipInfo} clip @param {number} seconds @param {Settings["film"]} [film]
 */
export async function showMoment(clip, seconds, film = store.settings.film) {
  const number = (wanted += 1);
  document.body.dataset.looking = "true";
  try {
    const image = await api.still(clip.id, seconds);
    if (number !== wanted) return;
    store.images = [...store.images.filter((one) => one.id !== image.id), image];
    tell("images");
    noteMoment(image.id, seconds);
    clearStage();
    const same = store.settings.film?.clip === clip.id;
    setSettings({ content: image.id, film, ...(same ? {} : { mask: null, regions: null }) });
  } catch (error) {
    complain(error);
  } finally {
    if (number === wanted) delete document.body.dataset.looking;
  }
}

/** @param {Partial<NonNullable<Settings["film"]>>} change */
export function trim(change) {
  if (store.settings.film) setSettings({ film: { ...store.settings.film, ...change } });
}

/** @param {string} name @param {unknown} value undefined for the default */
export function setFilmOption(name, value) {
  const { [name]: _before, ...rest } = store.settings.film?.options ?? {};
  trim({ options: value === undefined ? rest : { ...rest, [name]: value } });
}

/** Goes back to photos. */
export function leaveClip() {
  setSettings({ film: null, content: "cat", mask: null, regions: null });
}

/** @param {ClipInfo} clip */
export async function discardClip(clip) {
  const before = store.settings;
  if (before.film?.clip === clip.id) leaveClip();
  try {
    await api.trashClip(clip.id);
    keep({ ...clip, deleted: true });
    toast(phrase("“{name}” is in the trash.", { name: clip.name }), { action: phrase("Undo"), then: () => restoreClip(clip.id, before) });
  } catch (error) {
    if (before.film?.clip === clip.id) setSettings(before);
    complain(error);
  }
}

/** @param {string} id @param {Settings} before what was chosen with it */
async function restoreClip(id, before) {
  try {
    keep(await api.restoreClip(id));
    if (before.film?.clip === id) setSettings(before);
  } catch (error) {
    complain(error);
  }
}

/** @param {ClipInfo} clip @param {string} name */
export async function renameClip(clip, name) {
  try {
    keep(await api.renameClip(clip.id, name));
  } catch (error) {
    complain(error);
  }
}
