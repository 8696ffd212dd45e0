//! Request headers that endpoints can use.

use super::{Incoming, Outgoing, RequestPart};
use crate::{CommonError, FieldError, etag, openapi::OperationBuilder};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Value, json};

/// The name of the header with the idempotency key.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const KEY_LENGTH_MAX: usize = 255;
/// The name of the header with the ID of the last event that a client received.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The required Idempotency-Key: requests with the same key take effect at most once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdempotencyKey(pub String);

/// The optional Idempotency-Key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OptionalIdempotencyKey(pub Option<String>);

/// The ETags of which one must match the current version of the resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IfMatch(pub Option<String>);

/// The ETags that the caller already has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IfNoneMatch(pub Option<String>);

/// The ID of the last event that the caller received before it reconnects to a stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LastEventId(pub Option<String>);

impl LastEventId {
    /// Returns the error for an ID that is not a position of the stream.
    pub fn unknown() -> CommonError {
        let detail =
            "send an `id` of this stream that you received with the same filters, or omit the header";
        CommonError::InvalidRequest { errors: fault(&LAST_EVENT_ID, "invalid", detail) }
    }
}

impl IfMatch {
    /// Returns whether the resource with the ETag `current` may be changed. Without the header, it may.
    ///
    /// # Errors
    /// [`CommonError::PreconditionFailed`], with the current ETag.
    pub fn allows(&self, current: &str) -> Result<(), CommonError> {
        match &self.0 {
            Some(known) if !etag::names_strongly(known, current) => {
                Err(CommonError::PreconditionFailed { current_etag: current.to_owned() })
            }
            _ => Ok(()),
        }
    }
    /// Does the same as [`IfMatch::allows`], for changes that require the header.
    ///
    /// # Errors
    /// [`CommonError::PreconditionRequired`] without the header, and [`CommonError::PreconditionFailed`].
    pub fn demands(&self, current: &str) -> Result<(), CommonError> {
        self.0.as_ref().ok_or(CommonError::PreconditionRequired)?;
        self.allows(current)
    }
}

/// Returns all values of a header as one list.
fn list(name: HeaderName, headers: &HeaderMap) -> Result<Option<String>, Vec<FieldError>> {
    let values: Result<Vec<&str>, _> = headers.get_all(&name).iter().map(HeaderValue::to_str).collect();
    let values = values.map_err(|_| fault(&name, "invalid", "printable ASCII is expected"))?;
    Ok((!values.is_empty()).then(|| values.join(", ")))
}

fn fault(name: &HeaderName, code: &str, detail: &str) -> Vec<FieldError> {
    vec![FieldError::new(format!("#{}", title_case(name)), code, detail)]
}

/// Returns `idempotency-key` in its usual capitalization.
fn title_case(name: &HeaderName) -> String {
    if *name == LAST_EVENT_ID {
        return "Last-Event-ID".to_owned();
    }
    let word = |w: &str| w.get(..1).unwrap_or_default().to_uppercase() + w.get(1..).unwrap_or_default();
    name.as_str().split('-').map(word).collect::<Vec<_>>().join("-")
}

fn read_key(headers: &HeaderMap) -> Result<Option<String>, Vec<FieldError>> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(fault(&IDEMPOTENCY_KEY, "duplicate", "send one key"));
    }
    if !value.as_bytes().iter().all(u8::is_ascii_graphic) {
        return Err(fault(&IDEMPOTENCY_KEY, "invalid", "printable ASCII without spaces is expected"));
    }
    if !(1..=KEY_LENGTH_MAX).contains(&value.len()) {
        return Err(fault(&IDEMPOTENCY_KEY, "length", "1 to 255 characters are expected"));
    }
    Ok(value.to_str().ok().map(str::to_owned))
}

/// Writes a header. A value that is not a valid header value is omitted, so that the server reports it as missing.
fn write(name: HeaderName, value: Option<&String>, out: &mut Outgoing) {
    if let Some(value) = value.and_then(|v| HeaderValue::from_str(v).ok()) {
        out.headers.insert(name, value);
    }
}

fn describe_key(required: bool, operation: &mut OperationBuilder<'_>) {
    let schema =
        json!({"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX, "pattern": "^[!-~]+$"});
    let about = "A unique value that you choose for this request, such as a UUID. Requests to the same path with the same key take effect at most once.";
    operation.parameter_value("header", "Idempotency-Key", required, about, schema);
}

/// The schema of the values that [`list`] reads.
fn text() -> Value {
    json!({"type": "string", "pattern": "^[\\t -~]*$"})
}

/// The schema of the values that [`etags`] reads.
fn etags_schema() -> Value {
    let tag = r#"(W/)?"[!#-~]*""#;
    json!({"type": "string", "minLength": 1, "pattern": format!(r"^[\t ]*(\*|{tag}([\t ]*,[\t ]*{tag})*)[\t ]*$")})
}

/// Reads quoted ETags, or `*` (RFC 9110, 13.1.1).
fn etags(name: HeaderName, headers: &HeaderMap) -> Result<Option<String>, Vec<FieldError>> {
    match list(name.clone(), headers)? {
        Some(tags) if !etag::is_list(&tags) => {
            Err(fault(&name, "invalid", "ETags in quotation marks, or *, are expected"))
        }
        tags => Ok(tags),
    }
}

impl RequestPart for IdempotencyKey {
    const KEYED: bool = true;
    fn write(&self, _: &str, out: &mut Outgoing) {
        write(IDEMPOTENCY_KEY, Some(&self.0), out);
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>> {
        let missing = || fault(&IDEMPOTENCY_KEY, "required", "send an Idempotency-Key");
        read_key(incoming.headers)?.map(IdempotencyKey).ok_or_else(missing)
    }
    fn describe(_: &str, _: &str, operation: &mut OperationBuilder<'_>) {
        describe_key(true, operation);
    }
}

impl RequestPart for OptionalIdempotencyKey {
    const TAKES_KEY: bool = true;
    fn write(&self, _: &str, out: &mut Outgoing) {
        write(IDEMPOTENCY_KEY, self.0.as_ref(), out);
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>> {
        read_key(incoming.headers).map(OptionalIdempotencyKey)
    }
    fn describe(_: &str, _: &str, operation: &mut OperationBuilder<'_>) {
        describe_key(false, operation);
    }
}

impl RequestPart for IfMatch {
    const TAKES_ETAG: bool = true;
    fn write(&self, _: &str, out: &mut Outgoing) {
        write(header::IF_MATCH, self.0.as_ref(), out);
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>> {
        etags(header::IF_MATCH, incoming.headers).map(IfMatch)
    }
    fn describe(_: &str, _: &str, operation: &mut OperationBuilder<'_>) {
        let about = "The ETag of the version that you have read. The request fails if the resource has changed since. For a product, only the part that the request changes (catalogue data or stock) is compared.";
        operation.parameter_value("header", "If-Match", false, about, etags_schema());
    }
}

impl RequestPart for IfNoneMatch {
    fn write(&self, _: &str, out: &mut Outgoing) {
        write(header::IF_NONE_MATCH, self.0.as_ref(), out);
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>> {
        list(header::IF_NONE_MATCH, incoming.headers).map(IfNoneMatch)
    }
    fn describe(_: &str, _: &str, operation: &mut OperationBuilder<'_>) {
        let about = "The ETag that you already have. If it is still current, the response is 304.";
        operation.parameter_value("header", "If-None-Match", false, about, text());
    }
}

impl RequestPart for LastEventId {
    fn write(&self, _: &str, out: &mut Outgoing) {
        write(LAST_EVENT_ID, self.0.as_ref(), out);
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>> {
        // a browser that has not received an ID yet can send an empty one
        let last = list(LAST_EVENT_ID, incoming.headers)?;
        Ok(LastEventId(last.filter(|id| !id.trim().is_empty())))
    }
    fn describe(_: &str, _: &str, operation: &mut OperationBuilder<'_>) {
        let about = "The last `id` that you received. The stream resumes after it. Browsers send this header automatically.";
        operation.parameter_value("header", "Last-Event-ID", false, about, text());
    }
}
