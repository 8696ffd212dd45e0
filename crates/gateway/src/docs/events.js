// The events: the closed table of their types, with the schema of each one's data.

import { nameOf, resolve, spec } from "./document.js";
import { make, prose, section } from "./dom.js";
import { members } from "./operation.js";

/** The types of events, each with when it happens and the schema of its data. */
export function eventsPage() {
  const { enum: types = [], "x-enum-descriptions": descriptions = [] } = resolve({ $ref: "#/components/schemas/EventType" });
  const schemas = spec["x-events"] ?? {};
  const shown = types.map((type, index) => {
    const details = make("details", { class: "operation", id: type },
      make("summary", {}, make("span", { class: "path" }, type), make("span", { class: "about" }, descriptions[index])));
    const data = schemas[type];
    const open = () => details.append(make("div", { class: "inside" }, section(`data: ${nameOf(data) ?? "object"}`, members(data, false))));
    if (data) details.addEventListener("toggle", open, { once: true });
    return details;
  });
  return [
    make("div", { class: "intro" }, make("h1", {}, "Events"),
      prose("Each is a CloudEvent: `id`, `type`, `subject`, `time`, and `data`, which carries how the subject stands after it, in ids and figures. New types may come: pass over those that you do not know."),
      make("p", {}, "They are read with ", make("a", { href: "/docs#list_events" }, make("code", {}, "GET /v1/events")), ".")),
    make("section", { class: "group events" }, shown),
  ];
}
