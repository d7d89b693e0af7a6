// A sheet that is magnified and moved in its view: by wheel, two fingers, dragging, and by words.

/** The most device pixels that a pixel of the picture becomes. */
const MOST = 16;

export class Zoom {
  /**
   * @param {HTMLElement} view
   * @param {HTMLElement} sheet lies in the view, and gets its size and its place here
   * @param {{onchange?: () => void, pans?: (event: PointerEvent) => boolean, onpinch?: () => void}} [how]
   *   `pans` tells whether a press moves the sheet, `onpinch` that a second finger came
   */
  constructor(view, sheet, { onchange = () => {}, pans = () => true, onpinch = () => {} } = {}) {
    this.view = view;
    this.sheet = sheet;
    this.onchange = onchange;
    this.pans = pans;
    this.onpinch = onpinch;
    this.width = 1;
    this.height = 1;
    [this.x, this.y] = [0, 0];
    /** CSS pixels for a pixel of the picture. */
    this.scale = 1;
    this.fitted = true;
    /** @type {Map<number, {x: number, y: number}>} fingers and buttons that are down */
    this.held = new Map();
    this.moving = false;
    this.listen();
  }

  listen() {
    const { view } = this;
    view.addEventListener("wheel", (event) => this.turn(event), { passive: false });
    // Before the sheet hears of it: what moves the sheet is not for what lies on it.
    view.addEventListener("pointerdown", (event) => this.press(event), { capture: true });
    view.addEventListener("pointermove", (event) => this.drag(event), { capture: true });
    for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) view.addEventListener(end, (event) => this.release(event), { capture: true });
    new ResizeObserver(() => this.place()).observe(view);
  }

  /** @param {number} width of the picture @param {number} height */
  size(width, height) {
    [this.width, this.height] = [width, height];
    this.fit();
  }

  /** The scale at which the whole picture is seen. */
  get whole() {
    const { clientWidth, clientHeight } = this.view;
    return Math.max(0.001, Math.min(clientWidth / this.width, clientHeight / this.height));
  }

  /** The scale at which a pixel of the picture is one of the screen. */
  get actual() {
    return 1 / (window.devicePixelRatio || 1);
  }

  /** How large it is seen, in percent of its own pixels. */
  get percent() {
    return Math.round((100 * this.scale) / this.actual);
  }

  fit() {
    this.fitted = true;
    this.place();
  }

  /** @param {{x: number, y: number}} [point] of the view that stays where it is */
  showActual(point) {
    this.to(this.actual, point);
  }

  /** @param {number} factor @param {{x: number, y: number}} [point] of the view that stays where it is */
  by(factor, point) {
    this.to(this.scale * factor, point);
  }

  /** @param {number} scale @param {{x: number, y: number}} [point] */
  to(scale, point = { x: this.view.clientWidth / 2, y: this.view.clientHeight / 2 }) {
    const { whole } = this;
    const next = Math.max(Math.min(whole, this.actual), Math.min(Math.max(whole, MOST * this.actual), scale));
    this.x = point.x - ((point.x - this.x) * next) / this.scale;
    this.y = point.y - ((point.y - this.y) * next) / this.scale;
    this.scale = next;
    this.fitted = Math.abs(next - whole) < whole / 1000;
    this.place();
  }

  /** @param {number} dx CSS pixels @param {number} dy */
  move(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.place();
  }

  place() {
    const { clientWidth, clientHeight } = this.view;
    if (this.fitted) this.scale = this.whole;
    const [width, height] = [this.width * this.scale, this.height * this.scale];
    this.x = keepInside(this.x, width, clientWidth);
    this.y = keepInside(this.y, height, clientHeight);
    const { style } = this.sheet;
    style.setProperty("width", `${width}px`);
    style.setProperty("height", `${height}px`);
    style.setProperty("transform", `translate(${this.x}px, ${this.y}px)`);
    this.onchange();
  }

  /** @param {MouseEvent} event @returns {{x: number, y: number}} in the view */
  at(event) {
    const box = this.view.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @param {WheelEvent} event */
  turn(event) {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1);
    // A pinch on a touchpad comes as a wheel with Ctrl, in much smaller steps.
    this.by(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0016)), this.at(event));
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.pointerType === "touch") this.held.set(event.pointerId, this.at(event));
    const pinches = this.held.size === 2;
    if (pinches) this.onpinch();
    if (!pinches && !this.pans(event)) return;
    this.held.set(event.pointerId, this.at(event));
    event.preventDefault();
    event.stopPropagation();
    this.moving = true;
    this.view.setPointerCapture(event.pointerId);
    this.view.dataset.moving = "true";
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const before = this.held.get(event.pointerId);
    if (!before) return;
    const now = this.at(event);
    const [other] = [...this.held].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    this.held.set(event.pointerId, now);
    if (!this.moving) return;
    event.stopPropagation();
    if (!other) {
      this.move(now.x - before.x, now.y - before.y);
      return;
    }
    // Both fingers stay on what they touch: half of a step is each finger's own.
    this.move((now.x - before.x) / 2, (now.y - before.y) / 2);
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    this.by(distance(now, other) / Math.max(1, distance(before, other)), middle);
  }

  /** @param {PointerEvent} event */
  release(event) {
    if (!this.held.delete(event.pointerId)) return;
    if (this.held.size) return;
    this.moving = false;
    delete this.view.dataset.moving;
  }
}

/** @param {number} place @param {number} size of the sheet @param {number} room of the view */
function keepInside(place, size, room) {
  return size <= room ? (room - size) / 2 : Math.min(0, Math.max(room - size, place));
}

/** @param {{x: number, y: number}} one @param {{x: number, y: number}} other */
function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
