//! The service as others meet it, through its router, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[macro_use(on_both)]
extern crate testkit;

mod accounts;
mod addresses;
mod admins;
mod api_keys;
mod audit;
mod authority;
mod editing;
mod emails;
mod facades;
mod finding;
mod journey;
mod keys;
mod login;
mod passwords;
mod plans;
mod races;
mod refresh;
mod retry_on_conflict;
mod revocations;
mod searching_many;
mod sessions;
mod setup;
mod statements;
mod sweeping;
mod tokens;
mod world;
