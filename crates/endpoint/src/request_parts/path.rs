//! Values in the path.

use super::{Incoming, NO_SUCH_ID, Outgoing, RequestPart};
use crate::{FieldError, openapi::OperationBuilder};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use std::{fmt::Display, str::FromStr};

/// The characters that are escaped in a path: all that RFC 3986 reserves, and dots, because a segment can consist of dots.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

/// The `{name}` of the path with the same name as the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path<T>(pub T);

impl<T: FromStr + Display + JsonSchema> RequestPart for Path<T> {
    fn write(&self, name: &str, out: &mut Outgoing) {
        let value = self.0.to_string();
        let safe = utf8_percent_encode(&value, ESCAPED).to_string();
        out.path = out.path.replacen(&format!("{{{name}}}"), &safe, 1);
    }
    fn read(name: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>> {
        let value = incoming.path.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value);
        value.parse().map(Path).map_err(|_| vec![FieldError::new("", NO_SUCH_ID, "this ID is unknown")])
    }
    fn describe(name: &str, about: &str, operation: &mut OperationBuilder<'_>) {
        operation.parameter::<T>("path", name, true, about);
    }
}
