//! The service as others meet it: orders reserves and tells its totals, staff keep the catalogue and the stock. Each
//! test runs on both engines; orders is a small service built from the same contracts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[macro_use(on_both)]
extern crate testkit;

mod audit;
mod catalogue;
mod crowd;
mod edits;
mod events;
mod figures;
mod fitting;
mod lists;
mod machine;
mod orders;
mod plans;
mod question;
mod replays;
mod reserving;
mod spelling;
mod statements;
mod stock;
mod unpaid;
mod world;
