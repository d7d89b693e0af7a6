// Files out of what is dropped: single ones, and all that are in folders.

/** @typedef {{file: File, folder: string}} Carried */

const PICTURES = /\.(jpe?g|jfif|jif|png|webp|avif|heic|heif|gif|tiff?|bmp|pnm|ppm|jxl|dng|nef|cr2|cr3|arw|orf|rw2)$/i;

/**
 * @param {DataTransfer} transfer
 * @returns {Promise<Carried[]>}
 */
export async function carriedIn(transfer) {
  // Entries are there only until the event is over: all are taken before the first is read.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return files.map((file) => ({ file, folder: "" }));
  const found = await Promise.all(entries.map((entry) => (entry ? walk(entry, "") : [])));
  return sorted(found.flat());
}

/** @param {FileList | File[]} files of an input, which may be one for a folder */
export function carriedBy(files) {
  const all = [...files].map((file) => ({ file, folder: file.webkitRelativePath.split("/").slice(0, -1).at(-1) ?? "" }));
  return sorted(all.filter(({ file, folder }) => !folder || PICTURES.test(file.name)));
}

/** @param {Carried[]} all */
function sorted(all) {
  return all.sort((one, other) => `${one.folder}/${one.file.name}`.localeCompare(`${other.folder}/${other.file.name}`, undefined, { numeric: true }));
}

/** @param {any} entry @param {string} folder @returns {Promise<Carried[]>} */
async function walk(entry, folder) {
  if (entry.isFile) {
    const file = await new Promise((give, fail) => { entry.file(give, fail); });
    return !folder || PICTURES.test(file.name) ? [{ file, folder }] : [];
  }
  const reader = entry.createReader();
  /** @type {Carried[]} */
  const found = [];
  for (;;) {
    const some = await new Promise((give, fail) => { reader.readEntries(give, fail); }); // at most a hundred at a time
    if (!some.length) return found;
    for (const one of some) found.push(...(await walk(one, entry.name)));
  }
}
