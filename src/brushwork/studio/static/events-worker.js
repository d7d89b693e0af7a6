// One stream of events for all tabs: a browser holds only six connections to a studio.

const KINDS = ["job", "losses", "result", "removed", "order", "reset", "draft", "grid", "clip", "paced"];

/** @type {Set<MessagePort>} */
const tabs = new Set();
/** @type {EventSource | null} */
let source = null;

/** @param {object} told */
function tell(told) {
  for (const tab of tabs) tab.postMessage(told);
}

function open() {
  source = new EventSource("/api/v1/events");
  source.onopen = () => tell({ kind: "open" });
  source.onerror = () => {
    tell({ kind: "lost" });
    if (source?.readyState === EventSource.CLOSED) setTimeout(begin, 1500);
  };
  for (const kind of KINDS) source.addEventListener(kind, (event) => tell({ kind, data: JSON.parse(event.data) }));
}

/** Begins anew after the stream had ended: what happened meanwhile is loaded. */
function begin() {
  open();
  tell({ kind: "reset" });
}

/** @param {MessagePort} tab */
function join(tab) {
  tabs.add(tab);
  tab.onmessage = () => {
    tabs.delete(tab); // the tab says goodbye
    if (tabs.size === 0) {
      source?.close();
      source = null;
    }
  };
  if (source === null) open();
  else tab.postMessage({ kind: source.readyState === EventSource.OPEN ? "open" : "lost" });
}

/** @type {any} */ (self).onconnect = (/** @type {MessageEvent} */ event) => join(event.ports[0]);
