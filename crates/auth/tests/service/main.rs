//! The service as others meet it, through its router, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[macro_use]
mod on_both;

mod accounts;
mod admins;
mod audit;
mod authority;
mod journey;
mod keys;
mod login;
mod refresh;
mod revocations;
mod setup;
mod statements;
mod sweeping;
mod tokens;
mod world;
