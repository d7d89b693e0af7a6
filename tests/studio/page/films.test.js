// What of a film follows from something else.

import assert from "node:assert/strict";
import { test } from "node:test";

import { style } from "./browser.js";
import { atMoment, carriedOver, countFrames, endOf, follow, makeFade, makeStrength, pointsOf, secondsOf, toleranceOf, withTolerance } from "../../../src/brushwork/studio/static/films.js";

const clip = { id: "walk", seconds: 4, rate: 10 };
const film = (more = {}) => ({ clip: "walk", start: 0, end: null, options: {}, strength: null, ...more });
const settings = (more = {}) => ({ content: "still", styles: [style("great-wave"), style("ejiri")], options: { strength: 0.5 }, mask: null, regions: null, aspect: 1, film: film(), ...more });
const strengthOf = (one) => one.options.strength;
const followed = (before, change) => follow(before, { ...before, ...change }, clip, strengthOf).film;

test("frames are counted as they are picked: one of so many, and so many a second at most", () => {
  assert.equal(countFrames(film(), clip), 40);
  assert.equal(countFrames(film({ start: 1, end: 3.5 }), clip), 25);
  assert.equal(countFrames(film({ end: 99 }), clip), 40);
  assert.equal(countFrames(film({ options: { every: 3 } }), clip), 14); // 0, 3, … 39
  assert.equal(countFrames(film({ options: { fps: 4 } }), clip), 16);
  assert.equal(countFrames(film({ options: { fps: 50 } }), clip), 40);
  assert.equal(countFrames(film({ options: { every: 2, fps: 2 } }), clip), 8); // of 5 a second
  assert.equal(countFrames(film({ start: 3, end: 2 }), clip), 0);
});

test("strength runs from the start to the last frame, and its end is read back", () => {
  assert.equal(makeStrength(0.2, 0.8, film({ start: 1, end: 3 }), clip), "0.2@0s,0.8@1.9s");
  assert.equal(endOf("0.2@0s,0.8@1.9s"), 0.8);
  assert.equal(endOf("0.2@0s,0.3@1s,0.4@1:02"), 0.4);
});

test("paintings fade into each other from the start to the last frame, each as long", () => {
  assert.equal(makeFade(2, film(), clip), "0s,3.9s");
  assert.equal(makeFade(4, film({ start: 1 }), clip), "0s,0.967s,1.933s,2.9s");
  const moments = makeFade(6, film({ end: 0.1 }), clip).split(","); // of one frame
  assert.equal(new Set(moments).size, 6);
});

test("a moment is read in every way that it may be written", () => {
  assert.deepEqual(["4s", "2.5", "1:02.5", "1:00:02s"].map(secondsOf), [4, 2.5, 62.5, 3602]);
  assert.deepEqual(pointsOf("0.2@0s,0.8@1:00"), [{ value: 0.2, seconds: 0 }, { value: 0.8, seconds: 60 }]);
});

test("what is trimmed, or begins with another strength, takes its times and its start along", () => {
  const before = settings({ film: film({ strength: "0.5@0s,0.8@3.9s", options: { fade: "0s,3.9s", passes: 2 } }) });
  const trimmed = followed(before, { film: { ...before.film, end: 2 } });
  assert.deepEqual([trimmed.strength, trimmed.options], ["0.5@0s,0.8@1.9s", { passes: 2, fade: "0s,1.9s" }]);
  assert.equal(followed(before, { options: { strength: 0.3 } }).strength, "0.3@0s,0.8@3.9s");
  assert.equal(followed(before, { options: { strength: 0.3 } }).options.fade, "0s,3.9s");
});

test("moments are one for each painting; a single one fades into none", () => {
  const before = settings({ film: film({ options: { fade: "0s,3.9s", every: 2 } }) });
  assert.equal(followed(before, { styles: [...before.styles, style("cat")] }).options.fade, "0s,1.95s,3.9s");
  assert.deepEqual(followed(before, { styles: [style("cat")] }).options, { every: 2 });
});

test("what somebody has said otherwise stays as long as nothing moves it", () => {
  const before = settings({ film: film({ strength: "0.1@0s,0.9@1s,0.2@2s", options: { fade: "1s,2s" } }) });
  const passed = followed(before, { film: { ...before.film, options: { ...before.film.options, passes: 3 } } });
  assert.deepEqual([passed.strength, passed.options.fade], ["0.1@0s,0.9@1s,0.2@2s", "1s,2s"]);
  const said = { ...before.film, end: 3, strength: "0@0s,1@3s", options: { fade: "0s,1s" } };
  assert.deepEqual(followed(before, { film: said }), said);
  const other = film({ clip: "run", strength: "0@0s,1@3s" });
  assert.deepEqual(followed(before, { film: other }), other);
});

test("a colour that stays has its tolerance behind it, the usual one unsaid", () => {
  assert.deepEqual(["lime", "#00ff00:0.25"].map(toleranceOf), [0.1, 0.25]);
  assert.deepEqual([withTolerance("lime:0.3", 0.1), withTolerance("lime", 0.2), withTolerance("lime:0.2", 0.3)], ["lime", "lime:0.2", "lime:0.3"]);
});

test("a draft of a frame has the strength and the paintings of its moment", () => {
  const chosen = settings({ film: film({ start: 1, strength: "0.2@0s,0.8@2s", options: { fade: "0s,2s" } }) });
  const middle = atMoment(chosen, 1.5);
  assert.equal(middle.options.strength, 0.35);
  assert.deepEqual(middle.styles, [style("great-wave", 0.75), style("ejiri", 0.25)]);
  assert.deepEqual([atMoment(chosen, 0).options.strength, atMoment(chosen, 9).options.strength], [0.2, 0.8]);
  assert.deepEqual(atMoment(chosen, 9).styles, [style("ejiri")]);
  assert.deepEqual(atMoment(settings({ film: null }), 1), settings({ film: null }));
  assert.deepEqual(atMoment(settings(), 1).options, { strength: 0.5 });
});

test("another clip takes along what is bound neither to the length nor to the colours of the one before", () => {
  assert.deepEqual(carriedOver(film({ options: { fade: "0s,1s", keep_color: "#00ff00", every: 2 } })), { every: 2 });
  assert.deepEqual(carriedOver(null), {});
});
