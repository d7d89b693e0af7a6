import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { makeStorage, style } from "./browser.js";

globalThis.localStorage = makeStorage();
const { active, baseOf, recall, setDefaults, setOption, setPreset, setSettings, show, stepSettings, store, titleOf, watch } = await import("../../../src/brushwork/studio/static/store.js");

const image = (id, title) => ({ id, title });
const job = (id, state, more = {}) => ({ id, state, grid: null, position: null, settings: { content: "cat", styles: [style("great-wave")] }, ...more });

beforeEach(() => {
  globalThis.localStorage = makeStorage();
  store.images = [image("cat", "Cat"), image("great-wave", "The Great Wave"), image("ejiri", "Ejiri")];
  store.jobs = new Map();
  store.clips = [{ id: "walk", name: "a walk.mp4" }];
  store.shown = null;
  store.settings = { content: "cat", styles: [style("great-wave")], options: {}, mask: null, regions: null, aspect: 1, film: null };
  store.form = { presets: { oil: { strength: 0.7, style_scale: 2 } }, defaults: { strength: 0.5, style_scale: 1, seed: 0 } };
});

test("who watches a topic is told of it alone", () => {
  let told = 0;
  watch(["settings"], () => { told += 1; });
  setSettings({ aspect: 2 });
  show("j1");
  assert.equal(told, 1);
});

test("what was chosen is there after a reload, as far as its images are", () => {
  setSettings({ content: "ejiri", styles: [style("great-wave"), style("gone")], mask: "gone", options: { strength: 0.8 } });
  store.settings = { ...store.settings, content: "cat", styles: [], options: {} };
  recall();
  assert.deepEqual(store.settings, { content: "ejiri", styles: [style("great-wave")], options: { strength: 0.8 }, mask: null, regions: null, aspect: 1, film: null });
});

test("a film is chosen again as long as its clip is there", () => {
  const film = { clip: "walk", start: 1, end: null, options: { passes: 2 }, strength: null };
  setSettings({ content: "ejiri", film });
  recall();
  assert.deepEqual(store.settings.film, film);
  store.clips = [];
  recall();
  assert.deepEqual([store.settings.film, store.settings.content], [null, "ejiri"]);
});

test("a film that was chosen before films had options has none", () => {
  setSettings({ content: "ejiri", film: { clip: "walk", start: 1, end: 2 } });
  recall();
  assert.deepEqual(store.settings.film, { clip: "walk", start: 1, end: 2, options: {}, strength: null });
});

test("defaults are a film's too, and its part of the clip stays", () => {
  setSettings({ options: { strength: 0.9 }, film: { clip: "walk", start: 1, end: 2, options: { passes: 2 }, strength: "0.9@0s,0.1@1s" } });
  setDefaults();
  assert.deepEqual([store.settings.options, store.settings.film], [{}, { clip: "walk", start: 1, end: 2, options: {}, strength: null }]);
  stepSettings("undo");
  assert.equal(store.settings.film.options.passes, 2);
});

test("the strength of a film begins with the slider's, whatever moves that", () => {
  store.clips = [{ id: "walk", seconds: 4, rate: 10 }];
  setSettings({ content: "ejiri", film: { clip: "walk", start: 0, end: null, options: {}, strength: "0.5@0s,0.1@3.9s" } });
  setOption("strength", 0.9);
  assert.equal(store.settings.film.strength, "0.9@0s,0.1@3.9s");
  setDefaults();
  setSettings({ film: { ...store.settings.film, strength: "0.5@0s,0.1@3.9s" } });
  setPreset("oil");
  assert.equal(store.settings.film.strength, "0.7@0s,0.1@3.9s");
});

test("a choice of version 0.1 is read", () => {
  const kept = { content: "cat", styles: [{ picture: "ejiri", weight: 2, region: null, scale: 1 }], options: { statistics: "neighbours" } };
  localStorage.setItem("brushwork-settings", JSON.stringify(kept));
  recall();
  assert.deepEqual(store.settings.styles, [style("ejiri", 2)]);
  assert.equal(store.settings.options.statistics, "nearest_neighbor");
});

test("what cannot be read is forgotten", () => {
  localStorage.setItem("brushwork-settings", "{");
  recall();
  assert.equal(store.settings.content, "cat");
  assert.equal(localStorage.getItem("brushwork-settings"), null);
});

test("a preset takes the place of the values that it sets, and of no others", () => {
  setOption("strength", 0.9);
  setOption("seed", 7);
  setPreset("oil");
  assert.deepEqual(store.settings.options, { seed: 7, preset: "oil" });
  assert.equal(baseOf("strength"), 0.7);
  assert.equal(baseOf("seed"), 0);
  setPreset(undefined);
  assert.equal(baseOf("strength"), 0.5);
});

test("another choice clears the stage, but never what is still painted there", () => {
  store.jobs.set("j1", job("j1", "running"));
  show("j1");
  setOption("seed", 1);
  assert.equal(store.shown, "j1");
  store.jobs.set("j1", job("j1", "finished"));
  setOption("seed", 2);
  assert.equal(store.shown, null);
});

test("what is painted comes before the queue in its order, and grids stay aside", () => {
  for (const one of [job("c", "queued", { position: 1 }), job("b", "queued", { position: 0 }), job("x", "queued", { position: 2, grid: "g" }), job("d", "paused"), job("a", "running"), job("y", "finished")]) store.jobs.set(one.id, one);
  assert.deepEqual(active().map((one) => one.id), ["a", "b", "c", "d"]);
});

test("a job is called by its images", () => {
  assert.equal(titleOf(job("a", "queued")), "Cat in The Great Wave");
  assert.equal(titleOf(job("a", "queued", { settings: { content: null, styles: [style("ejiri"), style("gone")] } })), "Texture of Ejiri and a picture");
});
