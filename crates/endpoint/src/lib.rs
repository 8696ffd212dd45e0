//! An endpoint declared once, as the type of its request.
//!
//! The struct's fields are its *parts*: each says by its type where it travels. From this one declaration
//! come the server's route (crate `ordo-http`), the typed [`client`] and the operation of the
//! [`openapi`] document, so that they cannot drift apart.
//!
//! ```
//! use endpoint::*;
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//!
//! /// Renames a teapot.
//! ///
//! /// The same key never renames it twice.
//! #[derive(Debug, Endpoint)]
//! #[endpoint(post = "/v1/teapots/{id}/name", scope = Staff(Products), reply = Json<Teapot>, error = RenameError)]
//! pub struct RenameTeapot {
//!     pub id: Path<u32>,
//!     pub key: Key,
//!     pub name: Body<NewName>,
//! }
//!
//! #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
//! pub struct NewName { pub name: String }
//! impl Check for NewName {}
//!
//! #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
//! pub struct Teapot { pub id: u32, pub name: String }
//!
//! #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
//! #[serde(tag = "code", rename_all = "snake_case")]
//! pub enum RenameError {
//!     /// Another teapot has that name.
//!     /// Choose another username.
//!     #[status(409)]
//!     NameTaken { by: u32 },
//! }
//!
//! assert_eq!(RenameTeapot::ROUTE.name, "rename_teapot");
//! assert_eq!(RenameError::ROWS[0].code, "name_taken");
//! ```
//!
//! Nothing in here serves; what a handler answers is a [`Reply`] or a [`Fail`].

// the derives name this crate `::endpoint`, also when it uses them itself
extern crate self as endpoint;

mod answer;
mod barred;
mod check;
pub mod client;
pub mod connections;
mod context;
mod declaration;
mod doubt;
pub mod etag;
mod events;
mod fail;
mod fault;
pub mod mutual;
pub mod openapi;
mod parts;
mod problem;
mod refusals;
#[cfg(doctest)]
mod refused;
mod repeat;
mod reply;
mod scope;
pub mod transport;
mod unproved;

pub use answer::{Answer, Flow, NotAnAnswer, Written};
pub use barred::Barred;
pub use check::{BLANK, CHANGES_NOTHING, Check, Form, NO_SUCH_COUNTRY, POSTAL_CODE_MISSING, at_entry, garde};
pub use context::{Context, new_request_id, new_traceparent};
pub use declaration::{Endpoint, Listing, Route};
pub use doubt::Doubt;
pub use endpoint_macros::{ApiError, Endpoint};
pub use events::{EVENT_STREAM, Events, Sent};
pub use fail::Fail;
pub use fault::{
    FAULTS, FAULTS_BYTES_MAX, FAULTS_COLLECTED_MAX, FAULTS_LISTED_MAX, FAULTS_OMITTED, Fault, FaultRow,
    Pointers, bound_faults,
};
pub use http;
pub use parts::{
    Body, IfMatch, IfNoneMatch, Incoming, Key, LastEventId, MaybeKey, NO_SUCH_ID, Outgoing, Part, Path,
    Query, Raw, Slice, read_json, read_part,
};
pub use problem::{ApiError, ErrorRow, Nothing, Problem, Rows};
pub use refusals::Common;
pub use repeat::{repeat, repeat_known};
pub use reply::{Accepted, Created, Done, Fresh, Json, Made, Page, Payload, Reply, Tagged};
pub use scope::{Permission, Role, Scope};
pub use unproved::Unproved;
