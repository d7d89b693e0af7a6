// As what paintings are taken out.

import assert from "node:assert/strict";
import { test } from "node:test";

import { makeStorage } from "./browser.js";

globalThis.localStorage = makeStorage();
const { at } = await import("../../../src/brushwork/studio/static/api.js");
const { fitDownload, recallDownload, rememberDownload } = await import("../../../src/brushwork/studio/static/download.js");

test("what is usual goes unsaid, and what is chosen is asked for", () => {
  assert.equal(at.download("a", recallDownload()), "/api/v1/results/a/file?download=1&format=png");
  const how = { format: "jpg", depth: 8, quality: 60, profile: "srgb" };
  assert.equal(at.zip(["a", "b"], how), "/api/v1/results/zip?id=a&id=b&format=jpg&quality=60&profile=srgb");
});

test("the choice is remembered, and fits what there is", () => {
  rememberDownload({ format: "tiff", depth: 16, quality: 95, profile: "none" });
  const deep = fitDownload(recallDownload(), [{ depth: 16 }]);
  assert.equal(deep.depth, 16);
  assert.equal(fitDownload(deep, [{ depth: 16 }, { depth: 8 }]).depth, 8);
  assert.equal(fitDownload({ ...deep, format: "webp" }, [{ depth: 16 }]).depth, 8);
  localStorage.setItem("brushwork-download", "{");
  assert.equal(recallDownload().format, "png");
});
