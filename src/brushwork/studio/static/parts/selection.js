// Several results that something is done with.

export class Selection {
  /** @param {() => void} onchange */
  constructor(onchange) {
    this.onchange = onchange;
    /** @type {Map<string, any>} */
    this.results = new Map();
    /** @type {string | null} */
    this.last = null;
  }

  get size() {
    return this.results.size;
  }

  get ids() {
    return [...this.results.keys()];
  }

  /** @param {string} id */
  has(id) {
    return this.results.has(id);
  }

  /**
   * @param {Result} result
   * @param {any[]} row in which all from the last one to this are chosen; empty for this alone
   */
  toggle(result, row) {
    const [from, to] = [this.last, result.id].map((id) => row.findIndex((one) => one.id === id));
    if (from >= 0 && to >= 0) for (const one of row.slice(Math.min(from, to), Math.max(from, to) + 1)) this.results.set(one.id, one);
    else if (this.results.has(result.id)) this.results.delete(result.id);
    else this.results.set(result.id, result);
    this.last = result.id;
    this.onchange();
  }

  /** @param {Result[]} results */
  addAll(results) {
    for (const one of results) this.results.set(one.id, one);
    this.onchange();
  }

  /** @param {string} id */
  drop(id) {
    this.results.delete(id);
  }

  clear() {
    this.results.clear();
    this.last = null;
    this.onchange();
  }
}
