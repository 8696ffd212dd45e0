//! Raw requests, whose signature covers each byte of the body.

use super::{Incoming, Outgoing, RequestPart};
use crate::{FieldError, openapi::OperationBuilder};
use bytes::Bytes;
use http::HeaderMap;

/// All headers, and the body regardless of its content type. The size limit is that of other bodies, and compression is not
/// accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Raw {
    /// The headers, some of which contain the signature.
    pub headers: HeaderMap,
    /// The signed bytes.
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
    fn describe(_: &str, about: &str, operation: &mut OperationBuilder<'_>) {
        operation.raw_body(about);
    }
}
