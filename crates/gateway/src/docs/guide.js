// The guide: the document's `x-guide`, in a subset of Markdown.

import { spec } from "./document.js";
import { make, words } from "./dom.js";

/** Inline text with `code` and [links](/path). */
function linked(text) {
  const parts = text.split(/\[([^\]]+)\]\((\/[^)\s]*)\)/);
  // alternates between text, the text of a link, and its URL
  return parts.flatMap((part, i) => {
    if (i % 3 === 1) return [make("a", { href: parts[i + 1] }, words(part))];
    return i % 3 === 0 ? words(part) : [];
  });
}

const anchorOf = (title) => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
const cellsOf = (line) => line.split("|").slice(1, -1).map((cell) => make("td", {}, linked(cell.trim())));

/** A block of Markdown: a heading, a code block, a list, a table or a paragraph. */
function block(text) {
  const lines = text.split("\n");
  if (text.startsWith("## ")) return make("h2", { id: anchorOf(text.slice(3)) }, text.slice(3));
  if (text.startsWith("```")) return make("pre", { tabindex: "0" }, lines.slice(1, -1).join("\n"));
  if (text.startsWith("- ")) return make("ul", {}, lines.map((line) => make("li", {}, linked(line.slice(2)))));
  if (text.startsWith("1. ")) return make("ol", {}, lines.map((line) => make("li", {}, linked(line.replace(/^\d+\. /, "")))));
  if (text.startsWith("|")) {
    const titles = cellsOf(lines[0]).map((cell) => make("th", { scope: "col" }, ...cell.childNodes));
    const rows = lines.slice(2).map((line) => make("tr", {}, cellsOf(line)));
    return make("div", { class: "scroll" }, make("table", {},
      make("thead", {}, make("tr", {}, titles)), make("tbody", {}, rows)));
  }
  return make("p", {}, linked(lines.join(" ")));
}

/** The blocks of the guide: headings, and blocks separated by empty lines. */
const guideBlocks = () => (spec["x-guide"] ?? "").trim().replaceAll(/^(## .*)$/gm, "$1\n").split(/\n{2,}/);
export const introduction = () => guideBlocks().slice(0, 2).map(block);

export function guidePage() {
  return [make("div", { class: "guide" }, make("h1", {}, `${spec.info.title} API guide`), guideBlocks().map(block))];
}

export function guideIndex() {
  const titles = guideBlocks().filter((text) => text.startsWith("## ")).map((text) => text.slice(3));
  return make("section", {}, make("h2", {}, "Guide"),
    make("ul", {}, titles.map((title) => make("li", { "data-text": title.toLowerCase() },
      make("a", { href: `/docs/guide#${anchorOf(title)}` }, title)))));
}
