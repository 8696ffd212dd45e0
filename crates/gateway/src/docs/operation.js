// An operation: parameters, body, responses, errors and recorded examples.

import {
  limitsOf, nameOf, present, refusalsOfOperation, resolve, typeOf,
} from "./document.js";
import { make, prose, section, words } from "./dom.js";
import { tryView } from "./try.js";

const SCOPES = {
  anyone: "everyone, signed in or not",
  user: "signed-in accounts and API keys",
  session: "signed-in accounts, but not to API keys",
  admin: "administrators",
};

function methodMark(method) {
  return make("span", { class: `method ${method}` }, method.toUpperCase());
}

/** The members of an object; nested members can be expanded. In requests, required members are marked. */
export function members(schema, asked) {
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
  if (!asked && !required) types.push("optional");
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

/** The nested members, built when expanded, because types can be recursive. */
function inner(member, asked) {
  let schema = present(member);
  while ([resolve(schema).type].flat().includes("array")) schema = present(resolve(schema).items ?? {});
  if (!resolve(schema).properties) return null;
  const label = nameOf(schema) ? `Members of ${nameOf(schema)}` : "Members";
  const details = make("details", {}, make("summary", {}, label));
  details.addEventListener("toggle", () => details.append(members(schema, asked)), { once: true });
  return details;
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

/** The first recorded body. */
export function bodyExampleOf(op) {
  const examples = resolve(op.requestBody).content?.["application/json"]?.examples ?? {};
  return Object.values(examples)[0]?.value;
}

export const bodySchemaOf = (op) => resolve(op.requestBody).content?.["application/json"]?.schema;

function bodyOf(op) {
  const schema = bodySchemaOf(op);
  if (!schema) return null;
  const optional = resolve(op.requestBody).required ? "" : "Optional.";
  return section(`Body: ${nameOf(schema) ?? "JSON"}`, optional ? make("p", { class: "quiet" }, optional) : null, members(schema, true));
}

function repliesOf(op) {
  const good = Object.entries(op.responses).filter(([status]) => status < "400");
  return good.map(([status, given]) => {
    const response = resolve(given);
    const schema = response.content?.["application/json"]?.schema;
    const events = response.content?.["text/event-stream"]?.["x-item-schema"];
    // headers of all responses are described in the guide
    const headers = Object.entries(response.headers ?? {}).filter(([, header]) => !header.$ref).map(([name]) => name);
    return section(`Response ${status}: ${events ? "a stream of events" : nameOf(schema) ?? response.description}`,
      events ? prose(response.description) : null,
      events ? make("p", {}, "Event types: ", make("a", { href: "/docs/events" }, "all events"), ".") : null,
      headers.length ? make("p", { class: "quiet" }, `Headers: ${headers.join(", ")}`) : null,
      schema ? members(schema, false) : null);
  });
}

/** The recorded requests and responses. Errors that operations share are shown under "Problems". */
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
    const fill = () => details.append(...[jsonView("Request", sent), jsonView("Response", answer)].filter(Boolean));
    details.addEventListener("toggle", fill, { once: true });
    return details;
  });
  return views.length ? section("Examples", ...views) : null;
}

export function refusalTable(refusals, anchors = false) {
  const row = (r) => make("tr", { id: anchors && r.anchor ? r.code : null },
    make("td", {}, r.status),
    make("td", {}, anchors ? make("code", {}, r.code) : make("a", { href: `/docs/problems#${r.code}` }, make("code", {}, r.code))),
    make("td", {}, words(r.title), anchors ? problemExample(r) : null),
    make("td", {}, words(r.todo)),
    r.by ? make("td", {}, r.by) : null);
  const titles = ["Status", "Code", "What happened", "What to do", ...(anchors ? ["Returned by"] : [])];
  return make("div", { class: "scroll" },
    make("table", {},
      make("thead", {}, make("tr", {}, titles.map((t) => make("th", { scope: "col" }, t)))),
      make("tbody", {}, refusals.map(row))));
}

function problemExample({ example }) {
  return example === undefined ? null
    : make("details", { class: "example" }, make("summary", {}, "Example"), jsonView("Response", example));
}

function scopeOf(op) {
  const scope = op["x-scope"] ?? "";
  if (op["x-guests"]) return `${SCOPES[scope]}, and to guests with the order_key of the order`;
  if (op["x-credentials-ignored"]) return "everyone; credentials are ignored";
  if (op["x-person-only"]) return `staff with the permission ${scope.slice(6)} and administrators, but not to API keys`;
  return SCOPES[scope] ?? (scope.startsWith("staff:") ? `staff with the permission ${scope.slice(6)} and administrators` : scope);
}

export function operationView(op) {
  const details = make("details", { class: "operation", id: op.operationId },
    make("summary", {}, methodMark(op.method), make("span", { class: "path" }, op.path), make("span", { class: "about" }, words(op.summary))));
  const open = () => {
    if (!details.open || details.querySelector(".inside")) return;
    details.append(make("div", { class: "inside" },
      make("div", { class: "prose" }, op.description ? prose(op.description) : null,
        make("p", { class: "quiet" }, `Available to ${scopeOf(op)}.`)),
      parametersOf(op), bodyOf(op), repliesOf(op), examplesView(op),
      section("Errors", refusalTable(refusalsOfOperation(op))),
      section("Try it", tryView(op))));
  };
  details.addEventListener("toggle", open);
  return details;
}
