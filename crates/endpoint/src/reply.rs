//! Successful replies: status, headers and body in one type.

use crate::{
    BufferedResponse, CorruptStoredResponse, IfNoneMatch, WireResponse, etag,
    openapi::{OperationBuilder, UNCHANGED},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A reply of an endpoint.
pub trait Reply: Sized + Send + 'static {
    /// Writes the reply to the wire.
    fn write(self) -> WireResponse;
    /// Reads the reply from the wire.
    ///
    /// # Errors
    /// A description, if the response is not this reply.
    fn read(answer: &BufferedResponse) -> Result<Self, String>;
    /// Describes the reply in the OpenAPI document.
    fn describe(operation: &mut OperationBuilder<'_>);

    /// Serializes the reply for a database, so that [`Reply::replay`] returns the same response. `None` if it cannot be
    /// stored.
    fn keep(self) -> Option<String> {
        self.write().whole()?.pack()
    }
    /// Restores the reply from a database.
    ///
    /// # Errors
    /// When the text was not written by [`Reply::keep`].
    fn replay(kept: &str) -> Result<Self, CorruptStoredResponse> {
        let answer = BufferedResponse::unpack(kept)?;
        Self::read(&answer).map_err(CorruptStoredResponse::new)
    }
}

/// A value that a reply can contain.
pub trait Payload: Serialize + DeserializeOwned + JsonSchema + Send + 'static {}
impl<T: Serialize + DeserializeOwned + JsonSchema + Send + 'static> Payload for T {}

/// 200 with a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Json<T>(pub T);

/// 200 with a body and its ETag.
#[derive(Debug, Clone, PartialEq)]
pub struct WithEtag<T> {
    /// The ETag.
    pub etag: String,
    /// The body.
    pub body: T,
}

/// 200 with a body and its ETag, or 304 if the caller has the current version.
#[derive(Debug, Clone, PartialEq)]
pub enum Conditional<T> {
    /// The caller has the current version.
    NotModified {
        /// The ETag.
        etag: String,
    },
    /// The caller does not have the current version.
    New {
        /// The ETag.
        etag: String,
        /// The body.
        body: T,
    },
}

/// 201 with the new resource, its URL and its ETag.
#[derive(Debug, Clone, PartialEq)]
pub struct Created<T> {
    /// The URL of the resource.
    pub location: String,
    /// The ETag.
    pub etag: String,
    /// The body.
    pub body: T,
}

/// 201 with the new resource and its URL, but without an ETag: the resource cannot be replaced by sending it, or its URL
/// returns another representation.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatedWithoutEtag<T> {
    /// The URL of the resource.
    pub location: String,
    /// The body.
    pub body: T,
}

/// 202: the request will be processed.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted<T>(pub T);

/// 204: the request was processed, and there is no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoContent;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
pub struct Page<T> {
    /// The items of the page.
    pub items: Vec<T>,
    /// The cursor of the next page, to send as `cursor`. Null on the last page.
    pub next_cursor: Option<String>,
}

impl<T> Conditional<T> {
    /// Returns 304 if `known` contains `etag`, otherwise the body.
    pub fn unless_known(known: &IfNoneMatch, etag: String, body: T) -> Self {
        match &known.0 {
            Some(known) if etag::names(known, &etag) => Conditional::NotModified { etag },
            _ => Conditional::New { etag, body },
        }
    }
    /// Returns 304 or the body, for a body that depends on more than its versions.
    pub fn unless_shown(known: &IfNoneMatch, versions: &[i64], body: T) -> Self
    where
        T: Serialize,
    {
        let etag = etag::of_shown(versions, &body);
        Conditional::unless_known(known, etag, body)
    }
}

fn json<T: Serialize>(status: StatusCode, value: &T) -> BufferedResponse {
    // serde_json fails only for maps with keys that are not strings
    let body = serde_json::to_vec(value).expect("the types of contracts have text as keys");
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    BufferedResponse { status, headers, body: body.into() }
}
fn empty(status: StatusCode) -> BufferedResponse {
    BufferedResponse { status, headers: HeaderMap::new(), body: Bytes::new() }
}
fn body<T: DeserializeOwned>(answer: &BufferedResponse) -> Result<T, String> {
    serde_json::from_slice(&answer.body).map_err(|e| e.to_string())
}
fn text(answer: &BufferedResponse, name: HeaderName) -> Option<String> {
    answer.headers.get(name)?.to_str().ok().map(Into::into)
}
impl BufferedResponse {
    /// Adds a header. A value that is not a valid header value is omitted.
    fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

impl<T: Payload> Reply for Json<T> {
    fn write(self) -> WireResponse {
        json(StatusCode::OK, &self.0).into()
    }
    fn read(answer: &BufferedResponse) -> Result<Self, String> {
        body(answer).map(Json)
    }
    fn describe(operation: &mut OperationBuilder<'_>) {
        operation.reply::<T>(StatusCode::OK, &[]);
    }
}

impl<T: Payload> Reply for WithEtag<T> {
    fn write(self) -> WireResponse {
        json(StatusCode::OK, &self.body).with(header::ETAG, &self.etag).into()
    }
    fn read(answer: &BufferedResponse) -> Result<Self, String> {
        Ok(WithEtag { etag: text(answer, header::ETAG).unwrap_or_default(), body: body(answer)? })
    }
    fn describe(operation: &mut OperationBuilder<'_>) {
        operation.reply::<T>(StatusCode::OK, &[("ETag", true)]);
    }
}

impl<T: Payload> Reply for Conditional<T> {
    fn write(self) -> WireResponse {
        match self {
            Conditional::NotModified { etag } => {
                empty(StatusCode::NOT_MODIFIED).with(header::ETAG, &etag).into()
            }
            Conditional::New { etag, body } => json(StatusCode::OK, &body).with(header::ETAG, &etag).into(),
        }
    }
    fn read(answer: &BufferedResponse) -> Result<Self, String> {
        let etag = text(answer, header::ETAG).unwrap_or_default();
        if answer.status == StatusCode::NOT_MODIFIED {
            return Ok(Conditional::NotModified { etag });
        }
        Ok(Conditional::New { etag, body: body(answer)? })
    }
    fn describe(operation: &mut OperationBuilder<'_>) {
        operation.reply::<T>(StatusCode::OK, &[("ETag", true)]);
        operation.empty(StatusCode::NOT_MODIFIED, UNCHANGED);
    }
}

impl<T: Payload> Reply for Created<T> {
    fn write(self) -> WireResponse {
        let answer = json(StatusCode::CREATED, &self.body).with(header::LOCATION, &self.location);
        answer.with(header::ETAG, &self.etag).into()
    }
    fn read(answer: &BufferedResponse) -> Result<Self, String> {
        let location = text(answer, header::LOCATION).unwrap_or_default();
        let etag = text(answer, header::ETAG).unwrap_or_default();
        Ok(Created { location, etag, body: body(answer)? })
    }
    fn describe(operation: &mut OperationBuilder<'_>) {
        operation.reply::<T>(StatusCode::CREATED, &[("Location", true), ("ETag", true)]);
    }
}

impl<T: Payload> Reply for CreatedWithoutEtag<T> {
    fn write(self) -> WireResponse {
        json(StatusCode::CREATED, &self.body).with(header::LOCATION, &self.location).into()
    }
    fn read(answer: &BufferedResponse) -> Result<Self, String> {
        Ok(CreatedWithoutEtag {
            location: text(answer, header::LOCATION).unwrap_or_default(),
            body: body(answer)?,
        })
    }
    fn describe(operation: &mut OperationBuilder<'_>) {
        operation.reply::<T>(StatusCode::CREATED, &[("Location", true)]);
    }
}

impl<T: Payload> Reply for Accepted<T> {
    fn write(self) -> WireResponse {
        json(StatusCode::ACCEPTED, &self.0).into()
    }
    fn read(answer: &BufferedResponse) -> Result<Self, String> {
        body(answer).map(Accepted)
    }
    fn describe(operation: &mut OperationBuilder<'_>) {
        operation.reply::<T>(StatusCode::ACCEPTED, &[]);
    }
}

impl Reply for NoContent {
    fn write(self) -> WireResponse {
        empty(StatusCode::NO_CONTENT).into()
    }
    fn read(_: &BufferedResponse) -> Result<Self, String> {
        Ok(NoContent)
    }
    fn describe(operation: &mut OperationBuilder<'_>) {
        operation.empty(StatusCode::NO_CONTENT, "Done.");
    }
}
