import assert from "node:assert/strict";
import { test } from "node:test";

import { Refused, api, at } from "../../../src/brushwork/studio/static/api.js";
import { answerWith } from "./browser.js";

test("an object goes as JSON, a file as it is", async () => {
  const asked = answerWith({ status: 201, body: {} }, { status: 201, body: {} });
  await api.rerun("r1", { size: 512 });
  const file = new Blob(["x"]);
  await api.upload(file, "a & b.png", "style");
  assert.equal(asked[0].path, "/api/v1/results/r1/rerun");
  assert.equal(asked[0].headers["content-type"], "application/json");
  assert.deepEqual(JSON.parse(asked[0].body), { options: { size: 512 } });
  assert.equal(asked[1].path, "/api/v1/images?name=a+%26+b.png&role=style");
  assert.equal(asked[1].body, file);
  assert.deepEqual(asked[1].headers, {});
});

test("nothing is answered where there is nothing to tell", async () => {
  answerWith({ status: 204 });
  assert.equal(await api.trashAll(["r1"]), null);
});

test("a refusal is a sentence with its code", async () => {
  answerWith({ status: 404, body: { error: { code: "not_found", message: "there is no such job." } } });
  await assert.rejects(api.losses("j1"), (error) => error instanceof Refused && error.code === "not_found" && error.message === "There is no such job.");
});

test("an answer that is no JSON is a sentence too", async () => {
  answerWith({ status: 502, body: "<html>" });
  await assert.rejects(api.jobs(), { message: "The studio answered 502.", code: "internal" });
});

test("a studio that is gone is told of, a request that was given up is not", async () => {
  globalThis.fetch = async () => { throw new TypeError("failed"); };
  await assert.rejects(api.jobs(), { message: "The studio does not answer. Is it still running?", code: "offline" });
  const given = new AbortController();
  given.abort();
  await assert.rejects(api.plan({}, given.signal), TypeError);
});

test("a preview has an address for each version", () => {
  assert.notEqual(at.preview("j1", 1), at.preview("j1", 2));
});
