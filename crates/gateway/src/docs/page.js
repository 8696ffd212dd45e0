// Displays the OpenAPI document of this server, with forms to try its operations.
// It calls this server only, stores nothing, and inserts content as text, never as HTML.

import { grouped, load, operations, refusalsOfOperation, spec, titleOf } from "./document.js";
import { find, make, prose, words } from "./dom.js";
import { eventsPage } from "./events.js";
import { guideIndex, guidePage, introduction } from "./guide.js";
import { operationView, refusalTable } from "./operation.js";
import { prepareSigningIn } from "./try.js";

function index(groups) {
  const entry = (op) => make("li", { "data-text": `${op.operationId} ${op.method} ${op.path} ${op.summary}`.toLowerCase() },
    make("a", { href: `/docs#${op.operationId}` }, titleOf(op)));
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

/** Opens the target of the URL's fragment. */
function follow() {
  const name = decodeURIComponent(location.hash.slice(1));
  const target = name && document.getElementById(name);
  if (target instanceof HTMLDetailsElement) target.open = true;
  target?.scrollIntoView?.();
  // `:target` does not match elements that were added after the page was loaded
  for (const row of document.querySelectorAll("tr[id]")) row.classList.toggle("here", row === target);
  for (const link of document.querySelectorAll("[data-index] a")) {
    if (link.pathname === location.pathname && link.hash === location.hash && link.hash) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** All error codes, including those that belong to no operation. A code with several meanings has a row for each. */
function problemsPage(all) {
  const few = 6;
  const examples = new Map(all.flatMap((op) => refusalsOfOperation(op)).filter((r) => r.example).map((r) => [r.code, r.example]));
  const known = new Set();
  const rows = spec["x-problems"].map(({ status, code, title, detail, common, operations, example }) => {
    const links = operations.map((name) => make("a", { href: `/docs#${name}` }, make("code", {}, name)));
    const shown = links.length > few ? `${links.length} operations` : make("span", {}, links.flatMap((link, i) => (i ? [", ", link] : [link])));
    const row = { status, code, title, todo: detail === title ? "" : detail, by: operations.length ? shown : common ? "any path" : "",
      example: examples.get(code) ?? example, anchor: !known.has(code) };
    known.add(code);
    return row;
  });
  const fault = ({ code, description }) => make("tr", {}, make("td", {}, make("code", {}, code)), make("td", {}, words(description)));
  return [
    make("div", { class: "intro" }, make("h1", {}, "Problems"),
      prose("Every error is a problem document (RFC 9457) with `status`, `code`, `title`, `detail` and the additional members of its code. Programs should evaluate `code`, whose meaning never changes. New codes can be added: handle codes that you do not know by their status.")),
    refusalTable(rows, true),
    make("h2", { id: "faults" }, "Field errors"),
    prose("Each entry of `errors` has a `pointer` (a JSON pointer into the body, `?name` for the query, or `#Name` for a header), a `detail` for people, and one of these codes."),
    make("div", { class: "scroll" }, make("table", {},
      make("thead", {}, make("tr", {}, ["Code", "Meaning"].map((t) => make("th", { scope: "col" }, t)))),
      make("tbody", {}, spec["x-faults"].map(fault)))),
  ];
}

function operationsPage(groups) {
  const guide = make("a", { href: "/docs/guide" }, "API guide");
  return [
    make("div", { class: "intro" }, make("h1", {}, `${spec.info.title} API`), introduction(),
      make("p", {}, guide, ": credentials, versions, lists, errors, the order lifecycle.")),
    ...groups.map(([name, list]) => make("section", { class: "group" }, make("h2", {}, name), list.map(operationView))),
  ];
}

/** The title of each path, and the function that builds its page from all operations and their groups. */
const PAGES = {
  "/docs": ["", (_, groups) => operationsPage(groups)],
  "/docs/guide": ["Guide", guidePage],
  "/docs/events": ["Events", eventsPage],
  "/docs/problems": ["Problems", problemsPage],
};

async function start() {
  const content = find("[data-content]");
  content.append(make("p", { class: "quiet", role: "status" }, "Loading the OpenAPI document…"));
  // its button is visible before the document is loaded
  prepareSigningIn();
  try {
    await load();
  } catch (error) {
    content.replaceChildren(make("p", { class: "failure" }, `The OpenAPI document could not be loaded: ${error.message}`));
    return;
  }
  const all = operations();
  const groups = grouped(all);
  const [title, page] = PAGES[location.pathname] ?? PAGES["/docs"];
  document.title = title ? `${title} – ${spec.info.title} API` : `${spec.info.title} API`;
  find("[data-title]").textContent = spec.info.title;
  find("[data-version]").textContent = spec.info.version;
  find(`.links a[href="${location.pathname}"]`)?.setAttribute("aria-current", "page");
  content.replaceChildren(...page(all, groups));
  find("[data-index]").replaceChildren(guideIndex(), ...index(groups));
  find("#search").addEventListener("input", search);
  addEventListener("hashchange", follow);
  follow();
}

start();
