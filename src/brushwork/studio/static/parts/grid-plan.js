// How many pictures a grid will have and how long they will take, before it begins.

import { api } from "../api.js";
import { calmly, h, say } from "../dom.js";
import { counted, phrase } from "../phrases.js";
import { watch } from "../store.js";
import { duration, extent } from "../words.js";

const QUIET = 250;

/** @type {GridPlan | null} what is open, or was last */
let shown = null;
watch(["paced"], () => { if (shown?.isConnected) shown.ask(); });

export class GridPlan extends HTMLElement {
  /** @param {() => Taken<"/api/v1/grids", "post">} read what is asked for now */
  constructor(read) {
    super();
    this.read = read;
    this.line = h("p", { class: "plan", role: "status", "aria-live": "polite" });
    this.asking = new AbortController();
    this.ask = calmly(QUIET, () => this.tell());
  }

  connectedCallback() {
    this.append(this.line);
    shown = this;
    this.ask();
  }

  async tell() {
    const wanted = this.read();
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    if (!wanted.axes.length) return say(this.line, phrase("Choose an option to vary."));
    try {
      const plan = await api.planGrid(wanted, signal);
      const time = plan.seconds === null ? "" : ` · ${phrase("about {time}", { time: duration(plan.seconds) })}`;
      this.line.className = "plan numbers";
      say(this.line, counted(plan.count, "{count} picture of {size}", "{count} pictures of {size}", { size: extent(plan.width, plan.height) }) + time);
    } catch (error) {
      if (signal.aborted) return;
      this.line.className = "plan bad";
      say(this.line, error instanceof Error ? error.message : String(error));
    }
  }
}

customElements.define("grid-plan", GridPlan);
