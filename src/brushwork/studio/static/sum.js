// The sum of what is painted, since nothing waited last: for the tab's title, and a notice at the end.

import { h, say, steadily } from "./dom.js";
import { timeLeft } from "./left.js";
import { counted, phrase } from "./phrases.js";
import { active, store, tell } from "./store.js";
import { duration, percent } from "./words.js";

const REST = 400;

/** @type {Set<string>} jobs since nothing waited last */
const seen = new Set();
/** Seconds until nothing waits any more, as far as that is known. @type {number | null} */
let left = null;

const estimate = steadily(REST, async () => {
  left = active().length ? await timeLeft() : null;
  tell("left");
});

export function secondsLeft() {
  return left;
}

/** Counts anew, after a job has changed. */
export function count() {
  const waiting = active();
  for (const job of waiting) seen.add(job.id);
  const badge = /** @type {HTMLElement} */ (document.getElementById("queue-count"));
  badge.hidden = waiting.length === 0;
  say(badge, String(waiting.length));
  badge.setAttribute("aria-label", counted(waiting.length, "{count} job", "{count} jobs"));
  estimate();
  if (waiting.length === 0 && seen.size) finish();
  entitle();
}

/** Says in the tab's title how far everything is. */
export function entitle() {
  const waiting = active();
  const running = waiting.find((job) => job.state === "running");
  const parts = [];
  if (waiting.length && seen.size > 1) parts.push(phrase("{number} of {count}", { number: seen.size - waiting.length + 1, count: seen.size }));
  if (running) parts.push(percent(running.progress));
  else if (waiting.length === 1) parts.push(phrase("waiting"));
  if (waiting.length && left !== null && left >= 1) parts.push(phrase("{time} left", { time: duration(left) }));
  document.title = [...parts, "brushwork studio"].join(" · ");
}

function finish() {
  const made = [...seen].filter((id) => store.jobs.get(id)?.state === "finished").length;
  seen.clear();
  if (!made || !document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  new Notification("brushwork studio", { body: counted(made, "The painting is done.", "{count} paintings are done."), icon: "/static/icon.svg" });
}

/** A button that lets the browser tell when all is done; none where it may already, or never. */
export function noticeButton() {
  if (!("Notification" in window) || Notification.permission !== "default") return null;
  const button = h("button", { class: "button plain tight", type: "button", onclick: async () => { await Notification.requestPermission(); button.remove(); } }, phrase("Tell me when all is done"));
  return button;
}
