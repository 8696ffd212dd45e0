//! The service as others meet it, through its router, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[macro_use(on_both)]
extern crate testkit;

mod attention;
mod auditing;
mod basket_placing;
mod baskets;
mod beginning_again;
mod cancelling;
mod correcting;
mod draft_placing;
mod drafting;
mod facades;
mod fakes;
mod fate;
mod free_text;
mod fulfilling;
mod guests;
mod hearing;
mod holding;
mod limits;
mod losing;
mod missing;
mod noting;
mod offering;
mod paying;
mod placing;
mod plans;
mod racing;
mod reading;
mod refunding;
mod refusing;
mod searching;
mod searching_many;
mod sending;
mod settling;
mod slips;
mod speaking;
mod statements;
mod summing;
mod targeting;
mod undecided;
mod world;
