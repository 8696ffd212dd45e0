//! The service as others meet it: events come in by bus and feed, mails and the log go out by its endpoints.
//! Each test runs on both engines; the other services are small routers built from the same contracts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[macro_use(on_both)]
extern crate testkit;

mod audit;
mod audit_reports;
mod catching_up;
mod forgotten;
mod happenings;
mod keeping;
mod limits;
mod log;
mod mails;
mod news;
mod order_of_emails;
mod others;
mod plans;
mod statements;
mod strangers;
mod streams;
mod waiting;
mod world;
