// Cards that stay as they are: one of which nothing has changed is given again, and left alone when all are drawn.

/** @typedef {{card: any, reasons: unknown[]}} Kept what was drawn, and what it was drawn from */

export class KeptCards {
  constructor() {
    /** @type {Map<string, Kept>} those of this drawing */
    this.now = new Map();
    /** @type {Map<string, Kept>} those of the drawing before */
    this.before = new Map();
  }

  /** Begins a drawing: a card that it does not ask for is forgotten. */
  begin() {
    [this.before, this.now] = [this.now, new Map()];
  }

  /**
   * A card as it was in the drawing before, or a new one.
   * @param {string} id
   * @param {unknown[]} reasons what it is drawn from: as long as all of them are the same, it is
   * @param {() => any} make
   */
  give(id, reasons, make) {
    const known = this.before.get(id);
    const same = known?.reasons.every((reason, place) => reason === reasons[place]);
    const kept = known && same ? known : { card: make(), reasons };
    this.now.set(id, kept);
    return kept.card;
  }

  /** Has a card made anew: somebody has changed its elements by hand. @param {string} id */
  forget(id) {
    this.now.delete(id);
  }
}
