//! What tests need of the real world: a private PostgreSQL, and the operating system's clock and randomness.
#![allow(clippy::unwrap_used, clippy::panic, reason = "only tests use it: a failure here is a failed test")]

pub mod postgres;
pub mod world;
