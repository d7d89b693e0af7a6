// A part of the gallery in its order, a page at a time: what is searched for, starred, or in the trash.

import { api } from "./api.js";
import { steadily } from "./dom.js";
import { keepResults, watchResults } from "./results.js";
import { tell, watch } from "./store.js";

/** @typedef {{search: string, starred: boolean, deleted: boolean, sort: "newest" | "oldest" | "name"}} Query */

/** Milliseconds that are waited for more to happen, before everything is loaded anew. */
const REST = 80;
const PAGE = 100;
/** The most that the studio gives at once. */
const MOST = 500;

export class Shelf {
  /** @param {() => void} onchange */
  constructor(onchange) {
    this.onchange = onchange;
    /** @type {Query} */
    this.query = { search: "", starred: false, deleted: false, sort: "newest" };
    /** @type {any[]} */
    this.items = [];
    /** Loads anew, once, however much happens at the same time. */
    this.reopen = steadily(REST, () => {
      const count = Math.min(MOST, Math.max(PAGE, this.items.length)); // as many as are looked through already
      this.open({}, count).catch(() => {}); // the studio does not answer: what is shown stays
    });
    /** @type {any} the page that is on its way */
    this.loading = undefined;
    /** How many there are on all pages; null before the first answer. @type {number | null} */
    this.total = null;
    /** @type {string | null} */
    this.next = null;
    watchResults((result) => this.take(result));
    watch(["reset"], () => { if (this.total !== null) this.reopen(); });
  }

  /** Whether all of them, the newest first, are what is looked at. */
  get plain() {
    const { search, starred, deleted, sort } = this.query;
    return !search && !starred && !deleted && sort === "newest";
  }

  /** Opens another part, or the same anew. @param {Partial<Query>} change @param {number} [count] of results */
  async open(change, count = PAGE) {
    this.query = { ...this.query, ...change };
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    try {
      const page = await this.ask(asking.signal, null, count);
      [this.items, this.total, this.next] = [page.results, page.total, page.next];
      this.onchange();
    } catch (error) {
      if (!asking.signal.aborted) throw error;
    }
  }

  /** Loads the next page; false at the end. @param {number} [missing] results that are looked for already */
  async more(missing = 0) {
    const { next, asking } = this;
    if (next === null) return false;
    this.loading ??= this.ask(asking?.signal, next, Math.min(MOST, Math.max(PAGE, missing))).finally(() => { this.loading = undefined; });
    const page = await this.loading;
    if (asking !== this.asking || this.next !== next) return this.next !== null;
    const known = new Set(this.items.map((one) => one.id));
    this.items = [...this.items, ...page.results.filter((/** @type {any} */ one) => !known.has(one.id))];
    [this.total, this.next] = [page.total, page.next];
    this.onchange();
    return true;
  }

  /** @param {AbortSignal | undefined} signal @param {string | null} after @param {number} count */
  async ask(signal, after, count) {
    const { search, starred, deleted, sort } = this.query;
    const page = await api.results({ search, starred: String(starred), deleted: String(deleted), sort, limit: String(count), ...(after ? { after } : {}) }, signal);
    if (!deleted) keepResults(page.results);
    return page;
  }

  /** Follows what happens to a result here and elsewhere. @param {any} result */
  take(result) {
    if (this.total === null) return;
    const place = this.items.findIndex((one) => one.id === result.id);
    const belongs = result.deleted === this.query.deleted && (result.starred || !this.query.starred);
    if (place < 0 && belongs) this.admit(result);
    else if (place >= 0 && belongs) this.items = this.items.with(place, result);
    else if (place >= 0) this.drop(result.id);
    this.onchange();
  }

  /** @param {any} result that is new here: the newest of all stands first, others find their place by asking */
  admit(result) {
    const [first] = this.items;
    if (this.plain && (!first || result.created >= first.created)) {
      this.items = [result, ...this.items];
      this.total = (this.total ?? 0) + 1;
    } else {
      this.reopen();
    }
  }

  /** @param {string} id */
  drop(id) {
    this.items = this.items.filter((one) => one.id !== id);
    this.total = Math.max(0, (this.total ?? 0) - 1);
  }
}

/** What the gallery shows. */
export const gallery = new Shelf(() => tell("gallery"));
/** Everything, the newest first: what the viewer goes through from anywhere else. */
export const recent = new Shelf(() => tell("recent"));
