//! Endpoints, each declared once as the type of its request.
//!
//! The fields of the struct are its *parts*: the type of each says how it is transferred. The server's route
//! (crate `ordo-http`), the typed [`client`] and the operation in the [`openapi`] document are derived from this
//! one declaration, so that they cannot diverge.
//!
//! ```
//! use endpoint::*;
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//!
//! /// Renames a teapot.
//! ///
//! /// A retry with the same key has no further effect.
//! #[derive(Debug, Endpoint)]
//! #[endpoint(post = "/v1/teapots/{id}/name", scope = Staff(Products), reply = Json<Teapot>, error = RenameError)]
//! pub struct RenameTeapot {
//!     pub id: Path<u32>,
//!     pub key: IdempotencyKey,
//!     pub name: Body<NewName>,
//! }
//!
//! #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
//! pub struct NewName { pub name: String }
//! impl ValidateRequest for NewName {}
//!
//! #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
//! pub struct Teapot { pub id: u32, pub name: String }
//!
//! #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
//! #[serde(tag = "code", rename_all = "snake_case")]
//! pub enum RenameError {
//!     /// The name is already in use.
//!     /// Choose another name.
//!     #[status(409)]
//!     NameTaken { by: u32 },
//! }
//!
//! assert_eq!(RenameTeapot::ROUTE.name, "rename_teapot");
//! assert_eq!(RenameError::ROWS[0].code, "name_taken");
//! ```
//!
//! This crate does not serve requests. A handler returns a [`Reply`] or a [`HandlerError`].

// the derives refer to this crate as `::endpoint`, also when it uses them itself
extern crate self as endpoint;

pub mod client;
mod common_errors;
#[cfg(doctest)]
mod compile_fail;
pub mod connection_pool;
mod context;
mod declaration;
pub mod etag;
mod events;
mod field_error;
mod forbidden_reason;
mod handler_error;
pub mod http_transport;
pub mod mutual_tls;
pub mod openapi;
mod problem;
mod reply;
mod request_parts;
mod response;
mod retry_advice;
mod retry_on_conflict;
mod scope;
pub mod transport;
mod unauthenticated_reason;
mod validate;

pub use common_errors::CommonError;
pub use context::{Context, new_request_id, new_traceparent};
pub use declaration::{Endpoint, EndpointInfo, Route};
pub use endpoint_macros::{ApiError, Endpoint};
pub use events::{EVENT_STREAM, Events, StreamItem};
pub use field_error::{
    FAULTS, FAULTS_BYTES_MAX, FAULTS_COLLECTED_MAX, FAULTS_LISTED_MAX, FAULTS_OMITTED, FieldError,
    FieldErrorKind, Pointers, bound_faults,
};
pub use forbidden_reason::ForbiddenReason;
pub use handler_error::HandlerError;
pub use http;
pub use problem::{ApiError, ErrorSpec, NoErrors, Problem, ProblemSet};
pub use reply::{
    Accepted, Conditional, Created, CreatedWithoutEtag, Json, NoContent, Page, Payload, Reply, WithEtag,
};
pub use request_parts::{
    Body, IdempotencyKey, IfMatch, IfNoneMatch, Incoming, LastEventId, NO_SUCH_ID, OptionalIdempotencyKey,
    Outgoing, PageParams, Path, Query, Raw, RequestPart, read_json, read_part,
};
pub use response::{BufferedResponse, CorruptStoredResponse, StreamedResponse, WireResponse};
pub use retry_advice::RetryAdvice;
pub use retry_on_conflict::{repeat_known, retry_on_conflict};
pub use scope::{Permission, Role, Scope};
pub use unauthenticated_reason::UnauthenticatedReason;
pub use validate::{
    BLANK, CHANGES_NOTHING, NO_SUCH_COUNTRY, POSTAL_CODE_MISSING, TextPattern, ValidateRequest, at_entry,
    garde,
};
