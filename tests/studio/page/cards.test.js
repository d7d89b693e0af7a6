import assert from "node:assert/strict";
import { test } from "node:test";

import { KeptCards } from "../../../src/brushwork/studio/static/parts/kept-cards.js";

/** Draws cards, and gives those that were made for it. @param {KeptCards} cards @param {[string, ...unknown[]][]} wanted */
function draw(cards, wanted) {
  const made = [];
  cards.begin();
  const given = wanted.map(([id, ...reasons]) => cards.give(id, reasons, () => { made.push(id); return { id }; }));
  return { given, made };
}

test("only cards that come, or of which something has changed, are made", () => {
  const cards = new KeptCards();
  const first = draw(cards, [["a", 1, false], ["b", 2, false]]);
  const second = draw(cards, [["b", 2, false], ["c", 3, false]]);
  assert.deepEqual(second.made, ["c"]);
  assert.equal(second.given[0], first.given[1]);
  assert.deepEqual(draw(cards, [["b", 2, true], ["c", 3, false]]).made, ["b"]);
});

test("a card that went is not kept, and one that was changed by hand is made anew", () => {
  const cards = new KeptCards();
  draw(cards, [["a", 1], ["b", 2]]);
  draw(cards, [["b", 2]]);
  assert.deepEqual(draw(cards, [["a", 1], ["b", 2]]).made, ["a"]);
  cards.forget("b");
  assert.deepEqual(draw(cards, [["a", 1], ["b", 2]]).made, ["b"]);
});
