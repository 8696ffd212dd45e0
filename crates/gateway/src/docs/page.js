// Shows the OpenAPI document of this server, and lets a person try its operations.
// It asks this server only, keeps nothing, and writes text, never HTML, into the page.

const METHODS = ["get", "post", "put", "patch", "delete"];
// the document's tags are the first words of paths; people look for them in these groups
const GROUPS = [
  ["Accounts", ["register", "login", "logout", "token", "password", "me", "users", "api-keys", ".well-known"]],
  ["Products", ["products", "stock"]],
  ["Orders", ["baskets", "orders", "fulfilments", "returns"]],
  ["Payments", ["payments", "refunds"]],
  ["Notifications", ["events", "mails", "webhooks"]],
];
const SCOPES = {
  anyone: "anyone, signed in or not",
  user: "whoever is signed in",
  admin: "admins",
};

const find = (selector) => document.querySelector(selector);
let spec;
let session = null;

/** An element: `make("a", {href: "/"}, "text", another)`. Members that are functions listen to events. */
function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(key, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** A text with `code` in it, as one line. */
function words(text) {
  return text.split("`").map((part, i) => (i % 2 === 1 ? make("code", {}, part) : part));
}

/** Paragraphs, separated by empty lines. */
function prose(text) {
  const paragraphs = (text ?? "").split(/\n\s*\n/).filter((p) => p.trim() !== "");
  return make("div", { class: "prose" }, paragraphs.map((p) => make("p", {}, words(p.replaceAll("\n", " ")))));
}

// ---- the document ----

/** What a reference points to. */
function resolve(node) {
  let found = node ?? {};
  while (found.$ref) {
    const steps = found.$ref.slice(2).split("/").map((s) => s.replaceAll("~1", "/").replaceAll("~0", "~"));
    found = steps.reduce((at, step) => at?.[step], spec) ?? {};
  }
  return found;
}

const nameOf = (node) => node?.$ref?.split("/").pop() ?? null;

/** Without the null that says that a member may be absent. */
function present(schema) {
  const choices = schema?.anyOf ?? schema?.oneOf;
  const some = choices?.filter((choice) => choice.type !== "null");
  if (some?.length === 1) return { description: schema.description, ...some[0] };
  return schema ?? {};
}

/** A schema's type in a few words. */
function typeOf(given) {
  const schema = present(given);
  const full = resolve(schema);
  const types = [full.type ?? []].flat().filter((t) => t !== "null");
  if (full.const !== undefined) return JSON.stringify(full.const);
  if (types[0] === "array") return `list of ${typeOf(full.items ?? {})}`;
  const choices = full.enum ?? enumOf(full);
  if (choices) return choices.map((c) => JSON.stringify(c)).join(" | ");
  if (types[0] === "object" && full.additionalProperties && !full.properties) return "object of texts by name";
  const alternatives = full.oneOf ?? full.anyOf;
  if (alternatives && !types.length) return alternatives.map(typeOf).join(" or ");
  const type = types.join(" or ") || "any value";
  return nameOf(schema) ? `${nameOf(schema)} (${type})` : type;
}

/** The values of an enum whose values each have a description. */
function enumOf(schema) {
  const all = schema.oneOf?.flatMap((one) => (one.const !== undefined ? [one.const] : (one.enum ?? [undefined])));
  return all?.length && all.every((value) => value !== undefined) ? all : null;
}

/** What else must hold of a value. */
function limitsOf(given) {
  const full = resolve(present(given));
  const said = [];
  const say = (key, text) => full[key] !== undefined && full[key] !== null && said.push(text(full[key]));
  say("minimum", (n) => `from ${n}`);
  say("maximum", (n) => `up to ${n}`);
  say("minLength", (n) => `at least ${n} characters`);
  say("maxLength", (n) => `at most ${n} characters`);
  say("minItems", (n) => `at least ${n} of them`);
  say("maxItems", (n) => `at most ${n} of them`);
  say("format", (f) => (/^u?int/.test(f) ? "" : f));
  if (full.default !== undefined && full.default !== null && typeof full.default !== "object") {
    said.push(`${JSON.stringify(full.default)} when absent`);
  }
  return said.filter(Boolean).join(", ");
}

/** An example of a value: the document's own where it has one. */
function exampleOf(given, depth = 0) {
  const schema = present(given);
  const full = resolve(schema);
  const own = schema.example ?? full.example ?? schema.examples?.[0] ?? full.examples?.[0];
  if (own !== undefined) return own;
  if (full.const !== undefined) return full.const;
  if (full.default !== undefined && full.default !== null) return full.default;
  const choices = full.enum ?? enumOf(full);
  if (choices) return choices[0];
  const alternatives = full.oneOf ?? full.anyOf;
  if (alternatives) return exampleOf(alternatives[0], depth);
  const type = [full.type ?? []].flat()[0];
  if (type === "object" || full.properties) {
    // what must be there, and who or what it is about
    const wanted = (name) => full.required?.includes(name) || /(^|_)(id|email)$/.test(name);
    const shown = Object.entries(full.properties ?? {}).filter(([name]) => depth < 4 && wanted(name));
    return Object.fromEntries(shown.map(([name, member]) => [name, exampleOf(member, depth + 1)]));
  }
  if (type === "array") return depth < 4 ? [exampleOf(full.items, depth + 1)] : [];
  if (type === "integer" || type === "number") return full.minimum ?? 1;
  if (type === "boolean") return true;
  return "";
}

function operations() {
  const all = [];
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS) {
      if (item[method]) all.push({ path, method, ...item[method] });
    }
  }
  return all;
}

/** Operations by group; a tag that is in none is a group of its own. */
function grouped(all) {
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

/** The codes of a refusal, each with what happened and what to do. */
function refusalsOf(status, response) {
  const media = resolve(response).content?.["application/problem+json"];
  const data = media?.schema?.allOf?.[1] ?? {};
  return (data.oneOf ?? [data]).flatMap((variant) => {
    const code = variant.properties?.code?.const;
    const [title, ...todo] = (variant.description ?? "").split("\n");
    const example = media?.examples?.[code]?.value;
    return code ? [{ status, code, title, todo: todo.join(" ").trim(), example }] : [];
  });
}

const refusalsOfOperation = (op) =>
  Object.entries(op.responses).flatMap(([status, response]) => refusalsOf(status, response));

// ---- an operation ----

function methodMark(method) {
  return make("span", { class: `method ${method}` }, method.toUpperCase());
}

/** The members of an object, those inside them behind a click. What is asked for says what it requires. */
function members(schema, asked) {
  const full = resolve(present(schema));
  const required = (name) => full.required?.includes(name) ?? false;
  const entries = Object.entries(full.properties ?? {});
  if (asked) entries.sort(([a], [b]) => required(b) - required(a));
  const rows = entries.map(([name, member]) => memberRow(name, member, required(name), asked));
  return make("ul", { class: "members" }, rows);
}

function memberRow(name, member, required, asked) {
  const described = member.description ?? resolve(present(member)).description ?? "";
  const types = [typeOf(member) + (!asked && mayBeNull(member) ? " or null" : ""), limitsOf(member)];
  if (!asked && !required) types.push("may be absent");
  return make("li", {},
    make("div", { class: "member" },
      make("code", {}, name),
      make("span", { class: "type" }, types.filter(Boolean).join(", ")),
      asked && required ? make("span", { class: "must" }, "required") : null),
    described ? make("div", {}, words(described.replaceAll("\n", " "))) : null,
    inner(member, asked));
}

function mayBeNull(schema) {
  const alternatives = schema.anyOf ?? schema.oneOf ?? [];
  return [schema.type].flat().includes("null") || alternatives.some((one) => one.type === "null");
}

/** What is inside a member, built when it is asked for: types may contain themselves. */
function inner(member, asked) {
  let schema = present(member);
  while ([resolve(schema).type].flat().includes("array")) schema = present(resolve(schema).items ?? {});
  if (!resolve(schema).properties) return null;
  const label = nameOf(schema) ? `Members of ${nameOf(schema)}` : "Members";
  const details = make("details", {}, make("summary", {}, label));
  details.addEventListener("toggle", () => details.append(members(schema, asked)), { once: true });
  return details;
}

function section(title, ...content) {
  return make("section", {}, make("h3", {}, title), ...content);
}

function parametersOf(op) {
  const parameters = (op.parameters ?? []).map(resolve);
  if (!parameters.length) return null;
  const row = (p) => {
    const li = memberRow(p.name, { ...p.schema, description: p.description }, p.required, true);
    li.querySelector(".member").append(make("span", { class: "type" }, `in ${p.in}`));
    return li;
  };
  return section("Parameters", make("ul", { class: "members" }, parameters.map(row)));
}

/** The first body that was recorded. */
function bodyExampleOf(op) {
  const examples = resolve(op.requestBody).content?.["application/json"]?.examples ?? {};
  return Object.values(examples)[0]?.value;
}

const bodySchemaOf = (op) => resolve(op.requestBody).content?.["application/json"]?.schema;

function bodyOf(op) {
  const schema = bodySchemaOf(op);
  if (!schema) return null;
  const optional = resolve(op.requestBody).required ? "" : "It may be left out.";
  return section(`Body: ${nameOf(schema) ?? "JSON"}`, optional ? make("p", { class: "quiet" }, optional) : null, members(schema, true));
}

function repliesOf(op) {
  const good = Object.entries(op.responses).filter(([status]) => status < "400");
  return good.map(([status, given]) => {
    const response = resolve(given);
    const schema = response.content?.["application/json"]?.schema;
    const headers = Object.keys(response.headers ?? {});
    return section(`Reply ${status}: ${nameOf(schema) ?? response.description}`,
      headers.length ? make("p", { class: "quiet" }, `Headers: ${headers.join(", ")}`) : null,
      schema ? members(schema, false) : null);
  });
}

/** What was asked and answered in a recorded run. Refusals that operations share are shown under "Problems". */
function examplesOf(op) {
  const asked = resolve(op.requestBody).content?.["application/json"]?.examples ?? {};
  const own = Object.entries(op.responses).filter(([, given]) => !given.$ref);
  return own.flatMap(([status, given]) => {
    const [media] = Object.values(given.content ?? {});
    const examples = Object.entries(media?.examples ?? {});
    return examples.map(([name, { summary, value }]) => ({ status, summary, sent: asked[name]?.value, answer: value }));
  });
}

function jsonView(title, value) {
  return value === undefined ? null
    : make("div", { class: "json" }, make("span", { class: "quiet" }, title),
      make("pre", { tabindex: "0", "aria-label": title }, JSON.stringify(value, null, 2)));
}

function examplesView(op) {
  const views = examplesOf(op).map(({ status, summary, sent, answer }) => {
    const details = make("details", { class: "example" },
      make("summary", {}, make("span", { class: `status ${status < "400" ? "good" : "bad"}` }, status), ` ${summary}`));
    const fill = () => details.append(...[jsonView("Sent", sent), jsonView("Answered", answer)].filter(Boolean));
    details.addEventListener("toggle", fill, { once: true });
    return details;
  });
  return views.length ? section("Examples", ...views) : null;
}

function refusalTable(refusals, anchors = false) {
  const row = (r) => make("tr", { id: anchors ? r.code : null },
    make("td", {}, r.status),
    make("td", {}, anchors ? make("code", {}, r.code) : make("a", { href: `/docs/problems#${r.code}` }, make("code", {}, r.code))),
    make("td", {}, words(r.title), anchors ? problemExample(r) : null),
    make("td", {}, words(r.todo)),
    r.by ? make("td", {}, r.by) : null);
  const titles = ["Status", "Code", "What happened", "What to do", ...(anchors ? ["Answered by"] : [])];
  return make("div", { class: "scroll" },
    make("table", {},
      make("thead", {}, make("tr", {}, titles.map((t) => make("th", { scope: "col" }, t)))),
      make("tbody", {}, refusals.map(row))));
}

function problemExample({ example }) {
  return example === undefined ? null
    : make("details", { class: "example" }, make("summary", {}, "Example"), jsonView("Answered", example));
}

function scopeOf(op) {
  const scope = op["x-scope"] ?? "";
  return SCOPES[scope] ?? (scope.startsWith("staff:") ? `staff with the permission ${scope.slice(6)}, and admins` : scope);
}

function operationView(op) {
  const details = make("details", { class: "operation", id: op.operationId },
    make("summary", {}, methodMark(op.method), make("span", { class: "path" }, op.path), make("span", { class: "about" }, op.summary)));
  const open = () => {
    if (!details.open || details.querySelector(".inside")) return;
    details.append(make("div", { class: "inside" },
      make("div", { class: "prose" }, op.description ? prose(op.description) : null,
        make("p", { class: "quiet" }, `May be called by ${scopeOf(op)}.`)),
      parametersOf(op), bodyOf(op), repliesOf(op), examplesView(op),
      section("Refusals", refusalTable(refusalsOfOperation(op))),
      section("Try it", tryView(op))));
  };
  details.addEventListener("toggle", open);
  return details;
}

// ---- trying it ----

function tryView(op) {
  const parameters = (op.parameters ?? []).map(resolve);
  const field = (p) => {
    const id = `${op.operationId}-${p.name}`;
    const choices = resolve(present(p.schema)).enum ?? enumOf(resolve(present(p.schema)));
    const known = { id, name: p.name, required: p.required, "data-in": p.in };
    const control = choices
      ? make("select", known, p.required ? null : make("option", { value: "" }, ""), choices.map((c) => make("option", {}, String(c))))
      : make("input", { ...known, autocomplete: "off", spellcheck: "false", placeholder: p.example });
    if (p.name === "Idempotency-Key" && p.required) control.value = newKey();
    return make("div", { class: "field" }, make("label", { for: id }, p.name), control);
  };
  const schema = bodySchemaOf(op);
  const bodyId = `${op.operationId}-body`;
  const body = schema
    ? make("div", { class: "field" }, make("label", { for: bodyId }, "Body"),
      make("textarea", { id: bodyId, name: "body", spellcheck: "false", "data-in": "body" }))
    : null;
  if (body) body.querySelector("textarea").value = JSON.stringify(bodyExampleOf(op) ?? exampleOf(schema), null, 2);
  const send = make("button", { type: "submit", class: "button primary" }, `Send ${op.method.toUpperCase()}`);
  const answer = make("div", { class: "answer", role: "status" });
  const form = make("form", {}, parameters.length ? make("div", { class: "fields" }, parameters.map(field)) : null, body,
    make("div", { class: "actions" }, send, make("span", { class: "quiet" }, op.method === "get" ? "" : "This is the real thing: it changes what the server holds.")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.setAttribute("aria-busy", "true");
    answer.replaceChildren(...await attempt(op, form));
    send.removeAttribute("aria-busy");
  });
  return make("div", { class: "try" }, form, answer);
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** The request that a form describes. */
function requestOf(op, form) {
  let path = op.path;
  const query = new URLSearchParams();
  const headers = new Headers();
  let body;
  for (const control of form.querySelectorAll("[data-in]")) {
    const value = control.value.trim();
    if (value === "") continue;
    switch (control.dataset.in) {
      case "path": path = path.replace(`{${control.name}}`, encodeURIComponent(value)); break;
      case "query": query.append(control.name, value); break;
      case "header": headers.set(control.name, value); break;
      default:
        headers.set("Content-Type", "application/json");
        body = value;
    }
  }
  if (session) headers.set("Authorization", `Bearer ${session.token}`);
  const tail = query.size ? `?${query}` : "";
  return [path + tail, { method: op.method.toUpperCase(), headers, body, credentials: "omit" }];
}

async function attempt(op, form) {
  try {
    const [address, request] = requestOf(op, form);
    const begun = performance.now();
    const response = await fetch(address, request);
    const text = await response.text();
    const took = Math.round(performance.now() - begun);
    const key = form.elements.namedItem("Idempotency-Key");
    // the next order is another order; what failed may be sent again as it was
    if (response.ok && key?.value) key.value = newKey();
    return answerView(response, text, took);
  } catch (error) {
    return [make("p", { class: "failure" }, `No answer: ${error.message}. It is not known whether the request arrived.`)];
  }
}

function answerView(response, text, took) {
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch { /* it is no JSON, and is shown as it is */ }
  return [
    make("p", {}, make("span", { class: `status ${response.ok ? "good" : "bad"}` }, `${response.status} ${response.statusText}`),
      make("span", { class: "quiet" }, ` in ${took}\u00a0ms`)),
    make("details", {}, make("summary", {}, "Headers"), make("pre", {}, headers)),
    shown ? make("pre", { tabindex: "0", "aria-label": "Answer" }, shown) : null,
  ].filter(Boolean);
}

// ---- signing in ----

function showAccount() {
  find("[data-account]").textContent = session ? `Signed in as ${session.name}` : "";
  find("[data-sign-in]").textContent = session ? "Sign out" : "Sign in";
}

async function signIn(event) {
  event.preventDefault();
  const form = event.target;
  const failure = find("[data-sign-in-failure]");
  failure.textContent = "";
  const who = form.elements.who.value.trim();
  const body = JSON.stringify({ [who.includes("@") ? "email" : "username"]: who, password: form.elements.password.value });
  try {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch("/v1/login", { method: "POST", headers, body, credentials: "omit" });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.title ?? response.statusText);
    session = { token: answer.access_token, name: answer.user.name ?? answer.user.email ?? answer.user.username };
    form.reset();
    find("[data-dialog]").close();
    showAccount();
  } catch (error) {
    failure.textContent = `You are not signed in: ${error.message}`;
  }
}

async function signOut() {
  const headers = { Authorization: `Bearer ${session.token}` };
  session = null;
  showAccount();
  // the token is forgotten here in any case
  await fetch("/v1/logout", { method: "POST", headers, credentials: "omit" }).catch(() => null);
}

// ---- the page ----

function index(groups) {
  const entry = (op) => make("li", { "data-text": `${op.operationId} ${op.method} ${op.path} ${op.summary}`.toLowerCase() },
    make("a", { href: `#${op.operationId}` }, op.summary));
  return groups.map(([name, list]) => make("section", {}, make("h2", {}, name), make("ul", {}, list.map(entry))));
}

function search(event) {
  const sought = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  document.body.classList.toggle("searching", sought.length > 0);
  for (const part of document.querySelectorAll("[data-index] section")) {
    let any = false;
    for (const item of part.querySelectorAll("li")) {
      item.hidden = !sought.every((word) => item.dataset.text.includes(word));
      any ||= !item.hidden;
    }
    part.hidden = !any;
  }
}

/** Opens what the address names. */
function follow() {
  const name = decodeURIComponent(location.hash.slice(1));
  const target = name && document.getElementById(name);
  if (target instanceof HTMLDetailsElement) target.open = true;
  target?.scrollIntoView?.();
  // `:target` does not know what was not there when the page was loaded
  for (const row of document.querySelectorAll("tr[id]")) row.classList.toggle("here", row === target);
  for (const link of document.querySelectorAll("[data-index] a")) {
    if (link.hash === location.hash) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function problemsPage(all) {
  const byCode = new Map();
  for (const op of all) {
    for (const refusal of refusalsOfOperation(op)) {
      const known = byCode.get(refusal.code) ?? { ...refusal, operations: [] };
      known.example ??= refusal.example;
      known.operations.push(op);
      byCode.set(refusal.code, known);
    }
  }
  const few = 6;
  const rows = [...byCode.values()].sort((a, b) => a.status - b.status || a.code.localeCompare(b.code));
  for (const row of rows) {
    const links = row.operations.map((op) => make("a", { href: `/docs#${op.operationId}` }, make("code", {}, op.operationId)));
    row.by = links.length > few ? `${links.length} operations` : make("span", {}, links.flatMap((link, i) => (i ? [", ", link] : [link])));
  }
  return [
    make("div", { class: "intro" }, make("h1", {}, "Problems"),
      prose("Each refusal is a problem document (RFC 9457): `status`, `code`, `title`, `detail`, and what the code adds. Programs go by `code`, which never changes its meaning. New codes may come: judge those that you do not know by their status.")),
    refusalTable(rows, true),
  ];
}

function operationsPage(groups) {
  const about = spec.info.description ||
    "JSON over HTTP. Everything below is made from the same declarations that the server runs by.";
  return [
    make("div", { class: "intro" }, make("h1", {}, `${spec.info.title} API`), prose(about)),
    ...groups.map(([name, list]) => make("section", { class: "group" }, make("h2", {}, name), list.map(operationView))),
  ];
}

async function start() {
  const content = find("[data-content]");
  try {
    const response = await fetch("/openapi.json", { credentials: "omit" });
    if (!response.ok) throw new Error(`${response.status}`);
    spec = await response.json();
  } catch (error) {
    content.replaceChildren(make("p", { class: "failure" }, `The OpenAPI document cannot be read: ${error.message}`));
    return;
  }
  const all = operations();
  const groups = grouped(all);
  const problems = location.pathname === "/docs/problems";
  document.title = problems ? `Problems – ${spec.info.title} API` : `${spec.info.title} API`;
  find("[data-title]").textContent = spec.info.title;
  find("[data-version]").textContent = spec.info.version;
  find(`.links a[href="${problems ? "/docs/problems" : "/docs"}"]`).setAttribute("aria-current", "page");
  content.replaceChildren(...(problems ? problemsPage(all) : operationsPage(groups)));
  find("[data-index]").replaceChildren(...index(groups));
  if (problems) for (const link of document.querySelectorAll("[data-index] a")) link.href = `/docs${link.hash}`;
  find("#search").addEventListener("input", search);
  find("[data-sign-in]").addEventListener("click", () => (session ? signOut() : find("[data-dialog]").showModal()));
  find("[data-close]").addEventListener("click", () => find("[data-dialog]").close());
  find("[data-sign-in-form]").addEventListener("submit", signIn);
  addEventListener("hashchange", follow);
  follow();
}

start();
