// Which paintings somebody likes, and which folder they came from; kept in the browser.

const LIKED = "brushwork-favourites";
const FOLDERS = "brushwork-folders";

/** @param {string} key @param {any} otherwise @returns {any} */
function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** @param {string} id */
export function isLiked(id) {
  return read(LIKED, []).includes(id);
}

/** @param {string} id */
export function like(id) {
  const liked = read(LIKED, []);
  const next = liked.includes(id) ? liked.filter((/** @type {string} */ one) => one !== id) : [...liked, id];
  localStorage.setItem(LIKED, JSON.stringify(next));
}

/** @param {string} id @returns {string | null} the folder that a painting was brought in */
export function folderOf(id) {
  return read(FOLDERS, {})[id] ?? null;
}

/** @param {string} id @param {string} folder */
export function putInFolder(id, folder) {
  localStorage.setItem(FOLDERS, JSON.stringify({ ...read(FOLDERS, {}), [id]: folder }));
}
