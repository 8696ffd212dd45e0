//! The server side of the declarations in the crate `endpoint`: one straight way from a request to its response.
//!
//! [`Api`] turns handlers into a router that authenticates, authorizes, limits, reads, runs and answers;
//! [`serve`] puts a router on a socket. Who calls is told by [`TokenVerifier`].

pub mod admission;
mod api;
mod arrival;
mod aside;
mod barrier;
mod call;
mod cidr;
mod client;
mod client_connections;
mod cursor;
mod ending;
mod exchange;
mod fingerprint;
mod flowing;
mod known;
pub mod meters;
mod named_host;
mod page;
mod reading;
mod refusal;
mod runner;
mod stalled;
pub mod token;
mod unread;
mod verify;
mod wire;

pub use admission::Admission;
pub use api::{Api, Limits, Shell};
pub use aside::{on_its_behalf, step_aside};
pub use barrier::Barrier;
pub use call::{Answered, Call, Who, allow};
pub use cidr::{BadCidr, Cidr};
pub use client::{CLIENT, network};
pub use client_connections::ClientLimits;
pub use cursor::Cursors;
pub use ending::Ending;
pub use endpoint::{Permission, Role};
pub use fingerprint::{Fingerprint, fingerprint};
pub use named_host::names_one_host;
pub use page::page;
pub use reading::{authenticate, identify, traceparent};
pub use refusal::{refuse, refuse_in_doubt, request_id};
pub use runner::{Door, NotDrained, Peer, ServerLimits, serve};
pub use token::{Authority, TokenVerifier};
pub use unread::why_broken;
pub use verify::{ShownSession, Unverified, Verify};
