// Elements of a page. Content is inserted as text, never as HTML.

export const find = (selector) => document.querySelector(selector);

/** Creates an element: `make("a", {href: "/"}, "text", another)`. Functions become event listeners. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(key, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Inline text that can contain `code`. */
export function words(text) {
  return text.split("`").map((part, i) => (i % 2 === 1 ? make("code", {}, part) : part));
}

/** Paragraphs, separated by empty lines. */
export function prose(text) {
  const paragraphs = (text ?? "").split(/\n\s*\n/).filter((p) => p.trim() !== "");
  return make("div", { class: "prose" }, paragraphs.map((p) => make("p", {}, words(p.replaceAll("\n", " ")))));
}

export function section(title, ...content) {
  return make("section", {}, make("h3", {}, title), ...content);
}
