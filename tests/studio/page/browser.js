// What modules of the page need of a browser where there is none.

/** A storage as browsers have it. */
export function makeStorage() {
  const kept = new Map();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => kept.set(name, String(text)),
    removeItem: (name) => kept.delete(name),
  };
}

/**
 * Answers requests in their order, and notes them.
 * @param {...{status?: number, body?: unknown}} answers
 */
export function answerWith(...answers) {
  const asked = [];
  globalThis.fetch = async (path, how) => {
    asked.push({ path, ...how });
    const { status = 200, body } = answers.shift() ?? { status: 500 };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(status === 204 ? null : text, { status });
  };
  return asked;
}

export const style = (image, weight = 1) => ({ image, weight, region: null, scale: 1 });
