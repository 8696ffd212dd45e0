//! A response in one piece, and its form in a database: an idempotency key's answer is given again from it. And one
//! that goes on for as long as somebody listens.

use bytes::Bytes;
use futures_util::stream::BoxStream;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A response in one piece.
#[derive(Debug, Clone, PartialEq)]
pub struct BufferedResponse {
    /// The status of HTTP.
    pub status: StatusCode,
    /// The headers that belong to the reply.
    pub headers: HeaderMap,
    /// The body: JSON, or nothing.
    pub body: Bytes,
}

/// A response that goes on: 200, and a body that is made while it is read, no faster than that.
pub struct StreamedResponse {
    /// The headers that belong to the reply.
    pub headers: HeaderMap,
    /// The body, piece by piece.
    pub body: BoxStream<'static, Bytes>,
    /// What a server that stops says last, where the body has not ended by itself.
    pub farewell: Bytes,
}
impl std::fmt::Debug for StreamedResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flow").field("headers", &self.headers).finish_non_exhaustive()
    }
}

/// A reply as it goes over the wire.
#[derive(Debug)]
pub enum WireResponse {
    /// In one piece.
    Whole(BufferedResponse),
    /// For as long as somebody listens.
    Streamed(StreamedResponse),
}
impl WireResponse {
    /// The answer, if it is one in one piece.
    pub fn whole(self) -> Option<BufferedResponse> {
        match self {
            WireResponse::Whole(answer) => Some(answer),
            WireResponse::Streamed(_) => None,
        }
    }
}
impl From<BufferedResponse> for WireResponse {
    fn from(answer: BufferedResponse) -> Self {
        WireResponse::Whole(answer)
    }
}

/// What was stored is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorruptStoredResponse(String);
impl CorruptStoredResponse {
    pub(crate) fn new(why: String) -> Self {
        CorruptStoredResponse(why)
    }
}
impl std::fmt::Display for CorruptStoredResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "what was stored is no answer: {}", self.0)
    }
}
impl std::error::Error for CorruptStoredResponse {}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    status: u16,
    headers: BTreeMap<String, String>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    body: Option<&'a RawValue>,
}

impl BufferedResponse {
    /// As JSON, for a database. `None` for a body that is not JSON.
    pub fn pack(&self) -> Option<String> {
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let body = match self.body.is_empty() {
            true => None,
            false => Some(serde_json::from_slice::<&RawValue>(&self.body).ok()?),
        };
        let headers = self.headers.iter().map(header).collect::<Option<_>>()?;
        serde_json::to_string(&Stored { status: self.status.as_u16(), headers, body }).ok()
    }

    /// Back from [`BufferedResponse::pack`], byte for byte.
    ///
    /// # Errors
    /// When `text` is not what `pack` writes.
    pub fn unpack(text: &str) -> Result<BufferedResponse, CorruptStoredResponse> {
        let no = |why: &dyn ToString| CorruptStoredResponse(why.to_string());
        let stored: Stored<'_> = serde_json::from_str(text).map_err(|e| no(&e))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &stored.headers {
            let name = HeaderName::try_from(name).map_err(|e| no(&e))?;
            headers.append(name, HeaderValue::try_from(value).map_err(|e| no(&e))?);
        }
        Ok(BufferedResponse {
            status: StatusCode::from_u16(stored.status).map_err(|e| no(&e))?,
            headers,
            body: stored.body.map_or_else(Bytes::new, |b| Bytes::copy_from_slice(b.get().as_bytes())),
        })
    }
}
