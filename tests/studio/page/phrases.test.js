// What the page says: every sentence is in the catalogues, none too many, and gaps agree.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { answerWith, makeStorage } from "./browser.js";

const STATIC = new URL("../../../src/brushwork/studio/static/", import.meta.url);
const read = (path) => readFileSync(new URL(path, STATIC), "utf8");
const catalogues = readdirSync(new URL("languages/", STATIC)).map((name) => [name, JSON.parse(read(`languages/${name}`))]);
const modules = readdirSync(STATIC, { recursive: true }).filter((name) => name.endsWith(".js") && !name.startsWith("vendor"));

/** Sentences of the sources: with what stands alone, and what is counted by its form for many. */
function collect() {
  const found = { plain: new Set(), counted: new Map() };
  for (const name of modules) {
    const text = read(name);
    for (const [, sentence] of text.matchAll(/\bphrase\(\s*"([^"]*)"/g)) found.plain.add(sentence);
    for (const [, one, other] of text.matchAll(/\bcounted\([^"`;]*?,\s*"([^"]*)",\s*"([^"]*)"/g)) {
      assert.equal(found.counted.get(other) ?? one, one, `${other} is counted in two ways`);
      found.counted.set(other, one);
    }
  }
  for (const [, sentence] of read("index.html").matchAll(/data-phrase(?:-label)?="([^"]*)"/g)) found.plain.add(sentence);
  return found;
}

const gaps = (sentence) => [...new Set(sentence.match(/\{\w+\}/g) ?? [])].sort();
const { plain, counted } = collect();

test("the sources have sentences, and every one is a literal", () => {
  assert.ok(plain.size > 200 && counted.size > 10 && catalogues.length > 0);
  for (const name of modules.filter((one) => one !== "phrases.js")) {
    const odd = read(name).match(/\b(?:phrase\((?!\s*")|counted\((?![^"`;]*?,\s*"[^"]*",\s*")).{0,40}/g);
    assert.equal(odd, null, name);
  }
});

for (const [name, { told }] of catalogues) {
  test(`${name} fills no gap that the studio's own sentences do not have`, () => {
    for (const [sentence, here] of Object.entries(told)) assert.ok(gaps(here).every((gap) => gaps(sentence).includes(gap)), here);
  });
}

for (const [name, { sentences }] of catalogues) {
  test(`${name} has every sentence and no other`, () => {
    const wanted = [...plain, ...counted.keys()].sort();
    assert.deepEqual(Object.keys(sentences).sort(), wanted);
  });

  test(`${name} has the same gaps, and every form that its language counts in`, () => {
    for (const sentence of plain) assert.deepEqual(gaps(sentences[sentence]), gaps(sentence), sentence);
    const kinds = new Intl.PluralRules(name.replace(".json", "")).resolvedOptions().pluralCategories;
    for (const [other, one] of counted) {
      const forms = sentences[other];
      assert.deepEqual(Object.keys(forms).sort(), [...kinds].sort(), other);
      for (const [kind, form] of Object.entries(forms)) {
        const allowed = gaps(kind === "one" ? one : other);
        // "One" may be said in words.
        assert.deepEqual(gaps(form).filter((gap) => gap !== "{count}"), allowed.filter((gap) => gap !== "{count}"), form);
        if (kind !== "one") assert.ok(gaps(form).includes("{count}"), form);
      }
    }
  });
}

/** Imports the module anew, as a browser of such languages has it. */
async function speaking(languages, kept) {
  globalThis.localStorage = makeStorage();
  if (kept) localStorage.setItem("brushwork-language", kept);
  Object.defineProperty(globalThis, "navigator", { value: { languages }, configurable: true });
  const asked = answerWith({ body: JSON.parse(read("languages/de.json")) });
  return { asked, ...(await import(`${STATIC}phrases.js?${languages}${kept}`)) };
}

test("the browser's first language that is spoken is taken, and what is chosen before it", async () => {
  const austrian = await speaking(["fr-FR", "de-AT", "en-US"]);
  assert.deepEqual([austrian.language, austrian.locale], ["de", "de-AT"]);
  assert.equal(austrian.phrase("Paint"), "Malen");
  assert.equal(austrian.asked[0].path, "/static/languages/de.json");
  const english = await speaking(["de-DE"], "en");
  assert.deepEqual([english.language, english.phrase("Paint"), english.asked.length], ["en", "Paint", 0]);
  assert.equal((await speaking(["fr"])).language, "en");
});

test("what the studio itself says is recognised with what stands in its gaps, and else stays as it is", async () => {
  const { told } = await speaking(["de-DE"], "told");
  assert.equal(told("the film would have 28800 frames, and at most 3000 are painted at a time; choose a shorter part, paint fewer of its frames (every), or use the command line: brushwork video.").slice(0, 66), "Der Film hätte 28.800 Bilder, und höchstens 3.000 werden auf einma");
  assert.equal(told("'$& (1) is.mp4' is a still picture; add it as a photo."), "„$& (1) is.mp4“ ist ein unbewegtes Bild; als Foto hinzufügen.");
  assert.equal(told("a job still needs this clip; cancel that first."), "Ein Auftrag braucht diesen Clip noch; zuerst den abbrechen.");
  assert.equal(told("kept after 5 of 82 frames"), "behalten nach 5 von 82 Bildern");
  assert.equal(told("kept after 5 of 82 frames, or so"), "kept after 5 of 82 frames, or so");
  assert.equal((await speaking(["en"], "en")).told("kept after 5 of 82 frames"), "kept after 5 of 82 frames");
});

test("things are counted, gaps are filled, and what is not known is English", async () => {
  const { counted: count, phrase, labelOf, choiceOf } = await speaking(["de-DE"], "de");
  assert.equal(count(1, "{count} grid", "{count} grids"), "1 Tafel");
  assert.equal(count(2000, "{count} grid", "{count} grids"), "2.000 Tafeln");
  assert.equal(phrase("“{name}” is in the trash.", { name: "$& {x}" }), "„$& {x}“ liegt im Papierkorb.");
  assert.equal(phrase("Nobody says this to {name}", { name: "Ada" }), "Nobody says this to Ada");
  assert.deepEqual([labelOf("strength"), labelOf("new_one"), choiceOf("color", "style")], ["Stärke", "New one", "Gemälde"]);
});
