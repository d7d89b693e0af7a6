// Where events come from: a worker that all tabs share, or the one tab that holds the lock.

const KINDS = ["job", "losses", "result", "removed", "order", "reset", "draft", "grid", "clip", "paced"];

/** @param {(told: Told) => void} hear */
export function listenToEvents(hear) {
  if ("SharedWorker" in window) share(hear);
  else if ("BroadcastChannel" in window && navigator.locks) take(hear);
  else open(hear);
}

/** @param {(told: Told) => void} hear */
function share(hear) {
  const { port } = new SharedWorker("/static/events-worker.js", { name: "brushwork-events" });
  port.onmessage = (event) => hear(event.data);
  window.addEventListener("pagehide", () => port.postMessage("bye"));
  // A page that comes back from the browser's memory has said goodbye before.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

/** @param {(told: Told) => void} hear */
function take(hear) {
  const channel = new BroadcastChannel("brushwork-events");
  channel.onmessage = (event) => hear(event.data);
  navigator.locks.request("brushwork-events", () => {
    open((told) => { hear(told); channel.postMessage(told); });
    return new Promise(() => {}); // held until this tab is closed; then the next one takes it
  });
}

/** @param {(told: Told) => void} hear */
function open(hear) {
  const source = new EventSource("/api/v1/events");
  source.onopen = () => hear({ kind: "open" });
  source.onerror = () => {
    hear({ kind: "lost" });
    if (source.readyState === EventSource.CLOSED) setTimeout(() => { open(hear); hear({ kind: "reset" }); }, 1500);
  };
  for (const kind of KINDS) source.addEventListener(kind, (event) => hear(/** @type {Told} */ ({ kind, data: JSON.parse(event.data) })));
}
