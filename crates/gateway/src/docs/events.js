// The events page: all event types, with the schemas of their data.

import { nameOf, resolve, spec } from "./document.js";
import { make, prose, section } from "./dom.js";
import { members } from "./operation.js";

/** The event types, each with its description and the schema of its data. */
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
      prose("Every event is a CloudEvent with `id`, `type`, `subject`, `time`, and `data`, which contains a snapshot of the subject after the event: IDs and totals. New types can be added: ignore types that you do not know."),
      make("p", {}, "To retrieve events, use ", make("a", { href: "/docs#list_events" }, make("code", {}, "GET /v1/events")), ".")),
    make("section", { class: "group events" }, shown),
  ];
}
