//! Headers that mean something to an endpoint.

use super::{Incoming, Outgoing, RequestPart};
use crate::{CommonError, FieldError, etag, openapi::Operation};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Value, json};

/// The name of the idempotency key's header.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const KEY_LENGTH_MAX: usize = 255;
/// The name of the header by which whoever listens to events says which was the last.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The Idempotency-Key, which must be sent: the same key never has a second effect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdempotencyKey(pub String);

/// The Idempotency-Key, where one was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OptionalIdempotencyKey(pub Option<String>);

/// The ETags of which the resource must still have one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IfMatch(pub Option<String>);

/// The ETags that the caller has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IfNoneMatch(pub Option<String>);

/// The id of the last event that the caller has, where it comes back to a stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LastEventId(pub Option<String>);

impl LastEventId {
    /// What to answer where it names no place of this stream.
    pub fn unknown() -> CommonError {
        let detail = "send an id of this stream, as it came with the same filters, or none to begin anew";
        CommonError::InvalidRequest { errors: fault(&LAST_EVENT_ID, "invalid", detail) }
    }
}

impl IfMatch {
    /// Whether a change may be made to what is now `current`; without the header it may.
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
    /// Like [`IfMatch::allows`], for changes that must not be made blindly.
    ///
    /// # Errors
    /// [`CommonError::PreconditionRequired`] without the header, and [`CommonError::PreconditionFailed`].
    pub fn demands(&self, current: &str) -> Result<(), CommonError> {
        self.0.as_ref().ok_or(CommonError::PreconditionRequired)?;
        self.allows(current)
    }
}

/// All values of a header, as one list.
fn list(name: HeaderName, headers: &HeaderMap) -> Result<Option<String>, Vec<FieldError>> {
    let values: Result<Vec<&str>, _> = headers.get_all(&name).iter().map(HeaderValue::to_str).collect();
    let values = values.map_err(|_| fault(&name, "invalid", "printable ASCII is expected"))?;
    Ok((!values.is_empty()).then(|| values.join(", ")))
}

fn fault(name: &HeaderName, code: &str, detail: &str) -> Vec<FieldError> {
    vec![FieldError::new(format!("#{}", title_case(name)), code, detail)]
}

/// `idempotency-key` as people write it.
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

/// A value that no header can carry is left out, and the server asks for it.
fn write(name: HeaderName, value: Option<&String>, out: &mut Outgoing) {
    if let Some(value) = value.and_then(|v| HeaderValue::from_str(v).ok()) {
        out.headers.insert(name, value);
    }
}

fn describe_key(required: bool, operation: &mut Operation<'_>) {
    let schema =
        json!({"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX, "pattern": "^[!-~]+$"});
    let about = "A name of your choice for this request, such as a UUID. The same key never has a second effect on the same path.";
    operation.parameter_value("header", "Idempotency-Key", required, about, schema);
}

/// What [`list`] reads.
fn text() -> Value {
    json!({"type": "string", "pattern": "^[\\t -~]*$"})
}

/// What [`etags`] reads.
fn etags_schema() -> Value {
    let tag = r#"(W/)?"[!#-~]*""#;
    json!({"type": "string", "minLength": 1, "pattern": format!(r"^[\t ]*(\*|{tag}([\t ]*,[\t ]*{tag})*)[\t ]*$")})
}

/// ETags in quotation marks, or a star (RFC 9110, 13.1.1).
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
    fn describe(_: &str, _: &str, operation: &mut Operation<'_>) {
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
    fn describe(_: &str, _: &str, operation: &mut Operation<'_>) {
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
    fn describe(_: &str, _: &str, operation: &mut Operation<'_>) {
        let about = "The ETag that you read: the change is made only to what still has it. Of a product the half counts that is changed.";
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
    fn describe(_: &str, _: &str, operation: &mut Operation<'_>) {
        let about = "The ETag that you have: 304 if it is still the right one.";
        operation.parameter_value("header", "If-None-Match", false, about, text());
    }
}

impl RequestPart for LastEventId {
    fn write(&self, _: &str, out: &mut Outgoing) {
        write(LAST_EVENT_ID, self.0.as_ref(), out);
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>> {
        // a browser that has seen no id yet may send an empty one
        let last = list(LAST_EVENT_ID, incoming.headers)?;
        Ok(LastEventId(last.filter(|id| !id.trim().is_empty())))
    }
    fn describe(_: &str, _: &str, operation: &mut Operation<'_>) {
        let about = "The `id` that came last: the stream goes on behind it. Browsers send it by themselves.";
        operation.parameter_value("header", "Last-Event-ID", false, about, text());
    }
}
