// Where the page is, in the browser's history: one step after the other, so that none overtakes another.

/** Milliseconds within which a browser has gone back, if it goes at all. */
const PATIENCE = 1000;

let steps = Promise.resolve();
let own = false;

/** @param {() => void | Promise<void>} step */
function later(step) {
  steps = steps.then(step);
}

/** Goes to a view or a result. @param {string} hash */
export function go(hash) {
  later(() => { location.hash = hash; });
}

/**
 * Makes an entry for what was opened, so that Back closes it.
 * @param {number} number of what is opened
 * @param {string} address
 * @param {() => boolean} wanted whether it is open still
 */
export function enter(number, address, wanted) {
  later(() => { if (wanted()) history.pushState({ dialog: number }, "", address || location.href); });
}

/** Names what is shown now, without a new entry. @param {string} address */
export function rename(address) {
  later(() => history.replaceState(history.state, "", address));
}

/** Takes back the entry of what was closed; what is opened meanwhile waits. @param {number} number */
export function leave(number) {
  later(() => (history.state?.dialog === number ? goBack() : undefined));
}

/** @returns {Promise<void>} kept when the browser has gone back, and is ready for the next step */
function goBack() {
  own = true;
  return new Promise((done) => {
    const arrive = () => {
      clearTimeout(lost);
      window.removeEventListener("popstate", arrive);
      setTimeout(() => { own = false; done(); });
    };
    // A browser that does not say where it is must not hold up all that follows.
    const lost = setTimeout(arrive, PATIENCE);
    window.addEventListener("popstate", arrive);
    history.back();
  });
}

/** Calls when a person goes back or forth. @param {() => void} call */
export function onBack(call) {
  window.addEventListener("popstate", () => { if (!own) call(); });
}
