// What a click on a picture chooses: one photo, and one painting or a mixture.

import { phrase } from "./phrases.js";
import { clearStage, setSettings, store } from "./store.js";
import { toast } from "./parts/toast-list.js";

const MOST_STYLES = 6;

/** @param {string | null} id */
export function chooseContent(id) {
  clearStage();
  setSettings({ content: id, mask: null, regions: null, film: null });
}

/** Chooses a painting, adds it to the mixture, or takes it out of it. @param {string} id */
export function chooseStyle(id) {
  clearStage();
  const chosen = store.settings.styles;
  const rest = chosen.filter((use) => use.image !== id);
  if (rest.length < chosen.length) {
    if (rest.length) setSettings({ styles: rest });
    return;
  }
  if (chosen.length === MOST_STYLES) {
    toast(phrase("At most {count} paintings are mixed; take one away first.", { count: MOST_STYLES }));
    return;
  }
  const use = { image: id, weight: 1, region: null, scale: 1 };
  // A single style image is replaced: most people want another one, not a mixture.
  const adds = chosen.length > 1 || document.body.dataset.mixing === "true";
  setSettings({ styles: adds ? [...chosen, use] : [use] });
}
