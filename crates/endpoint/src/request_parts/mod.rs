//! The parts of a request: path, query, headers and body.

mod body;
mod body_errors;
mod headers;
mod nuls;
mod path;
mod place;
mod query;
mod query_deserializer;
mod raw;
mod strict_json;

pub use body::{Body, read_json};
pub(crate) use headers::IDEMPOTENCY_KEY;
pub use headers::{IdempotencyKey, IfMatch, IfNoneMatch, LastEventId, OptionalIdempotencyKey};
pub use path::Path;
pub(crate) use place::push_name;
pub use query::{PageParams, Query};
pub use raw::Raw;

use crate::{FieldError, openapi::OperationBuilder};
use bytes::Bytes;
use http::HeaderMap;
use kernel::Currency;

/// A request that is being written.
#[derive(Debug, Default)]
pub struct Outgoing {
    /// The path, whose `{names}` are replaced one by one.
    pub path: String,
    /// The query, without its question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, if there is one.
    pub body: Option<Bytes>,
}

impl Outgoing {
    pub(crate) fn add_query(&mut self, pairs: &str) {
        if !self.query.is_empty() && !pairs.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(pairs);
    }
}

/// A request that is being read.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// The decoded values of the path's `{names}`.
    pub path: &'a [(String, String)],
    /// The query, without its question mark.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a Bytes,
    /// Whether unknown members are rejected. Public routes reject them; internal ones accept them from newer callers.
    pub strict: bool,
    /// The shop's currency, if the service knows it. Amounts are then validated together with all other members.
    pub currency: Option<Currency>,
}

/// A field of a request that defines how it is transferred.
pub trait RequestPart: Sized {
    /// Whether it is the body.
    const BODY: bool = false;
    /// Whether it is the raw body, regardless of its content type.
    const RAW: bool = false;
    /// Whether it is a required Idempotency-Key.
    const KEYED: bool = false;
    /// Whether it is an Idempotency-Key, required or optional.
    const TAKES_KEY: bool = Self::KEYED;
    /// Whether it is an If-Match.
    const TAKES_ETAG: bool = false;
    /// Writes the part; `name` is the name of the field.
    fn write(&self, name: &str, out: &mut Outgoing);
    /// Reads the part.
    ///
    /// # Errors
    /// All errors in the part.
    fn read(name: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>>;
    /// Describes the part; `about` is the doc comment of the field.
    fn describe(name: &str, about: &str, operation: &mut OperationBuilder<'_>);
}

/// Reads a part and collects its errors. Used by the derive.
pub fn read_part<P: RequestPart>(
    name: &str,
    incoming: &Incoming<'_>,
    faults: &mut Vec<FieldError>,
) -> Option<P> {
    P::read(name, incoming).map_err(|found| faults.extend(found)).ok()
}

/// The code of the error for an invalid ID in a path. The response is then 404, not 400.
pub const NO_SUCH_ID: &str = "no_such_id";

/// U+0000 as encoded in a query.
pub(crate) const NUL_ENCODED: &str = "%00";

/// Returns the error for a string with U+0000: PostgreSQL cannot store it, and other systems truncate the string there.
pub(crate) fn nul(pointer: String) -> FieldError {
    FieldError::invalid(pointer, "the character U+0000 is not allowed")
}

/// Converts a message of serde to a code and a text without the caller's own values and without a position, because the
/// pointer has the position.
pub(crate) fn in_words(error: &str) -> (&'static str, String) {
    let error = error.rsplit_once(" at line ").map_or(error, |(words, _)| words);
    // the last occurrence, because a found string can contain these words
    if let Some((found, expected)) = error.rsplit_once(", expected ") {
        return match in_json(expected) {
            whole @ (WHOLE | WHOLE_FROM_0) if is_too_far(found) => {
                ("range", format!("{whole} within the supported range is expected"))
            }
            expected => ("invalid", format!("{expected} is expected")),
        };
    }
    match error {
        _ if error.starts_with("missing field") => ("required", "this member is required".into()),
        _ if error.starts_with("duplicate field") => ("duplicate", "this is sent twice".into()),
        _ => ("invalid", error.to_owned()),
    }
}

pub(crate) const WHOLE: &str = "a whole number";
const WHOLE_FROM_0: &str = "a whole number of at least 0";

/// Returns whether serde found a whole number where it expected one, so that the number is out of range. JSON parsers
/// represent a number that does not fit into 64 bits as a floating-point number.
fn is_too_far(found: &str) -> bool {
    let with_point =
        found.strip_prefix("invalid type: floating point `").and_then(|rest| rest.strip_suffix('`'));
    let is_beyond = |text: &str| text.parse().is_ok_and(|number: f64| number.abs() >= BEYOND_64_BITS);
    found.starts_with("invalid value: integer ") || with_point.is_some_and(is_beyond)
}
const BEYOND_64_BITS: f64 = 9_223_372_036_854_775_808.0;

/// Returns whether a string is a whole number of any size.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Converts the name of a Rust type in a serde message to that of a JSON type.
fn in_json(expected: &str) -> &str {
    match expected {
        "i8" | "i16" | "i32" | "i64" | "i128" => WHOLE,
        "u8" | "u16" | "u32" | "u64" | "u128" => WHOLE_FROM_0,
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        _ if expected.starts_with("struct ") => "an object",
        _ => expected,
    }
}

/// Returns the name in "missing field `name`" and "duplicate field `name`".
pub(crate) fn named_field(error: &str) -> Option<&str> {
    let rest = error.strip_prefix("missing field `").or_else(|| error.strip_prefix("duplicate field `"))?;
    rest.split_once('`').map(|(name, _)| name)
}
