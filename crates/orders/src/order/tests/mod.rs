//! Tests of the order's rules.

mod examples;
mod reckoning;
mod stories;
mod world;
