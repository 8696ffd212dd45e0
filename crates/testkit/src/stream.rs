//! Somebody who listens to a stream of events over a connection of their own, block by block, at any pace.

use serde_json::Value;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// A listener.
#[derive(Debug)]
pub struct Listener {
    connection: TcpStream,
    raw: Vec<u8>,
    text: String,
    has_ended: bool,
    /// The answer's status and headers, as they came.
    pub head: String,
    /// The id that came last: what to come back with.
    pub last_id: String,
}

/// A block of lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SseBlock {
    /// Its place.
    pub id: String,
    /// The event's type; empty where it is none.
    pub event: String,
    /// The event; null where it is none.
    pub data: Value,
    /// How long to wait before coming back, where it says so.
    pub retry: String,
}

impl Listener {
    /// Asks for a stream at `url`, which is a server's, and reads the head of its answer.
    ///
    /// # Panics
    /// When there is no answer within 30 seconds.
    pub async fn open(url: &str, path: &str, token: &str, last_event_id: Option<&str>) -> Listener {
        Self::open_as(url, path, &format!("authorization: Bearer {token}"), last_event_id).await
    }

    /// The same, as the person whom a header tells: a browser has a cookie.
    ///
    /// # Panics
    /// When there is no answer within 30 seconds.
    pub async fn open_as(url: &str, path: &str, who: &str, last_event_id: Option<&str>) -> Listener {
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        let mut connection = TcpStream::connect(address).await.unwrap();
        let mut request = format!(
            "GET {path} HTTP/1.1\r\nhost: {address}\r\n{who}\r\n\
             accept: text/event-stream\r\naccept-encoding: gzip\r\n"
        );
        if let Some(id) = last_event_id {
            request.push_str(&format!("last-event-id: {id}\r\n"));
        }
        request.push_str("\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
        let (raw, text, head) = (Vec::new(), String::new(), String::new());
        let last_id = last_event_id.unwrap_or_default().to_owned();
        let mut listener = Listener { connection, raw, text, has_ended: false, head, last_id };
        while listener.head.is_empty() {
            assert!(listener.read(Duration::from_secs(30)).await, "the connection ended without an answer");
            if let Some(end) = find(&listener.raw, b"\r\n\r\n") {
                listener.head = String::from_utf8_lossy(&listener.raw[..end]).into_owned();
                listener.raw.drain(..end + 4);
            }
        }
        listener
    }

    /// The answer's status.
    pub fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default()
    }

    /// The next block within this time; none where the stream has ended.
    ///
    /// # Panics
    /// When neither comes in time.
    pub async fn block_within(&mut self, longest: Duration) -> Option<SseBlock> {
        loop {
            self.unchunk();
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = parse(block);
                self.text = rest.to_owned();
                if !block.id.is_empty() {
                    self.last_id = block.id.clone();
                }
                return Some(block);
            }
            if self.has_ended || !self.read(longest).await {
                return None;
            }
        }
    }

    /// The next event; none where the stream has ended.
    ///
    /// # Panics
    /// When neither comes within 30 seconds.
    pub async fn event(&mut self) -> Option<SseBlock> {
        loop {
            let block = self.block_within(Duration::from_secs(30)).await?;
            if !block.event.is_empty() {
                return Some(block);
            }
        }
    }

    /// All events until the stream says that these are all there are for now.
    ///
    /// # Panics
    /// When it does not within 30 seconds.
    pub async fn caught_up(&mut self) -> Vec<SseBlock> {
        let mut events = Vec::new();
        loop {
            let block = self.block_within(Duration::from_secs(30)).await.expect("the stream ended");
            match block.event.is_empty() {
                false => events.push(block),
                true if !block.id.is_empty() => return events,
                true => {}
            }
        }
    }

    /// More of what was sent; false at its end.
    async fn read(&mut self, longest: Duration) -> bool {
        let mut piece = [0; 16 << 10];
        let read = timeout(longest, self.connection.read(&mut piece)).await;
        // a connection that was torn down has ended too
        let count = read.expect("nothing came in time").unwrap_or(0);
        self.raw.extend_from_slice(&piece[..count]);
        count > 0
    }

    /// Takes the chunks that are complete (RFC 9112, 7.1).
    fn unchunk(&mut self) {
        while let Some(line) = find(&self.raw, b"\r\n") {
            let size = String::from_utf8_lossy(&self.raw[..line]).into_owned();
            let Ok(size) = usize::from_str_radix(&size, 16) else { return };
            let end = line + 2 + size + 2;
            if self.raw.len() < end {
                return;
            }
            self.text.push_str(&String::from_utf8_lossy(&self.raw[line + 2..end - 2]));
            self.raw.drain(..end);
            // the last one is empty; the connection goes on
            self.has_ended |= size == 0;
        }
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn parse(block: &str) -> SseBlock {
    let mut parsed = SseBlock::default();
    for line in block.lines() {
        match line.split_once(": ") {
            Some(("id", value)) => parsed.id = value.to_owned(),
            Some(("event", value)) => parsed.event = value.to_owned(),
            Some(("data", value)) => parsed.data = serde_json::from_str(value).unwrap(),
            Some(("retry", value)) => parsed.retry = value.to_owned(),
            _ => {}
        }
    }
    parsed
}
