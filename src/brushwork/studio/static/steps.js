// What can be undone and redone; what a hand does in one go is one step.

const MOST = 100;
/** Milliseconds within which changes of the same thing belong together: a slider that is dragged. */
const GO = 900;

/** @template {Record<string, any>} T */
export class Steps {
  constructor() {
    /** @type {T[]} */
    this.past = [];
    /** @type {T[]} */
    this.future = [];
    this.changed = "";
    this.when = -Infinity;
  }

  /** @param {T} before @param {T} after */
  note(before, after, now = performance.now()) {
    const changed = differing(before, after);
    if (changed !== this.changed || now - this.when > GO) this.past.push(before);
    if (this.past.length > MOST) this.past.shift();
    this.future = [];
    [this.changed, this.when] = [changed, now];
  }

  /** @param {T} present @returns {T | undefined} what was before */
  undo(present) {
    return this.move(this.past, this.future, present);
  }

  /** @param {T} present @returns {T | undefined} what was undone */
  redo(present) {
    return this.move(this.future, this.past, present);
  }

  /** @param {T[]} from @param {T[]} to @param {T} present */
  move(from, to, present) {
    const found = from.pop();
    if (found) to.push(present);
    this.changed = "";
    return found;
  }
}

/** Names what differs, in a word. @param {Record<string, any>} one @param {Record<string, any>} other @returns {string} */
function differing(one, other) {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const found = names.filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
  const isPlain = (/** @type {unknown} */ thing) => thing !== null && typeof thing === "object" && !Array.isArray(thing);
  return found.map((name) => (isPlain(one[name]) && isPlain(other[name]) ? `${name}(${differing(one[name], other[name])})` : name)).join(" ");
}
