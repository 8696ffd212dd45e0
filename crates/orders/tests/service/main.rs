//! The service as others meet it, through its router, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[macro_use]
mod on_both;

mod auditing;
mod cancelling;
mod correcting;
mod drafting;
mod fakes;
mod fate;
mod free_text;
mod fulfilling;
mod hearing;
mod holding;
mod losing;
mod paying;
mod placing;
mod racing;
mod reading;
mod refusing;
mod statements;
mod targeting;
mod world;
