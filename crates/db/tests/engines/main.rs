//! One suite for both engines, and for each the faults that only it has.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and need tasks that they can abort"
)]

#[macro_use]
mod on_both;

mod cancellation;
mod changes;
mod constraints;
mod migrations;
mod moments;
mod plans;
mod postgres_faults;
mod postgres_replica;
mod postgres_tls;
mod probe;
mod sqlite_accepted_damage;
mod sqlite_barrier;
mod sqlite_close;
mod sqlite_copy;
mod sqlite_damage_watch;
mod sqlite_faults;
mod sqlite_groups;
mod sqlite_join;
mod sqlite_namespaces;
mod sqlite_pages;
mod statements;
mod transactions;
