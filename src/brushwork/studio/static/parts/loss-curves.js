// A small curve for each loss, on a logarithmic scale: how the result gets nearer to both.

import { h, say } from "../dom.js";
import { phrase } from "../phrases.js";
import { loss as written } from "../words.js";

const LOSSES = { total: phrase("total"), style: phrase("style"), content: phrase("content") };
const WIDTH = 200;
const HEIGHT = 34;

export class LossCurves extends HTMLElement {
  connectedCallback() {
    if (this.children.length) return;
    this.setAttribute("role", "img");
    this.setAttribute("aria-label", phrase("Losses so far"));
    const space = "http://www.w3.org/2000/svg";
    for (const [name, text] of Object.entries(LOSSES)) {
      const drawing = document.createElementNS(space, "svg");
      drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
      drawing.setAttribute("preserveAspectRatio", "none");
      drawing.append(document.createElementNS(space, "path"));
      const head = h("div", { class: "curve-head" }, h("span", {}, text), h("span", { class: "numbers", "data-value": name }));
      this.append(h("div", { class: "curve", "data-loss": name }, head, drawing));
    }
  }

  /** @param {{losses: Record<string, number>}[]} steps */
  show(steps) {
    for (const name of Object.keys(LOSSES)) {
      const values = steps.map((step) => step.losses[name]).filter((value) => value > 0);
      const box = /** @type {HTMLElement} */ (this.querySelector(`[data-loss="${name}"]`));
      box.hidden = values.length === 0 && name === "content";
      box.querySelector("path")?.setAttribute("d", line(values));
      const shown = box.querySelector("[data-value]");
      if (shown) say(shown, values.length ? written(values[values.length - 1]) : "");
    }
  }
}

/** @param {number[]} values */
function line(values) {
  if (values.length < 2) return "";
  const logs = values.map(Math.log);
  const low = Math.min(...logs);
  const span = Math.max(...logs) - low || 1;
  // More points than pixels are no use to anybody.
  const stride = Math.max(1, Math.floor(logs.length / WIDTH));
  const points = logs.map((log, index) => [index, log]).filter(([index]) => index % stride === 0 || index === logs.length - 1);
  return points.map(([index, log], number) => `${number ? "L" : "M"}${((index / (logs.length - 1)) * WIDTH).toFixed(1)} ${(HEIGHT - 2 - ((log - low) / span) * (HEIGHT - 4)).toFixed(1)}`).join("");
}

customElements.define("loss-curves", LossCurves);
