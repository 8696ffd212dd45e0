//! Responses: buffered ones, which can be stored to replay the response of an idempotency key, and streamed ones, which
//! last as long as the client is connected.

use bytes::Bytes;
use futures_util::stream::BoxStream;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A complete response.
#[derive(Debug, Clone, PartialEq)]
pub struct BufferedResponse {
    /// The HTTP status code.
    pub status: StatusCode,
    /// The headers of the reply.
    pub headers: HeaderMap,
    /// The body: JSON, or empty.
    pub body: Bytes,
}

/// A streamed response: 200, and a body that is produced no faster than it is read.
pub struct StreamedResponse {
    /// The headers of the reply.
    pub headers: HeaderMap,
    /// The body, in chunks.
    pub body: BoxStream<'static, Bytes>,
    /// The last bytes that a server sends when it shuts down before the stream has ended.
    pub farewell: Bytes,
}
impl std::fmt::Debug for StreamedResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flow").field("headers", &self.headers).finish_non_exhaustive()
    }
}

/// A reply in the form in which it is sent.
#[derive(Debug)]
pub enum WireResponse {
    /// A complete response.
    Whole(BufferedResponse),
    /// A response that is streamed as long as the client is connected.
    Streamed(StreamedResponse),
}
impl WireResponse {
    /// Returns the response if it is complete, not streamed.
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

/// A stored value that is not a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorruptStoredResponse(String);
impl CorruptStoredResponse {
    pub(crate) fn new(why: String) -> Self {
        CorruptStoredResponse(why)
    }
}
impl std::fmt::Display for CorruptStoredResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the stored value is not a response: {}", self.0)
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
    /// Serializes the response as JSON, for a database. `None` for a body that is not JSON.
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

    /// Restores what [`BufferedResponse::pack`] wrote, byte for byte.
    ///
    /// # Errors
    /// When `text` was not written by `pack`.
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
