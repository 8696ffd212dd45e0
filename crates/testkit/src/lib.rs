//! What tests need of the real world: private servers of PostgreSQL, NATS and HAProxy, the operating system's clock and
//! randomness, the program itself as a process that can be killed, and a plain HTTP client.
#![allow(clippy::unwrap_used, clippy::panic, reason = "only tests use it: a failure here is a failed test")]

pub mod certificates;
pub mod chromium;
pub mod clock;
pub mod disk;
pub mod folder;
pub mod haproxy;
pub mod hosts;
pub mod nats;
mod on_both;
pub mod plain;
pub mod plans;
pub mod port;
pub mod postgres;
pub mod processor;
pub mod proxy;
pub mod server;
pub mod signal;
pub mod split;
pub mod stream;
mod waiting;
pub mod world;

/// Whether the long forms of the tests are asked for, as `cargo xtask test --long` does: `ORDO_LONG` says so.
pub fn is_long() -> bool {
    std::env::var_os("ORDO_LONG").is_some()
}
