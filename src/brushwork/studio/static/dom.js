// Elements from words. Text only ever becomes text: nothing here parses HTML.

/**
 * Makes an element.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `on…` listens, `class` and `data-…`/`aria-…` are
 *   attributes, everything else a property
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (name === "class") element.className = String(value);
    else if (name.includes("-") || name === "role" || name === "for" || name === "list") element.setAttribute(name, String(value));
    else /** @type {any} */ (element)[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false).map(asNode));
  return element;
}

/** @param {unknown} child */
function asNode(child) {
  return child instanceof Node ? child : String(child);
}

/**
 * Replaces what is in an element, but leaves it alone where that would change nothing.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Calls a function once things have been quiet for a while.
 * @template {unknown[]} A
 * @param {number} wait milliseconds
 * @param {(...given: A) => void} call
 * @returns {(...given: A) => void}
 */
export function calmly(wait, call) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...given), wait);
  };
}

/**
 * Calls a function a while after something has happened, once, however much happens on.
 * @param {number} wait milliseconds
 * @param {() => void} call
 * @returns {() => void}
 */
export function steadily(wait, call) {
  let timer = 0;
  return () => {
    timer ||= setTimeout(() => { timer = 0; call(); }, wait);
  };
}

/**
 * Shows on a button at once that it was pressed; until the call is over, it does not call again.
 * @param {HTMLElement | null} button
 * @param {() => Promise<unknown>} call
 */
export async function pend(button, call) {
  if (button?.getAttribute("aria-busy") === "true") return;
  button?.setAttribute("aria-busy", "true");
  try {
    await call();
  } finally {
    button?.removeAttribute("aria-busy");
  }
}
