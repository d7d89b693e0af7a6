// Two halves to drop an image on, while one is held over the page.

import { h } from "../dom.js";
import { phrase } from "../phrases.js";

class DropZone extends HTMLElement {
  connectedCallback() {
    for (const [role, text] of [["content", phrase("Drop as the photo")], ["style", phrase("Drop as the painting")]]) {
      const half = h("div", { "data-role": role }, text);
      half.addEventListener("dragenter", () => half.classList.add("over"));
      half.addEventListener("dragleave", () => half.classList.remove("over"));
      half.addEventListener("drop", () => half.classList.remove("over"));
      this.append(half);
    }
  }
}

customElements.define("drop-zone", DropZone);
