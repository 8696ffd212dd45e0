//! Tests of the order's rules.

mod examples;
mod offered;
mod reckoning;
mod stories;
mod world;
