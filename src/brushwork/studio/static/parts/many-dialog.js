// Many photos by several paintings: every pair is painted, one after the other.

import { go } from "../address.js";
import { api, at } from "../api.js";
import { calmly, h, pend, say } from "../dom.js";
import { icon } from "../icons.js";
import { planned } from "../left.js";
import { counted, phrase } from "../phrases.js";
import { noticeButton } from "../sum.js";
import { noteRun } from "../sitting.js";
import { store, tell, watch } from "../store.js";
import { duration } from "../words.js";
import { openDialog } from "./dialog.js";
import { complain, toast } from "./toast-list.js";

const REST = 120;

/** @param {string[]} [photos] that are chosen at first: those that have just come, or the one on the stage */
export function openMany(photos = store.settings.content ? [store.settings.content] : []) {
  const chosen = { content: new Set(photos), style: new Set(store.settings.styles.map((use) => use.image)) };
  const sum = h("p", { class: "plan numbers", role: "status" }, "…");
  const begin = /** @type {HTMLButtonElement} */ (h("button", { class: "button main", type: "button", id: "many-begin", onclick: () => pend(begin, () => queueAll(pairsOf(chosen), begin, () => dialog.close())) }, icon("brush"), phrase("Paint them all")));
  const tellSum = calmly(REST, () => estimate(chosen, sum, begin));
  const notice = noticeButton();
  const unwatch = watch(["paced"], tellSum);
  const dialog = openDialog(phrase("Many photos"), { kind: "many", onclose: unwatch },
    h("div", { class: "dialog-body stacked" },
      h("p", { class: "quiet" }, phrase("Every photo that you choose is painted in the style of every painting, with the settings of the form.")),
      chooser(phrase("Photos"), "content", chosen.content, tellSum), chooser(phrase("Paintings"), "style", chosen.style, tellSum)),
    h("div", { class: "dialog-foot" }, sum, ...(notice ? [notice] : []), begin));
  tellSum();
}

/** @param {string} title @param {"content" | "style"} role @param {Set<string>} chosen @param {() => void} onchange */
function chooser(title, role, chosen, onchange) {
  const images = store.images.filter((image) => image.role === role).sort((a, b) => Number(a.builtin) - Number(b.builtin));
  const boxes = images.map((image) => h("label", { class: "pickable", title: image.title },
    h("input", { type: "checkbox", checked: chosen.has(image.id), "data-pick": image.id, "aria-label": image.title, onchange: (/** @type {Event} */ event) => {
      if (/** @type {HTMLInputElement} */ (event.target).checked) chosen.add(image.id);
      else chosen.delete(image.id);
      onchange();
    } }),
    h("img", { src: at.imageThumb(image.id), alt: "", loading: "lazy" })));
  const all = h("button", { class: "button plain tight", type: "button", onclick: () => {
    const every = images.every((image) => chosen.has(image.id));
    for (const box of list.querySelectorAll("input")) {
      if (box.checked === every) box.click();
    }
  } }, phrase("All or none"));
  const list = h("div", { class: "pickables" }, ...boxes);
  return h("section", {}, h("div", { class: "section-head" }, h("h3", {}, title), all), list);
}

/** @param {{content: Set<string>, style: Set<string>}} chosen */
function pairsOf(chosen) {
  return [...chosen.content].flatMap((content) => [...chosen.style].map((image) => ({
    ...store.settings, content, mask: null, regions: null, film: null, styles: [{ image, weight: 1, region: null, scale: 1 }],
  })));
}

/** @param {{content: Set<string>, style: Set<string>}} chosen @param {HTMLElement} sum @param {HTMLButtonElement} begin */
async function estimate(chosen, sum, begin) {
  const pairs = pairsOf(chosen);
  const words = `${chosen.content.size} × ${chosen.style.size} = ${counted(pairs.length, "{count} painting", "{count} paintings")}`;
  say(sum, words);
  begin.disabled = pairs.length === 0;
  if (!pairs.length) {
    say(sum, phrase("Choose at least one photo and one painting."));
    return;
  }
  try {
    const [status, ...each] = await Promise.all([api.status(), ...pairs.map(planned)]);
    if (pairs.length !== pairsOf(chosen).length) return; // somebody has chosen on meanwhile
    const room = status.limit - status.queue;
    begin.disabled = pairs.length > room;
    sum.classList.toggle("bad", pairs.length > room);
    if (pairs.length > room) say(sum, phrase("{sum}; the queue has room for {room}. Choose fewer, or wait until some are done.", { sum: words, room }));
    else if (!each.includes(null)) say(sum, `${words} · ${phrase("about {time}", { time: duration(each.reduce((all, one) => (all ?? 0) + (one ?? 0), 0)) })}`);
  } catch (error) {
    complain(error);
  }
}

/** @param {any[]} pairs @param {HTMLElement} begin @param {() => void} close */
async function queueAll(pairs, begin, close) {
  const first = begin.textContent ?? "";
  let queued = 0;
  try {
    for (const settings of pairs) {
      const job = await api.paint(settings);
      store.jobs.set(job.id, job);
      noteRun(job);
      queued += 1;
      say(begin, phrase("{number} of {count}", { number: queued, count: pairs.length }));
    }
    close();
    go("queue");
    toast(counted(queued, "One painting is in the queue.", "{count} paintings are in the queue."));
  } catch (error) {
    complain(error);
    begin.replaceChildren(icon("brush"), first);
  }
  tell("jobs");
}
