// Cards of which only those are made that are seen: a row too many above and below, and room for the rest.

import { h } from "../vendor/preact.js";

const SPARE_ROWS = 2;

export class WindowGrid {
  /**
   * @param {HTMLElement} host in which the cards are
   * @param {HTMLElement} scroller
   * @param {() => void} redraw
   */
  constructor(host, scroller, redraw) {
    this.host = host;
    this.scroller = scroller;
    /** What is drawn now: the first card, and the one after the last. */
    this.range = [0, 24];
    this.columns = 1;
    /** From the top of a row to the next. */
    this.pitch = 300;
    const look = () => { if (this.measure()) redraw(); };
    scroller.addEventListener("scroll", look, { passive: true });
    new ResizeObserver(look).observe(host);
  }

  /** Finds what is to be drawn; false where that is what is drawn already. */
  measure() {
    const list = /** @type {HTMLElement | null} */ (this.host.querySelector(".cards"));
    const card = list?.querySelector(".card");
    if (!list || !card || !list.clientWidth) return false;
    const style = getComputedStyle(list);
    this.columns = style.gridTemplateColumns.split(" ").length;
    this.pitch = card.getBoundingClientRect().height + parseFloat(style.rowGap);
    const top = this.scroller.getBoundingClientRect().top - list.getBoundingClientRect().top;
    const rows = [Math.floor(top / this.pitch) - SPARE_ROWS, Math.ceil((top + this.scroller.clientHeight) / this.pitch) + SPARE_ROWS];
    const next = rows.map((row) => Math.max(0, row) * this.columns);
    const same = next[0] === this.range[0] && next[1] === this.range[1];
    this.range = next;
    return !same;
  }

  /**
   * @param {number} total
   * @param {(number: number) => any} card
   */
  draw(total, card) {
    const last = Math.ceil(total / this.columns) * this.columns;
    // Where fewer are left than were scrolled over, the last ones are drawn.
    const first = Math.max(0, Math.min(this.range[0], last - (this.range[1] - this.range[0])));
    const end = Math.min(Math.max(this.range[1], this.columns), total);
    const cards = [];
    for (let number = first; number < end; number += 1) cards.push(card(number));
    const above = (first / this.columns) * this.pitch;
    const below = Math.max(0, Math.ceil((total - end) / this.columns)) * this.pitch;
    return h("ul", { class: "cards", style: { paddingTop: `${above}px`, paddingBottom: `${below}px` } }, ...cards);
  }
}
