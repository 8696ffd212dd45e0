//! The gateway as the world meets it: everything goes through its router, with small services behind it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod browsers;
mod compressed;
mod failing;
mod pages;
mod passing;
mod people;
mod pictures;
mod proxied;
mod readiness;
mod requests;
mod shares;
mod throttled;
mod world;
