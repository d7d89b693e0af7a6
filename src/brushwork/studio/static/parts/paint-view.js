// Where results are made: what to paint on the left, the result on the right.

import { api } from "../api.js";
import { h, pend, say } from "../dom.js";
import { chooseClipFiles } from "../clips.js";
import { findPlaceless } from "../places.js";
import { noteRun } from "../sitting.js";
import { setSettings, show, store, tell, watch } from "../store.js";
import { chooseFiles } from "../uploads.js";
import { icon } from "../icons.js";
import { listed } from "../words.js";
import { phrase } from "../phrases.js";
import { ClipStrip } from "./clip-strip.js";
import { ImageStrip } from "./image-strip.js";
import { StyleWeights } from "./style-weights.js";
import { OptionForm } from "./option-form.js";
import { PlanNote } from "./plan-note.js";
import { openMask } from "./mask-dialog.js";
import { openGrid } from "./grid-dialog.js";
import { openMany } from "./many-dialog.js";
import { StageView } from "./stage-view.js";
import { openWall } from "./styles-wall.js";
import { complain, toast } from "./toast-list.js";

class PaintView extends HTMLElement {
  begin() {
    const paint = h("button", { class: "button main", id: "paint-button", type: "button", onclick: () => pend(document.getElementById("paint-button"), () => this.paint()) }, icon("brush"), phrase("Paint"));
    watch(["settings"], () => this.nameButton());
    this.append(
      h("h1", { class: "unseen" }, phrase("Paint")),
      h("div", { class: "rail" },
        h("div", { class: "rail-scroll" },
          section(phrase("Photo"), h("div", { class: "tray-row close" }, add(phrase("Add photos"), () => chooseFiles("content")), add(phrase("Add a clip"), chooseClipFiles)), new ImageStrip("content"), new ClipStrip()),
          section(phrase("Painting"), h("div", { class: "tray-row close" }, add(phrase("Add"), () => chooseFiles("style")), add(phrase("See all…"), openWall, "grid")), new ImageStrip("style"), new StyleWeights()),
          new OptionForm(),
          section(phrase("Where"), null, this.where()),
        ),
        h("div", { class: "rail-foot" }, new PlanNote(), paint,
          h("div", { class: "rail-more" },
            h("button", { class: "button plain tight", type: "button", onclick: openGrid }, icon("grid"), phrase("Try several settings…")),
            h("button", { class: "button plain tight", type: "button", onclick: () => openMany() }, icon("many"), phrase("Many photos…")))),
      ),
      new StageView(),
    );
    this.nameButton();
  }

  nameButton() {
    document.getElementById("paint-button")?.replaceChildren(icon("brush"), store.settings.film ? phrase("Paint the film") : phrase("Paint"));
  }

  where() {
    const note = h("p", { class: "small quiet" });
    const clear = h("button", { class: "button tight", type: "button", onclick: () => setSettings({ mask: null, regions: null, styles: store.settings.styles.map((use) => ({ ...use, region: null })) }) }, phrase("Everywhere"));
    const buttons = h("div", { class: "tray-row" },
      h("button", { class: "button tight", type: "button", onclick: () => openMask("mask") }, icon("brush"), phrase("Only here…")),
      h("button", { class: "button tight", type: "button", onclick: () => openMask("regions") }, phrase("A place for each…")),
      clear,
    );
    const show = () => {
      const { mask, regions } = store.settings;
      clear.hidden = !mask && !regions;
      say(note, regions && mask ? phrase("Each painting has its own place, within what is marked.") : regions ? phrase("Each painting has its own place.") : mask ? phrase("Only what is marked is painted.") : phrase("The whole photo is painted."));
    };
    watch(["settings"], show);
    show();
    return h("div", {}, note, buttons);
  }

  async paint() {
    try {
      const placeless = await findPlaceless(store.settings);
      if (placeless.length) throw new Error(phrase("{paintings}: no place of it lies within what is marked. Mark more under “Only here…”, or give it another place.", { paintings: listed(placeless) }));
      const job = await api.paint(store.settings);
      if (job.joined) toast(phrase("This is painted already, or waits; here it is."));
      store.jobs.set(job.id, job);
      noteRun(job);
      tell("jobs");
      show(job.id);
    } catch (error) {
      complain(error);
    }
  }
}

/** @param {string} title @param {Node | null} action @param {...Node} children */
function section(title, action, ...children) {
  return h("section", { class: "section" }, h("div", { class: "section-head" }, h("h2", {}, title), action), ...children);
}

/** @param {string} text @param {() => void} call @param {Parameters<typeof icon>[0]} [drawing] */
function add(text, call, drawing = "plus") {
  return h("button", { class: "button plain tight", type: "button", onclick: call }, icon(drawing), text);
}

customElements.define("paint-view", PaintView);
