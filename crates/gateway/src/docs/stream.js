// Displays a stream of events as they arrive, until the user stops it.

import { make } from "./dom.js";

// older events are removed
const SHOWN_MAX = 100;

/** Whether a response is an event stream. */
export function isStream(response) {
  return response.ok && (response.headers.get("Content-Type") ?? "").startsWith("text/event-stream");
}

/** The blocks of a stream (Server-Sent Events). Each has some of `id`, `event` and `data`. */
async function* blocksOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest = (rest + value).replaceAll("\r\n", "\n");
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) yield blockOf(block);
  }
}

function blockOf(text) {
  const block = {};
  for (const line of text.split("\n")) {
    const [, name, value] = /^([a-z]+):\x20?(.*)$/.exec(line) ?? [];
    if (name) block[name] = name in block ? `${block[name]}\n${value}` : value;
  }
  return block;
}

function eventView({ id, event, data }) {
  let shown = data;
  let time = "";
  try {
    const told = JSON.parse(data);
    time = told.time ?? "";
    shown = JSON.stringify(told, null, 2);
  } catch { /* not JSON: displayed as it is */ }
  const details = make("details", { class: "example" },
    make("summary", {}, make("code", {}, event ?? "message"), make("span", { class: "quiet" }, ` ${time}`)));
  const fill = () => details.append(make("p", { class: "quiet id" }, `id: ${id ?? ""}`), make("pre", { tabindex: "0", "aria-label": event ?? "Event" }, shown));
  details.addEventListener("toggle", fill, { once: true });
  return make("li", {}, details);
}

/**
 * Displays a stream. `stop` ends it and is also called by a button; `heard` receives the position of the last block, from
 * which the stream can be resumed.
 */
export function streamView(response, stop, heard) {
  const list = make("ol", { class: "stream", "aria-label": "Events", "aria-live": "off" });
  const state = make("p", { class: "quiet", role: "status" }, "Listening. Events are displayed here.");
  const button = make("button", { type: "button", class: "button", click: () => stop() }, "Stop");
  let count = 0;
  const listen = async () => {
    let last = null;
    let end = "The server closed the stream. Send again to resume it.";
    try {
      for await (const block of blocksOf(response.body)) {
        last = block.id ?? last;
        if (block.data === undefined) continue;
        count += 1;
        list.prepend(eventView(block));
        if (list.children.length > SHOWN_MAX) list.lastElementChild.remove();
        state.textContent = `Listening. ${count} ${count === 1 ? "event" : "events"} so far, newest first.`;
      }
    } catch (error) {
      end = error.name === "AbortError" ? "Stopped. Send again to resume the stream." : `The connection failed: ${error.message}. Send again to resume the stream.`;
    }
    state.textContent = `${end} ${count} ${count === 1 ? "event" : "events"} received.`;
    button.remove();
    if (last) heard(last);
  };
  listen();
  return [state, make("div", { class: "actions" }, button), list];
}
