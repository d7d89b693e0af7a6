// What a result will take, beside the button, before it is pressed.

import { api } from "../api.js";
import { calmly, h, say } from "../dom.js";
import { counted, phrase } from "../phrases.js";
import { store, watch } from "../store.js";
import { amount, duration, extent } from "../words.js";

const QUIET = 250;

export class PlanNote extends HTMLElement {
  connectedCallback() {
    /** @type {Settings | null} the choice that was asked about a second time */
    this.hoped = null;
    this.line = h("p", { class: "plan", role: "status", "aria-live": "polite" }, "…");
    this.append(this.line);
    const ask = calmly(QUIET, () => this.ask());
    watch(["settings"], () => { this.asking?.abort(); ask(); });
    watch(["paced"], () => this.askOnceMore(ask));
    ask();
  }

  /** The studio has measured something: asks again, once for a choice, where the time is not known. @param {() => void} ask */
  askOnceMore(ask) {
    if (this.timed !== false || this.hoped === store.settings) return;
    this.hoped = store.settings;
    ask();
  }

  async ask() {
    const line = /** @type {HTMLElement} */ (this.line);
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    try {
      const plan = await api.plan(store.settings, asking.signal);
      if (asking.signal.aborted) return;
      line.className = "plan numbers";
      this.timed = plan.seconds !== null;
      const { film } = plan;
      const { width, height, seconds } = film ?? plan;
      const time = seconds === null ? [] : [phrase("about {time}", { time: duration(seconds) })];
      const frames = film ? [counted(film.frames, "{count} frame", "{count} frames")] : [];
      const room = film ? phrase("{amount} on the disk", { amount: amount(film.disk) }) : phrase("{amount} of memory", { amount: amount(plan.memory) });
      say(line, [extent(width, height), ...frames, ...time, room].join(" · "));
    } catch (error) {
      if (asking.signal.aborted) return;
      line.className = "plan bad";
      say(line, error instanceof Error ? error.message : String(error));
    }
  }
}

customElements.define("plan-note", PlanNote);
