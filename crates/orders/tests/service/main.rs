//! The service as others meet it, through its router, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[macro_use(on_both)]
extern crate testkit;

mod allowed_actions;
mod attention;
mod audit;
mod basket_placement;
mod baskets;
mod cancellation;
mod draft_placement;
mod drafts;
mod edits;
mod facades;
mod fakes;
mod free_text;
mod fulfilments;
mod guests;
mod holds;
mod invalid_requests;
mod languages;
mod limits;
mod lost_commits;
mod lost_reservations;
mod notes;
mod payment_updates;
mod payments;
mod placement;
mod placement_outcomes;
mod plans;
mod races;
mod reading;
mod refunds;
mod retry_on_conflict;
mod sales_totals;
mod searching;
mod searching_many;
mod sending;
mod settling;
mod slips;
mod statements;
mod target_status;
mod undecided;
mod world;
