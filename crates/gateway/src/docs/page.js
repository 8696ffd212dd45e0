// Shows the OpenAPI document of this server, and lets a person try its operations.
// It asks this server only, keeps nothing, and writes text, never HTML, into the page.

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

/** Opens what the address names. */
function follow() {
  const name = decodeURIComponent(location.hash.slice(1));
  const target = name && document.getElementById(name);
  if (target instanceof HTMLDetailsElement) target.open = true;
  target?.scrollIntoView?.();
  // `:target` does not know what was not there when the page was loaded
  for (const row of document.querySelectorAll("tr[id]")) row.classList.toggle("here", row === target);
  for (const link of document.querySelectorAll("[data-index] a")) {
    if (link.pathname === location.pathname && link.hash === location.hash && link.hash) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** All codes, also those of addresses that no operation has; a code that means more at some operations has a row each. */
function problemsPage(all) {
  const few = 6;
  const examples = new Map(all.flatMap((op) => refusalsOfOperation(op)).filter((r) => r.example).map((r) => [r.code, r.example]));
  const known = new Set();
  const rows = spec["x-problems"].map(({ status, code, title, detail, common, operations, example }) => {
    const links = operations.map((name) => make("a", { href: `/docs#${name}` }, make("code", {}, name)));
    const shown = links.length > few ? `${links.length} operations` : make("span", {}, links.flatMap((link, i) => (i ? [", ", link] : [link])));
    const row = { status, code, title, todo: detail === title ? "" : detail, by: operations.length ? shown : common ? "any address" : "",
      example: examples.get(code) ?? example, anchor: !known.has(code) };
    known.add(code);
    return row;
  });
  const fault = ({ code, description }) => make("tr", {}, make("td", {}, make("code", {}, code)), make("td", {}, words(description)));
  return [
    make("div", { class: "intro" }, make("h1", {}, "Problems"),
      prose("Each refusal is a problem document (RFC 9457): `status`, `code`, `title`, `detail`, and what the code adds. Programs go by `code`, which never changes its meaning. New codes may come: judge those that you do not know by their status.")),
    refusalTable(rows, true),
    make("h2", { id: "faults" }, "Faults"),
    prose("Where `errors` names what is wrong with a request, each entry has a `pointer` (a JSON pointer into the body, `?name` in the query, `#Name` among the headers), a `detail` for people, and one of these codes."),
    make("div", { class: "scroll" }, make("table", {},
      make("thead", {}, make("tr", {}, ["Code", "What it means"].map((t) => make("th", { scope: "col" }, t)))),
      make("tbody", {}, spec["x-faults"].map(fault)))),
  ];
}

function operationsPage(groups) {
  const guide = make("a", { href: "/docs/guide" }, "How it works");
  return [
    make("div", { class: "intro" }, make("h1", {}, `${spec.info.title} API`), introduction(),
      make("p", {}, guide, ": authentication, idempotency, lists, errors and the statuses of an order.")),
    ...groups.map(([name, list]) => make("section", { class: "group" }, make("h2", {}, name), list.map(operationView))),
  ];
}

/** By path: the title, and what makes the page of all operations and their groups. */
const PAGES = {
  "/docs": ["", (_, groups) => operationsPage(groups)],
  "/docs/guide": ["Guide", guidePage],
  "/docs/events": ["Events", eventsPage],
  "/docs/problems": ["Problems", problemsPage],
};

async function start() {
  const content = find("[data-content]");
  content.append(make("p", { class: "quiet", role: "status" }, "Reading the OpenAPI document…"));
  // its button is there before the document is
  prepareSigningIn();
  try {
    await load();
  } catch (error) {
    content.replaceChildren(make("p", { class: "failure" }, `The OpenAPI document cannot be read: ${error.message}`));
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
