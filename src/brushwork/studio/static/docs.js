// The documentation of the API, drawn from its own description.

import { h, say } from "./dom.js";

const place = /** @type {HTMLElement} */ (document.getElementById("docs"));

/** @param {any} schema @param {any} all @param {number} depth @returns {unknown} an example */
function example(schema, all, depth = 0) {
  if (!schema || depth > 4) return null;
  if (schema.$ref) return example(all[schema.$ref.split("/").pop()], all, depth + 1);
  if (schema.default !== undefined && schema.type !== "object") return schema.default;
  if (schema.anyOf) return example(schema.anyOf[0], all, depth + 1);
  if (schema.enum) return schema.enum[0];
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([name, one]) => [name, example(one, all, depth + 1)]));
  if (schema.type === "array") return [example(schema.items, all, depth + 1)];
  return { string: "…", integer: 1, number: 0.5, boolean: true, object: {} }[/** @type {"string"} */ (schema.type)] ?? null;
}

/** @param {string} method @param {string} path @param {any} operation @param {any} all */
function article(method, path, operation, all) {
  const pre = (/** @type {string} */ title, /** @type {unknown} */ shown) => {
    const text = h("pre", { tabIndex: 0 });
    say(text, typeof shown === "string" ? shown : JSON.stringify(shown, null, 2));
    return h("div", {}, h("p", { class: "small quiet" }, title), text);
  };
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  const answered = Object.entries(operation.responses).find(([code]) => code.startsWith("2"));
  const schema = answered?.[1]?.content?.["application/json"]?.schema;
  const given = body ? ` \\\n  -H 'content-type: application/json' -d '${JSON.stringify(example(body, all))}'` : "";
  const curl = `curl -X ${method.toUpperCase()} ${location.origin}${path}${given}`;
  return h("article", {}, h("details", {}, h("summary", {}, h("code", { class: "method" }, method.toUpperCase()), h("code", {}, path)),
    h("div", { class: "body" }, h("p", {}, operation.description ?? operation.summary ?? ""), pre("With curl", curl), schema ? pre(`Answer (${answered?.[0]})`, example(schema, all)) : null)));
}

const described = await (await fetch("/openapi.json")).json();
/** @type {Map<string, HTMLElement[]>} */
const groups = new Map();
for (const [path, methods] of Object.entries(described.paths)) {
  for (const [method, operation] of Object.entries(/** @type {Record<string, any>} */ (methods))) {
    const tag = operation.tags?.at(-1) ?? "other";
    groups.set(tag, [...(groups.get(tag) ?? []), article(method, path, operation, described.components.schemas)]);
  }
}
for (const [tag, articles] of groups) place.append(h("h2", {}, tag), ...articles);
