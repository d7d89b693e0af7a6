// Files that people bring: dropped, pasted or chosen.

import { send } from "./api.js";
import { carriedBy, carriedIn } from "./carried.js";
import { chooseContent } from "./choice.js";
import { bringClips, isClip } from "./clips.js";
import { putInFolder } from "./collections.js";
import { clearStage, setSettings, store, tell } from "./store.js";
import { openMany } from "./parts/many-dialog.js";
import { complain, toast } from "./parts/toast-list.js";
import { showUpload } from "./parts/upload-bar.js";
import { phrase, told } from "./phrases.js";

/** @typedef {import("./carried.js").Carried} Carried */

/** What is noted of an image that moves, of which the first frame was taken. */
const MOVES = /^animated: /;

/**
 * Takes images and clips in, and chooses what came; of several photos it asks what to do with them.
 * @param {Carried[]} carried
 * @param {"content" | "style"} role
 */
export async function bring(carried, role) {
  const clips = carried.filter(({ file }) => isClip(file));
  if (clips.length) await bringClips(clips.map(({ file }) => file));
  const pictures = carried.filter((one) => !clips.includes(one));
  if (!pictures.length) return;
  const images = await uploadAll(pictures, role);
  const plain = images.filter((image) => !image.settings);
  if (role === "content" && plain.length > 1) openMany(plain.map((image) => image.id));
}

/**
 * @param {Carried[]} carried
 * @param {"content" | "style"} role
 */
async function uploadAll(carried, role) {
  const bar = showUpload(carried.length);
  const images = [];
  for (const [number, { file, folder }] of carried.entries()) {
    if (bar.signal.aborted) break;
    try {
      const name = file.name || "pasted.png";
      const image = await send(file, name, role, (part) => bar.tell(number, part, name), bar.signal);
      store.images = [...store.images.filter((one) => one.id !== image.id), image];
      if (folder) putInFolder(image.id, folder);
      tell("images");
      if (image.settings) take(image);
      else if (!images.length) choose(image, role);
      for (const note of image.notes) toast(`${image.name}: ${told(note)}`, MOVES.test(note) ? { action: phrase("Use it as a clip"), then: () => bringClips([file]) } : {});
      images.push(image);
    } catch (error) {
      if (!bar.signal.aborted) complain(error);
    }
  }
  bar.end();
  return images;
}

/** @param {ImageInfo} image @param {"content" | "style"} role */
function choose(image, role) {
  if (role === "content") {
    chooseContent(image.id);
    return;
  }
  clearStage();
  setSettings({ styles: [{ image: image.id, weight: 1, region: null, scale: 1 }] });
}

/**
 * Loads the settings of an image that brushwork painted.
 * @param {ImageUpload} image
 */
function take(image) {
  const found = /** @type {NonNullable<ImageUpload["settings"]>} */ (image.settings);
  const styles = found.styles.length ? found.styles : store.settings.styles;
  const { settings: _own, missing, ...plain } = image;
  setSettings({ ...found, content: found.content ?? store.settings.content, styles });
  const lost = missing.length ? ` ${phrase("Not here: {names}.", { names: missing.join(", ") })}` : "";
  toast(phrase("Settings loaded from the recipe of {name}.", { name: image.name }) + lost, { action: phrase("Use it as the photo instead"), then: () => choose(plain, "content") });
}

/**
 * Opens the system's dialog for files, or for a folder.
 * @param {"content" | "style"} role
 * @param {boolean} [folder]
 */
export function chooseFiles(role, folder = false) {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  input.multiple = true;
  input.webkitdirectory = folder;
  input.addEventListener("change", () => bring(carriedBy(input.files ?? []), role));
  input.click();
}

/** Lets the whole page take what is dropped or pasted. */
export function listen() {
  const zone = /** @type {HTMLElement} */ (document.querySelector("drop-zone"));
  const holds = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  window.addEventListener("dragenter", (event) => { if (holds(event) && !document.querySelector("dialog[open]")) zone.hidden = false; });
  window.addEventListener("dragover", (event) => { if (holds(event)) event.preventDefault(); });
  zone.addEventListener("dragleave", (event) => { if (event.relatedTarget === null) zone.hidden = true; });
  window.addEventListener("drop", async (event) => {
    zone.hidden = true;
    if (!holds(event) || !event.dataTransfer) return;
    event.preventDefault();
    const over = /** @type {HTMLElement} */ (event.target).closest?.("[data-role]");
    const role = over?.getAttribute("data-role") === "style" ? "style" : "content";
    bring(await carriedIn(event.dataTransfer), role);
  });
  window.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (files.length) bring(carriedBy(files), "content");
  });
}
