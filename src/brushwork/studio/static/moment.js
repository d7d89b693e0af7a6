// Which moment of a clip the frame on the stage is of, for who comes back to the page, too.

const KEPT = "brushwork-moment";

/** @param {string} image the still @param {number} seconds of its clip */
export function noteMoment(image, seconds) {
  localStorage.setItem(KEPT, JSON.stringify({ image, seconds }));
}

/** When the frame on the stage is shown, in seconds of its clip. @param {Settings} settings */
export function momentOf(settings) {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    return kept?.image === settings.content ? Number(kept.seconds) : settings.film?.start ?? 0;
  } catch {
    return 0;
  }
}
