// What is drawn: a brush for the pointer, and for the keyboard too.

import { phrase } from "../phrases.js";

const LONGEST = 1024;
const MOST_UNDO = 20;

export class MaskCanvas {
  /**
   * @param {number} width of the photo
   * @param {number} height
   * @param {string} color of the brush
   * @param {string} ground what is there before anything is drawn
   */
  constructor(width, height, color, ground) {
    const scale = Math.min(1, LONGEST / Math.max(width, height));
    this.canvas = document.createElement("canvas");
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", phrase("Drawing: arrow keys move the brush, Space draws, [ and ] change its size, Control Z undoes"));
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { willReadFrequently: true }));
    this.color = color;
    this.ground = ground;
    this.percent = 8;
    /** How soft the edge of the brush is, in percent of its radius. */
    this.feather = 0;
    this.changed = false;
    /** Whether nothing is drawn: what is pressed moves the sheet. */
    this.still = false;
    /** @type {(percent: number) => void} */
    this.onsize = () => {};
    /** @type {(event: PointerEvent) => void} */
    this.onpoint = () => {};
    /** @type {ImageData[]} */
    this.past = [];
    /** @type {ImageData[]} */
    this.future = [];
    this.spot = { x: this.canvas.width / 2, y: this.canvas.height / 2 };
    this.fill(ground);
    this.listen();
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.remember();
      this.stroking = true;
      this.spot = this.at(event);
      this.stroke(this.spot, this.spot);
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { this.stroking = false; });
    canvas.addEventListener("pointermove", (event) => {
      this.onpoint(event);
      if (!this.stroking) return;
      const next = this.at(event);
      this.stroke(this.spot, next);
      this.spot = next;
    });
    this.stroking = false;
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = this.canvas.width / 40;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[/** @type {keyof typeof moves} */ (event.key)];
    if (move) {
      const next = { x: this.spot.x + move[0], y: this.spot.y + move[1] };
      if (event.shiftKey) this.stroke(this.spot, next);
      this.spot = next;
    } else if (event.key === " ") {
      this.remember();
      this.stroke(this.spot, this.spot);
    } else if (event.key === "[" || event.key === "]") {
      this.percent = Math.max(1, Math.min(40, this.percent + (event.key === "]" ? 2 : -2)));
      this.onsize(this.percent);
    } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) {
      if (event.shiftKey) this.redo();
      else this.undo();
    } else if (event.key === "y" && (event.ctrlKey || event.metaKey)) {
      this.redo();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * this.canvas.width, y: ((event.clientY - box.top) / box.height) * this.canvas.height };
  }

  /** Width of the brush in pixels of the drawing. */
  get width() {
    return (this.percent / 100) * Math.max(this.canvas.width, this.canvas.height);
  }

  /** @param {{x: number, y: number}} from @param {{x: number, y: number}} to */
  stroke(from, to) {
    const { pen } = this;
    // The line is narrower by what the blur makes it wider.
    const soft = (this.width / 2) * (this.feather / 100);
    pen.filter = soft > 0.5 ? `blur(${soft / 2}px)` : "none";
    pen.strokeStyle = this.color;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.lineWidth = Math.max(1, this.width - soft);
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(to.x + 0.01, to.y);
    pen.stroke();
    pen.filter = "none";
    this.changed = true;
  }

  shot() {
    return this.pen.getImageData(0, 0, this.canvas.width, this.canvas.height);
  }

  remember() {
    this.past.push(this.shot());
    this.future = [];
    if (this.past.length > MOST_UNDO) this.past.shift();
    this.changed = true;
  }

  undo() {
    const before = this.past.pop();
    if (!before) return;
    this.future.push(this.shot());
    this.pen.putImageData(before, 0, 0);
  }

  /** Takes back the stroke that a first finger began before the second came. */
  takeBack() {
    if (!this.stroking) return;
    this.stroking = false;
    this.undo();
    this.future.pop();
  }

  redo() {
    const after = this.future.pop();
    if (!after) return;
    this.past.push(this.shot());
    this.pen.putImageData(after, 0, 0);
  }

  /** @param {HTMLImageElement} image a drawing of an earlier time, to go on with */
  load(image) {
    this.pen.drawImage(image, 0, 0, this.canvas.width, this.canvas.height);
  }

  /**
   * Where something is marked: left, top, width and height, as parts of the drawing's; null for nowhere.
   * @returns {[number, number, number, number] | null}
   */
  get bounds() {
    const { width, height } = this.canvas;
    const { data } = this.shot();
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let place = 0; place < data.length; place += 4) {
      if (data[place] <= 16) continue;
      const [x, y] = [(place / 4) % width, Math.floor(place / 4 / width)];
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
    return right < 0 ? null : [left / width, top / height, (right + 1 - left) / width, (bottom + 1 - top) / height];
  }

  /** Whether nothing but the ground is there; what is faint counts as nothing. */
  get empty() {
    const { data } = this.shot();
    for (let place = 0; place < data.length; place += 4) if (data[place] > 16) return false;
    return true;
  }

  clear() {
    this.remember();
    this.fill(this.ground);
  }

  invert() {
    this.remember();
    this.pen.globalCompositeOperation = "difference";
    this.fill("#ffffff");
    this.pen.globalCompositeOperation = "source-over";
  }

  /** @param {string} color */
  fill(color) {
    this.pen.fillStyle = color;
    this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** @returns {Promise<Blob>} */
  png() {
    return new Promise((give, fail) => this.canvas.toBlob((blob) => (blob ? give(blob) : fail(new Error(phrase("The drawing cannot be kept.")))), "image/png"));
  }
}
