import assert from "node:assert/strict";
import { test } from "node:test";

import { answerWith, makeStorage, style } from "./browser.js";

globalThis.localStorage = makeStorage();
globalThis.sessionStorage = makeStorage();
globalThis.window = new EventTarget();
const { keepDrafting, redraft, showDraft } = await import("../../../src/brushwork/studio/static/drafts.js");
const { store } = await import("../../../src/brushwork/studio/static/store.js");

store.settings = { content: "cat", styles: [style("great-wave")], options: {}, mask: null, regions: null, aspect: 1 };
const draft = (id, preview, more = {}) => ({ id, preview, state: "running", image: preview ? `/${id}/${preview}` : null, width: 224, height: 168, ...more });
const settled = () => new Promise((go) => { setTimeout(go); });

test("an event that outran the answer is not lost", async () => {
  answerWith({ status: 202, body: draft("d1", 0) });
  redraft();
  showDraft(draft("d1", 3));
  await settled();
  assert.equal(store.draft?.image, "/d1/3");
});

test("a picture never goes back to an older one", () => {
  showDraft(draft("d1", 2));
  assert.equal(store.draft?.preview, 3);
});

test("drafts of other tabs are not shown", () => {
  showDraft(draft("other", 9));
  assert.equal(store.draft?.id, "d1");
});

test("a draft that another tab has given up is asked for again, once", async () => {
  const asked = answerWith({ status: 202, body: draft("d2", 1) }, { status: 202, body: draft("d3", 1) });
  showDraft(draft("d1", 3, { state: "aborted" }));
  await settled();
  showDraft(draft("d2", 1, { state: "aborted" }));
  await settled();
  assert.equal(asked.length, 1);
});

test("the tab has one name for the server", async () => {
  const asked = answerWith({ status: 202, body: draft("d4", 1) }, { status: 202, body: draft("d5", 1) });
  redraft();
  await settled();
  redraft();
  await settled();
  assert.equal(asked.length, 2);
  assert.equal(asked[0].path, asked[1].path);
});

test("nothing is drafted where drafts are not looked at, until they are", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let seen = false;
  const asked = answerWith({ status: 202, body: draft("d6", 1) });
  keepDrafting(() => seen);
  redraft();
  t.mock.timers.tick(1000);
  assert.equal(asked.length, 0);
  seen = true;
  window.dispatchEvent(new Event("hashchange"));
  t.mock.timers.tick(1000);
  assert.equal(asked.length, 1);
});
