//! The service as others meet it: through its router, by the typed client, with the simulated provider beside
//! it, on both engines; and the rules by themselves.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[macro_use(on_both)]
extern crate testkit;

mod another_card;
mod asked;
mod busy;
mod closing;
mod crash;
mod endpoints;
mod free_text;
mod honest;
mod journal;
mod key_life;
mod keys;
mod manual;
mod paying;
mod plans;
mod random;
mod refunds;
mod repeated_orders;
mod repeats;
mod restored;
mod rules;
mod scripted;
mod simulated;
mod statements;
mod tokens;
mod unknown_charges;
mod unreachable;
mod webhooks;
mod who;
mod withdrawing;
mod world;
