//! Where the fields of a request travel: path, query, headers, body.

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

use crate::{FieldError, openapi::Operation};
use bytes::Bytes;
use http::HeaderMap;
use kernel::Currency;

/// A request being written.
#[derive(Debug, Default)]
pub struct Outgoing {
    /// The path, whose `{names}` are replaced one by one.
    pub path: String,
    /// The query, without its question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, where there is one.
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

/// A request being read.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// The values of the path's `{names}`, decoded.
    pub path: &'a [(String, String)],
    /// The query, without its question mark.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a Bytes,
    /// Refuse members that are not known. Public routes do; internal ones let newer callers send more.
    pub strict: bool,
    /// The shop's currency, where the service knows it: amounts are checked with all else.
    pub currency: Option<Currency>,
}

/// A field of a request that knows where it travels.
pub trait RequestPart: Sized {
    /// It is the body.
    const BODY: bool = false;
    /// It is the body as it came, whatever its content type.
    const RAW: bool = false;
    /// It is an Idempotency-Key that must be sent.
    const KEYED: bool = false;
    /// It is an Idempotency-Key, be it one that must be sent or one that may.
    const TAKES_KEY: bool = Self::KEYED;
    /// It is an If-Match.
    const TAKES_ETAG: bool = false;
    /// Writes it; `name` is the field's.
    fn write(&self, name: &str, out: &mut Outgoing);
    /// Reads it.
    ///
    /// # Errors
    /// All that is wrong with it.
    fn read(name: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>>;
    /// Describes it; `about` is the comment on the field.
    fn describe(name: &str, about: &str, operation: &mut Operation<'_>);
}

/// Reads a part, and keeps its faults; for the derive.
pub fn read_part<P: RequestPart>(
    name: &str,
    incoming: &Incoming<'_>,
    faults: &mut Vec<FieldError>,
) -> Option<P> {
    P::read(name, incoming).map_err(|found| faults.extend(found)).ok()
}

/// What a fault of an id in a path is called: the answer is 404, not 400.
pub const NO_SUCH_ID: &str = "no_such_id";

/// U+0000 as a query writes it.
pub(crate) const NUL_ENCODED: &str = "%00";

/// No text holds U+0000: PostgreSQL cannot keep it, and elsewhere a text would end there.
pub(crate) fn nul(pointer: String) -> FieldError {
    FieldError::invalid(pointer, "the character U+0000 is not allowed")
}

/// What serde says, without the caller's own values and without a position: the pointer tells where.
pub(crate) fn in_words(error: &str) -> (&'static str, String) {
    let error = error.rsplit_once(" at line ").map_or(error, |(words, _)| words);
    // the last one: what was found may be a text with these words in it
    if let Some((found, expected)) = error.rsplit_once(", expected ") {
        return match in_json(expected) {
            whole @ (WHOLE | WHOLE_FROM_0) if is_too_far(found) => {
                ("range", format!("{whole} is expected, and not one beyond all that is possible"))
            }
            expected => ("invalid", format!("{expected} is expected")),
        };
    }
    match error {
        _ if error.starts_with("missing field") => ("required", "this member is required".into()),
        _ if error.starts_with("duplicate field") => ("duplicate", "this is given twice".into()),
        _ => ("invalid", error.to_owned()),
    }
}

const WHOLE: &str = "a whole number";
const WHOLE_FROM_0: &str = "a whole number from 0 on";

/// Whether serde has found a whole number, where it expected one: then this one is too large or too small. JSON's readers
/// take what has no place among 64 bits for a number with a point.
fn is_too_far(found: &str) -> bool {
    let with_point =
        found.strip_prefix("invalid type: floating point `").and_then(|rest| rest.strip_suffix('`'));
    let is_beyond = |text: &str| text.parse().is_ok_and(|number: f64| number.abs() >= BEYOND_64_BITS);
    found.starts_with("invalid value: integer ") || with_point.is_some_and(is_beyond)
}
const BEYOND_64_BITS: f64 = 9_223_372_036_854_775_808.0;

/// Whether a text is a whole number, however large.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// What serde calls by its name in Rust, as JSON calls it.
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

/// The name in "missing field `name`" and "duplicate field `name`".
pub(crate) fn named_field(error: &str) -> Option<&str> {
    let rest = error.strip_prefix("missing field `").or_else(|| error.strip_prefix("duplicate field `"))?;
    rest.split_once('`').map(|(name, _)| name)
}
