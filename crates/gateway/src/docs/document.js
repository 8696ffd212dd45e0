// The OpenAPI document of this server, and functions to read it.

const METHODS = ["get", "post", "put", "patch", "delete"];
// the document's tags are the first segments of paths; the index shows them in these groups
const GROUPS = [
  ["Accounts", ["register", "login", "logout", "token", "password", "me", "users", "api-keys", "setup", "email", ".well-known"]],
  ["Products", ["products", "stock"]],
  ["Orders", ["baskets", "orders", "fulfilments", "returns"]],
  ["Payments", ["payments", "refunds", "unknown-charges"]],
  ["Notifications", ["events", "mails", "webhooks"]],
];

export let spec;

/** Loads the document. */
export async function load() {
  const response = await fetch("/openapi.json", { credentials: "omit" });
  if (!response.ok) throw new Error(`${response.status}`);
  spec = await response.json();
}

/** Resolves a reference. */
export function resolve(node) {
  let found = node ?? {};
  while (found.$ref) {
    const steps = found.$ref.slice(2).split("/").map((s) => s.replaceAll("~1", "/").replaceAll("~0", "~"));
    found = steps.reduce((at, step) => at?.[step], spec) ?? {};
  }
  return found;
}

export const nameOf = (node) => node?.$ref?.split("/").pop() ?? null;

/** Returns the schema without the null of an optional member. */
export function present(schema) {
  const choices = schema?.anyOf ?? schema?.oneOf;
  const some = choices?.filter((choice) => choice.type !== "null");
  if (some?.length === 1) return { description: schema.description, ...some[0] };
  return schema ?? {};
}

/** A short description of a schema's type. */
export function typeOf(given) {
  const schema = present(given);
  const full = resolve(schema);
  const types = [full.type ?? []].flat().filter((t) => t !== "null");
  if (full.const !== undefined) return JSON.stringify(full.const);
  if (types[0] === "array") return `list of ${typeOf(full.items ?? {})}`;
  const choices = full.enum;
  if (choices) return choices.map((c) => JSON.stringify(c)).join(" | ");
  if (types[0] === "object" && full.additionalProperties && !full.properties) return "object with string values";
  const alternatives = full.oneOf ?? full.anyOf;
  if (alternatives && !types.length) return alternatives.map(typeOf).join(" or ");
  const type = types.join(" or ") || "any value";
  return nameOf(schema) ? `${nameOf(schema)} (${type})` : type;
}

/** The further constraints of a value. */
export function limitsOf(given) {
  const full = resolve(present(given));
  const said = [];
  const say = (key, text) => full[key] !== undefined && full[key] !== null && said.push(text(full[key]));
  say("minimum", (n) => `minimum ${n}`);
  say("maximum", (n) => `maximum ${n}`);
  say("minLength", (n) => `at least ${n} characters`);
  say("maxLength", (n) => `at most ${n} characters`);
  say("minItems", (n) => `at least ${n} items`);
  say("maxItems", (n) => `at most ${n} items`);
  say("format", (f) => (/^u?int/.test(f) ? "" : f));
  // the description of a member contains its default
  if (full.default !== undefined && full.default !== null && typeof full.default !== "object") {
    said.push(`default ${JSON.stringify(full.default)}`);
  }
  return said.filter(Boolean).join(", ");
}

/** An example of a value: that of the document, if it has one. */
export function exampleOf(given, depth = 0) {
  const schema = present(given);
  const full = resolve(schema);
  const own = schema.example ?? full.example ?? schema.examples?.[0] ?? full.examples?.[0];
  if (own !== undefined) return own;
  if (full.const !== undefined) return full.const;
  const absent = schema["x-default"] ?? full["x-default"] ?? full.default ?? null;
  if (absent !== null) return absent;
  if (full.enum) return full.enum[0];
  const alternatives = full.oneOf ?? full.anyOf;
  if (alternatives) return exampleOf(alternatives[0], depth);
  const type = [full.type ?? []].flat()[0];
  if (type === "object" || full.properties) {
    // required members, and those that identify a resource
    const wanted = (name) => full.required?.includes(name) || /(^|_)(id|email)$/.test(name);
    const shown = Object.entries(full.properties ?? {}).filter(([name]) => depth < 4 && wanted(name));
    return Object.fromEntries(shown.map(([name, member]) => [name, exampleOf(member, depth + 1)]));
  }
  if (type === "array") return depth < 4 ? [exampleOf(full.items, depth + 1)] : [];
  if (type === "integer" || type === "number") return full.minimum ?? 1;
  if (type === "boolean") return true;
  return "";
}

export function operations() {
  const all = [];
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS) {
      if (item[method]) all.push({ path, method, ...item[method] });
    }
  }
  return all;
}

/** Operations by group. A tag without a group forms its own. */
export function grouped(all) {
  const groups = GROUPS.map(([name, tags]) => [name, tags.flatMap((tag) => all.filter((op) => op.tags?.[0] === tag))]);
  const known = GROUPS.flatMap(([, tags]) => tags);
  for (const { tags: [tag] = [] } of all) {
    if (tag && !known.includes(tag)) {
      known.push(tag);
      groups.push([tag, all.filter((op) => op.tags?.[0] === tag)]);
    }
  }
  return groups.filter(([, list]) => list.length > 0);
}

/** The codes of an error response, each with its title and detail. */
function refusalsOf(status, given, operation) {
  const response = resolve(given);
  const examples = response.content?.["application/problem+json"]?.examples ?? {};
  return (response["x-codes"] ?? []).flatMap((code) => {
    const rows = spec["x-problems"].filter((row) => row.code === code && row.operations.includes(operation));
    return rows.map(({ title, detail }) => ({ status, code, title, todo: detail === title ? "" : detail, example: examples[code]?.value }));
  });
}

export const refusalsOfOperation = (op) =>
  Object.entries(op.responses).flatMap(([status, response]) => refusalsOf(status, response, op.operationId));

/** `list_orders` as "List orders". */
export function titleOf({ operationId }) {
  const title = operationId.replaceAll("_", " ");
  return title[0].toUpperCase() + title.slice(1);
}
