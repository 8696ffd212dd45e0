//! A shop of many processes: each service by itself, some of them twice, on PostgreSQL and NATS, behind two gateways.
//! What holds of a shop in one process holds of it too, while parts of it are killed, stopped or away.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod apart;
mod audited;
mod away;
#[allow(dead_code, reason = "what is looked at here is one page")]
#[path = "../web/browser.rs"]
mod browser;
mod clocks;
mod cut_off;
mod doctor;
mod doors;
mod drill;
#[allow(dead_code, reason = "what is written down is written elsewhere")]
#[path = "../dumps/mod.rs"]
mod dumps;
mod expanded;
mod faults;
mod frozen;
mod guarded;
mod keys;
mod killed;
mod last_piece;
mod letters;
mod logged;
mod metered;
mod migrating;
mod moved;
mod named;
mod older;
mod operations;
mod ports;
mod replica;
mod roles;
mod rolling;
mod sealed;
#[path = "../shop/mod.rs"]
mod shop;
mod slow;
mod starting;
mod streams;
mod tour;
mod wires;
mod world;
