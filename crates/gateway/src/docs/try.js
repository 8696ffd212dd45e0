// Forms to try an operation on this server, signed in or not. The token is kept in this page only.

import { exampleOf, present, resolve } from "./document.js";
import { find, make } from "./dom.js";
import { bodyExampleOf, bodySchemaOf } from "./operation.js";
import { forget, prefixOf, withReachable } from "./reach.js";
import { isStream, streamView } from "./stream.js";

let session = null;
// functions that fill the forms again after another user has signed in
const fillers = [];

export function tryView(op) {
  const parameters = (op.parameters ?? []).map(resolve);
  const field = (p) => {
    const id = `${op.operationId}-${p.name}`;
    const choices = resolve(present(p.schema)).enum;
    const known = { id, name: p.name, required: p.required, "data-in": p.in };
    const control = choices
      ? make("select", known, p.required ? null : make("option", { value: "" }, ""), choices.map((c) => make("option", {}, String(c))))
      : make("input", { ...known, autocomplete: "off", spellcheck: "false", placeholder: prefixOf(p.example) ? `${prefixOf(p.example)}_…` : p.example, "data-example": p.in === "path" ? prefixOf(p.example) && p.example : null });
    if (p.name === "Idempotency-Key" && p.required) control.value = newKey();
    return make("div", { class: "field" }, make("label", { for: id }, p.name), control);
  };
  const schema = bodySchemaOf(op);
  const bodyId = `${op.operationId}-body`;
  const body = schema
    ? make("div", { class: "field" }, make("label", { for: bodyId }, "Body"),
      make("textarea", { id: bodyId, name: "body", spellcheck: "false", "data-in": "body" }))
    : null;
  const { expected_total: _, ...tried } = schema ? bodyExampleOf(op) ?? exampleOf(schema) : {};
  // the total differs from that of the example
  const example = schema ? JSON.stringify(tried, null, 2) : "";
  if (body) body.querySelector("textarea").dataset.example = example;
  const hint = make("p", { class: "quiet", hidden: true }, "IDs that end in … have no accessible resource yet: sign in, or create one first.");
  const send = make("button", { type: "submit", class: "button primary" }, `Send ${op.method.toUpperCase()}`);
  const answer = make("div", { class: "answer", role: "status" });
  const form = make("form", {}, parameters.length ? make("div", { class: "fields" }, parameters.map(field)) : null, body, hint,
    make("div", { class: "actions" }, send, make("span", { class: "quiet" }, op.method === "get" ? "" : "This changes live data on the server.")));
  const fill = () => fillIn(form, hint);
  fillers.push(fill);
  fill();
  // one request at a time: a new one closes the previous stream
  let asking = new AbortController();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    asking.abort();
    const mine = asking = new AbortController();
    send.setAttribute("aria-busy", "true");
    const shown = await attempt(op, form, mine);
    // a later request replaces this response
    if (mine !== asking) return;
    if (shown) answer.replaceChildren(...shown);
    send.removeAttribute("aria-busy");
  });
  return make("div", { class: "try" }, form, answer);
}

/** Fills a form with examples, except for fields that the user has edited. */
async function fillIn(form, hint) {
  let complete = true;
  for (const control of form.querySelectorAll("[data-example]")) {
    const isMine = control.value === "" || control.value === control.dataset.filled;
    if (!isMine) continue;
    const isBody = control.dataset.in === "body";
    if (isBody && control.value === "") control.value = control.dataset.filled = control.dataset.example;
    const reached = await withReachable(control.dataset.example, session?.token);
    complete &&= reached.complete;
    // a path without an ID displays a placeholder
    control.value = control.dataset.filled = isBody || reached.complete ? reached.text : "";
  }
  hint.hidden = complete;
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** The request of a form. */
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

async function attempt(op, form, asking) {
  try {
    const [address, request] = requestOf(op, form);
    const begun = performance.now();
    const response = await fetch(address, { ...request, signal: asking.signal });
    if (isStream(response)) {
      const last = form.elements.namedItem("Last-Event-ID");
      const took = Math.round(performance.now() - begun);
      return [...statusView(response, took), ...streamView(response, () => asking.abort(), (id) => { if (last) last.value = id; })];
    }
    const text = await response.text();
    const took = Math.round(performance.now() - begun);
    const key = form.elements.namedItem("Idempotency-Key");
    // a new key for the next request; a failed one can be retried unchanged
    if (response.ok && key?.value) key.value = newKey();
    return answerView(response, text, took);
  } catch (error) {
    if (error.name === "AbortError") return null;
    return [make("p", { class: "failure" }, `No response: ${error.message}. The request may have taken effect.`)];
  }
}

function statusView(response, took) {
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  return [
    make("p", {}, make("span", { class: `status ${response.ok ? "good" : "bad"}` }, `${response.status} ${response.statusText}`),
      make("span", { class: "quiet" }, ` in ${took}\u00a0ms`)),
    make("details", {}, make("summary", {}, "Headers"), make("pre", {}, headers)),
  ];
}

function answerView(response, text, took) {
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch { /* not JSON: displayed as it is */ }
  return [
    ...statusView(response, took),
    shown ? make("pre", { tabindex: "0", "aria-label": "Response" }, shown) : null,
  ].filter(Boolean);
}

function showAccount() {
  forget();
  for (const fill of fillers) fill();
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
    failure.textContent = `Sign-in failed: ${error.message}`;
  }
}

async function signOut() {
  const headers = { Authorization: `Bearer ${session.token}` };
  session = null;
  showAccount();
  // the token is removed from the page in any case
  await fetch("/v1/logout", { method: "POST", headers, credentials: "omit" }).catch(() => null);
}

/** Sets up the sign-in dialog. */
export function prepareSigningIn() {
  find("[data-sign-in]").addEventListener("click", () => (session ? signOut() : find("[data-dialog]").showModal()));
  find("[data-close]").addEventListener("click", () => find("[data-dialog]").close());
  find("[data-sign-in-form]").addEventListener("submit", signIn);
}
