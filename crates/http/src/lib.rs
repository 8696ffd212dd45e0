//! The server side of the declarations in the crate `endpoint`: from a request to its response.
//!
//! [`Api`] turns handlers into a router that authenticates, authorizes, limits, parses, runs and responds; [`serve`] binds
//! a router to a socket. [`TokenVerifier`] authenticates callers.

pub mod admission;
mod api;
mod arrival;
mod aside;
mod barrier;
mod call;
mod cidr;
mod client_address;
mod client_connections;
mod conditional_get;
mod connection;
mod cursor;
mod dispatch;
mod fingerprint;
pub mod metrics;
mod named_host;
mod page;
mod problem_response;
mod request_reader;
mod server;
mod shutdown;
mod streaming_body;
pub mod token;
mod unread_body;
mod verify;
mod write_timeout;

pub use admission::Admission;
pub use api::{Api, ApiContext, RequestLimits};
pub use aside::{on_its_behalf, step_aside};
pub use barrier::Barrier;
pub use call::{Call, HandlerResult, Principal, allow};
pub use cidr::{BadCidr, Cidr};
pub use client_address::{CLIENT, network};
pub use client_connections::ClientLimits;
pub use cursor::Cursors;
pub use endpoint::{Permission, Role};
pub use fingerprint::{Fingerprint, fingerprint};
pub use named_host::names_one_host;
pub use page::page;
pub use problem_response::{refuse, refuse_in_doubt, request_id};
pub use request_reader::{authenticate, identify, traceparent};
pub use server::{DrainTimeout, Peer, ServerConfig, ServerLimits, serve};
pub use shutdown::ShutdownSignal;
pub use token::{Authority, TokenVerifier};
pub use unread_body::why_broken;
pub use verify::{ShownSession, Verify, VerifyError};
