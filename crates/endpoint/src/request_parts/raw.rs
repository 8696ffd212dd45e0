//! A request as it came: what signs it signs each of its bytes.

use super::{Incoming, Outgoing, RequestPart};
use crate::{FieldError, openapi::Operation};
use bytes::Bytes;
use http::HeaderMap;

/// All headers, and the body whatever its content type. It is as large as any other body may be, and is not compressed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Raw {
    /// The headers, of which some hold the signature.
    pub headers: HeaderMap,
    /// The bytes that were signed.
    pub body: Bytes,
}

impl RequestPart for Raw {
    const BODY: bool = true;
    const RAW: bool = true;
    fn write(&self, _: &str, out: &mut Outgoing) {
        out.headers.extend(self.headers.clone());
        out.body = Some(self.body.clone());
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>> {
        Ok(Raw { headers: incoming.headers.clone(), body: incoming.body.clone() })
    }
    fn describe(_: &str, about: &str, operation: &mut Operation<'_>) {
        operation.raw_body(about);
    }
}
