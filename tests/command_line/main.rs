//! The program as its operator meets it: what it prints where, how it ends, and what its exit code means.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod admin;
mod data;
mod doctor;
mod logs;
mod pictures;
mod replay;
mod running;
mod secret;
mod settings;
mod settings_sources;
mod setup;
#[path = "../shop/mod.rs"]
mod shop;
mod starting;
mod stopping;
