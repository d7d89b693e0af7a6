// A few small drawings; each is one path on a grid of 24.

import { h } from "./vendor/preact.js";

const PATHS = {
  pause: "M8 5v14M16 5v14",
  play: "M8 5l11 7-11 7z",
  stop: "M6 12l4 5 8-10",
  close: "M6 6l12 12M18 6L6 18",
  star: "M12 4l2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.7 9.6 9z",
  trash: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12",
  down: "M12 4v11m-5-5l5 5 5-5M5 20h14",
  more: "M6 9l6 6 6-6",
  up: "M12 19V5m-6 6l6-6 6 6",
  lower: "M12 5v14m-6-6l6 6 6-6",
  plus: "M12 5v14M5 12h14",
  brush: "M4 20c3 0 5-1 5-4l8.5-9.5a2 2 0 0 1 3 3L11 18c-1 3-4 3-7 2z",
  pair: "M4 5h7v14H4zM13 5h7v14h-7z",
  again: "M5 12a7 7 0 1 0 2-5M5 4v4h4",
  grid: "M5 5h6v6H5zM13 5h6v6h-6zM5 13h6v6H5zM13 13h6v6h-6z",
  lens: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5L21 21",
  undo: "M8 6L4 10l4 4M4 10h9a6 6 0 0 1 0 12h-2",
  redo: "M16 6l4 4-4 4M20 10h-9a6 6 0 0 0 0 12h2",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  minus: "M5 12h14",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5M12 8v.01",
  screen: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  keep: "M7 4h10v16l-5-4-5 4z",
  folder: "M3 6h7l2 2h9v11H3z",
  many: "M4 8h12v12H4zM8 8V4h12v12h-4",
  heart: "M12 20C5 15 3.5 12 3.5 9a4.2 4.2 0 0 1 8.5-1 4.2 4.2 0 0 1 8.5 1c0 3-1.500 6-8.500 11z",
  auto: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
  dark: "M19 14.500A8 8 0 1 1 9.500 5a6.500 6.500 0 0 0 9.500 9.500z",
  light: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100",
  settings: "M4 8h10M18 8h2M4 16h2M10 16h10M14 6v4M6 14v4",
};

/** @typedef {keyof typeof PATHS} Drawing */

/**
 * @param {Drawing} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) {
    drawing.setAttribute(key, value);
  }
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  drawing.append(path);
  return drawing;
}

/**
 * The same drawing for what is rendered with keys.
 * @param {Drawing} name
 */
export function sign(name) {
  const how = { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  return h("svg", how, h("path", { d: PATHS[name] }));
}
