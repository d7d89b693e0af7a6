// Pictures into the clipboard.

import { phrase } from "./phrases.js";

/**
 * @param {string} address of a PNG
 * @returns {Promise<void>}
 */
export async function copyImage(address) {
  if (!navigator.clipboard?.write) {
    throw new Error(phrase("This browser copies only on this machine's own address or over HTTPS; drag the picture out instead, or download it."));
  }
  // The promise goes in as it is: some browsers allow nothing that waits before.
  const content = fetch(address).then((answer) => answer.blob());
  await navigator.clipboard.write([new ClipboardItem({ "image/png": content })]);
}

/**
 * Lets a picture be dragged out of the page, under its own name.
 * @param {HTMLImageElement} image
 * @param {() => {name: string, address: string}} what
 */
export function letDragOut(image, what) {
  image.draggable = true;
  image.addEventListener("dragstart", (event) => {
    const { name, address } = what();
    const whole = new URL(address, location.href).href;
    event.dataTransfer?.setData("DownloadURL", `image/png:${name.replaceAll(/[:/\\]/g, "-")}.png:${whole}`);
    event.dataTransfer?.setData("text/uri-list", whole);
  });
}
