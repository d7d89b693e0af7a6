// Files that people bring: dropped, pasted or chosen.

import { api } from "./api.js";
import { clearStage, setSettings, store, tell } from "./store.js";
import { complain, toast } from "./parts/toast-list.js";

/**
 * Takes images in, and chooses them.
 * @param {Iterable<File>} files
 * @param {"content" | "style"} role
 */
export async function bring(files, role) {
  for (const file of files) {
    try {
      const image = await api.upload(file, file.name || "pasted.png", role);
      store.images = [...store.images.filter((one) => one.id !== image.id), image];
      tell("images");
      if (image.settings) take(image);
      else choose(image, role);
      for (const note of image.notes) toast(`${image.name}: ${note}`);
    } catch (error) {
      complain(error);
    }
  }
}

/** @param {any} image @param {"content" | "style"} role */
function choose(image, role) {
  clearStage();
  if (role === "content") setSettings({ content: image.id, mask: null, regions: null });
  else setSettings({ styles: [{ image: image.id, weight: 1, region: null, scale: 1 }] });
}

/**
 * Loads the settings of an image that brushwork painted.
 * @param {any} image
 */
function take(image) {
  const found = image.settings;
  const styles = found.styles.length ? found.styles : store.settings.styles;
  setSettings({ ...found, content: found.content ?? store.settings.content, styles });
  const lost = image.missing.length ? ` Not here: ${image.missing.join(", ")}.` : "";
  toast(`Settings loaded from the recipe of ${image.name}.${lost}`);
}

/**
 * Opens the system's dialog for files.
 * @param {"content" | "style"} role
 */
export function chooseFiles(role) {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  input.multiple = role === "style";
  input.addEventListener("change", () => bring(input.files ?? [], role));
  input.click();
}

/** Lets the whole page take what is dropped or pasted. */
export function listen() {
  const zone = /** @type {HTMLElement} */ (document.querySelector("drop-zone"));
  const holds = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  window.addEventListener("dragenter", (event) => { if (holds(event)) zone.hidden = false; });
  window.addEventListener("dragover", (event) => { if (holds(event)) event.preventDefault(); });
  zone.addEventListener("dragleave", (event) => { if (event.relatedTarget === null) zone.hidden = true; });
  window.addEventListener("drop", (event) => {
    zone.hidden = true;
    if (!holds(event)) return;
    event.preventDefault();
    const over = /** @type {HTMLElement} */ (event.target).closest?.("[data-role]");
    bring(event.dataTransfer?.files ?? [], over?.getAttribute("data-role") === "style" ? "style" : "content");
  });
  window.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (files.length) bring(files, "content");
  });
}
