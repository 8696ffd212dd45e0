//! Server-Sent Events: a reply that goes on for as long as somebody listens
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use crate::{BufferedResponse, Payload, Reply, StreamedResponse, WireResponse, openapi::Operation};
use bytes::Bytes;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::fmt::Write;

/// What such a body is.
pub const EVENT_STREAM: &str = "text/event-stream";

/// How long a client waits before it comes back, in milliseconds.
const COME_BACK_AFTER_MS: u32 = 2_000;
/// Tells proxies such as nginx to pass on each piece as it comes.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// 200 with events as they happen.
pub struct Events<T> {
    /// What is sent, made no faster than it is read; several at a time.
    pub pieces: BoxStream<'static, Vec<StreamItem<T>>>,
}

/// Something that is sent in a stream of events.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamItem<T> {
    /// An event.
    Event {
        /// Its place: whoever comes back with it as `Last-Event-ID` is sent what followed.
        id: String,
        /// Its type.
        name: String,
        /// What it tells.
        data: T,
    },
    /// Nothing has happened for whoever listens, up to this place: a comment, and where to go on from.
    Nothing {
        /// The place.
        id: String,
        /// The comment.
        comment: &'static str,
    },
}

impl<T: Payload> StreamItem<T> {
    /// One block of lines, and an empty one.
    fn write(&self, out: &mut String) {
        let written = match self {
            StreamItem::Event { id, name, data } => {
                // it has no line breaks: JSON escapes those of texts
                let data = serde_json::to_string(data).expect("the types of contracts have text as keys");
                write!(out, "id: {}\nevent: {}\ndata: {data}\n\n", one_line(id), one_line(name))
            }
            // without data no event is made of it, but its id is kept
            StreamItem::Nothing { id, comment } => {
                write!(out, ": {}\nid: {}\n\n", one_line(comment), one_line(id))
            }
        };
        written.expect("a text takes all that is written to it");
    }
}

/// A block, as [`StreamItem::write`] writes it; none for one that says neither what has happened nor where.
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

/// What a line break would end is cut off there.
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
    /// What it has said so far: a client of one answer does not wait for its end.
    fn read(answer: &BufferedResponse) -> Result<Self, String> {
        let text = std::str::from_utf8(&answer.body).map_err(|e| e.to_string())?;
        let said = text.split("\n\n").filter_map(|block| read(block).transpose());
        let said = said.collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
        Ok(Events { pieces: stream::iter([said]).boxed() })
    }
    fn describe(operation: &mut Operation<'_>) {
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
