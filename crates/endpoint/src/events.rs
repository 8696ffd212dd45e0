//! Server-Sent Events: a streamed reply that lasts as long as the client is connected
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use crate::{BufferedResponse, Payload, Reply, StreamedResponse, WireResponse, openapi::OperationBuilder};
use bytes::Bytes;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::fmt::Write;

/// The content type of an event stream.
pub const EVENT_STREAM: &str = "text/event-stream";

/// The delay before a client reconnects, in milliseconds.
const COME_BACK_AFTER_MS: u32 = 2_000;
/// Disables response buffering in proxies such as nginx.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// 200 with events as they occur.
pub struct Events<T> {
    /// The items to send. Produced no faster than they are read; each batch can contain several.
    pub pieces: BoxStream<'static, Vec<StreamItem<T>>>,
}

/// An item of an event stream.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamItem<T> {
    /// An event.
    Event {
        /// The position of the event. A client that reconnects with it as `Last-Event-ID` receives the events that
        /// followed.
        id: String,
        /// The event type.
        name: String,
        /// The event data.
        data: T,
    },
    /// A comment with a position, up to which no event is relevant for the client. The stream can be resumed after it.
    Nothing {
        /// The position.
        id: String,
        /// The text of the comment.
        comment: &'static str,
    },
}

impl<T: Payload> StreamItem<T> {
    /// Writes a block of lines, followed by an empty line.
    fn write(&self, out: &mut String) {
        let written = match self {
            StreamItem::Event { id, name, data } => {
                // contains no line breaks, because JSON escapes them
                let data = serde_json::to_string(data).expect("the types of contracts have text as keys");
                write!(out, "id: {}\nevent: {}\ndata: {data}\n\n", one_line(id), one_line(name))
            }
            // a block without data is not an event, but its ID is stored by the client
            StreamItem::Nothing { id, comment } => {
                write!(out, ": {}\nid: {}\n\n", one_line(comment), one_line(id))
            }
        };
        written.expect("a text takes all that is written to it");
    }
}

/// Parses a block written by [`StreamItem::write`]. None for a block with neither an event nor a position.
fn read<T: Payload>(block: &str) -> Result<Option<StreamItem<T>>, serde_json::Error> {
    let value = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
    let Some(id) = value("id: ").map(str::to_owned) else { return Ok(None) };
    Ok(Some(match (value("event: "), value("data: ")) {
        (Some(name), Some(data)) => {
            StreamItem::Event { id, name: name.to_owned(), data: serde_json::from_str(data)? }
        }
        _ => StreamItem::Nothing { id, comment: "" },
    }))
}

/// Returns the text up to its first line break.
fn one_line(text: &str) -> &str {
    text.split(['\n', '\r', '\0']).next().unwrap_or_default()
}

fn come_back() -> Bytes {
    format!("retry: {COME_BACK_AFTER_MS}\n\n").into()
}

impl<T: Payload> Reply for Events<T> {
    fn write(self) -> WireResponse {
        let pieces = self.pieces.map(|piece| {
            let mut out = String::new();
            piece.iter().for_each(|sent| sent.write(&mut out));
            Bytes::from(out)
        });
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
        WireResponse::Streamed(StreamedResponse {
            headers: HeaderMap::from_iter([kind, UNBUFFERED]),
            body: stream::iter([come_back()]).chain(pieces).boxed(),
            farewell: come_back(),
        })
    }
    /// Reads the items received so far: a client of a single response does not wait for the end of the stream.
    fn read(answer: &BufferedResponse) -> Result<Self, String> {
        let text = std::str::from_utf8(&answer.body).map_err(|e| e.to_string())?;
        let said = text.split("\n\n").filter_map(|block| read(block).transpose());
        let said = said.collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
        Ok(Events { pieces: stream::iter([said]).boxed() })
    }
    fn describe(operation: &mut OperationBuilder<'_>) {
        operation.events::<T>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(sent: &StreamItem<serde_json::Value>) -> String {
        let mut out = String::new();
        sent.write(&mut out);
        out
    }

    #[test]
    fn an_event_is_a_block_of_lines_that_nothing_in_it_breaks() {
        let data = serde_json::json!({"text": "a\nb\r\n\nid: forged"});
        let event = StreamItem::Event { id: "7\nevent: x".into(), name: "order.placed\r\n".into(), data };
        let text = "id: 7\nevent: order.placed\ndata: {\"text\":\"a\\nb\\r\\n\\nid: forged\"}\n\n";
        assert_eq!(written(&event), text);
        let nothing = StreamItem::Nothing { id: "8".into(), comment: "still here" };
        assert_eq!(written(&nothing), ": still here\nid: 8\n\n");
    }

    #[test]
    fn what_is_written_reads_back() {
        let data = serde_json::json!({"a": [1, "b\n\nid: 9"]});
        let event = StreamItem::Event { id: "7".into(), name: "order.placed".into(), data };
        assert_eq!(read(written(&event).trim_end()).unwrap(), Some(event));
        let nothing = StreamItem::Nothing { id: "8".into(), comment: "" };
        assert_eq!(read::<serde_json::Value>(written(&nothing).trim_end()).unwrap(), Some(nothing));
        assert_eq!(read::<serde_json::Value>("retry: 2000").unwrap(), None);
    }
}
