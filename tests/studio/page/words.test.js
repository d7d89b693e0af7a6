import assert from "node:assert/strict";
import { test } from "node:test";

import { amount, clock, duration, label, loss, moment, value } from "../../../src/brushwork/studio/static/words.js";

test("a duration is said in the unit that people would take", () => {
  const said = [0.4, 1, 89.4, 90, 599, 600, 89 * 60, 90 * 60].map(duration);
  assert.deepEqual(said, ["a moment", "1 sec", "89 sec", "1.5 min", "10.0 min", "10 min", "89 min", "1.5 hr"]);
  assert.equal(duration(null), "");
  assert.equal(duration(undefined), "");
});

test("a moment of a film has tenths, and floating point takes none of them", () => {
  assert.deepEqual([0, 0.1, 0.3, 1.2, 59.99, 60, 754.6].map(clock), ["0:00.0", "0:00.1", "0:00.3", "0:01.2", "0:59.9", "1:00.0", "12:34.6"]);
});

test("an amount is in megabytes until it is a gigabyte", () => {
  assert.equal(amount(999e6), "999 MB");
  assert.equal(amount(1e9), "1.0 GB");
});

test("an option is called by words", () => {
  assert.equal(label("style_scale"), "Style scale");
  assert.equal(value(["conv1_1", "conv2_1"]), "conv1_1, conv2_1");
  assert.equal(value(false), "false");
});

test("a loss has three digits, or a power where it is small or large", () => {
  assert.deepEqual([0.01234, 12.345, 0.00123, 12345].map(loss), ["0.0123", "12.3", "1.2E-3", "1.2E4"]);
});

test("today is called so, and another day has its date", () => {
  assert.match(moment(Date.now() / 1000), /^today, /);
  assert.doesNotMatch(moment(Date.now() / 1000 - 3 * 86_400), /^today/);
});
