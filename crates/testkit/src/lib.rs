//! What tests need of the environment: private servers of PostgreSQL, NATS and HAProxy, the operating system's clock and
//! randomness, the program itself as a process that can be killed, and a plain HTTP client.
#![allow(clippy::unwrap_used, clippy::panic, reason = "only tests use it: a failure here is a failed test")]

mod both_engines;
pub mod certificates;
pub mod chromium;
pub mod clock;
pub mod cpu_time;
pub mod disk;
pub mod distributed;
pub mod haproxy;
pub mod hosts;
pub mod http_client;
pub mod nats;
pub mod one_file;
pub mod part;
mod poll_until;
pub mod port;
pub mod postgres;
pub mod power;
pub mod provider;
pub mod proxy;
pub mod query_plans;
pub mod real_env;
pub mod server;
pub mod signal;
pub mod stream;
pub mod syncs;
pub mod temp_dir;

/// Whether the long forms of the tests are asked for, as `cargo xtask test --long` does: `TEST_LONG` says so.
pub fn is_long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

/// What a test draws its random choices by: the number in `TEST_SEED`, which repeats a run, or a new one below a million.
pub fn seed() -> u64 {
    match std::env::var("TEST_SEED") {
        Ok(seed) => seed.parse().expect("TEST_SEED is a number"),
        Err(_) => real_env::env().random_u64() % 1_000_000,
    }
}
