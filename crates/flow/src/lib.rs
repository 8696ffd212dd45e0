//! The event flow of a service: outbox, publisher, consumers, timers and idempotency keys.
//!
//! The event row that is written with a change *is* the outbox and the journal ([`journal`]). One publisher gives
//! committed events their positions and sends them ([`publisher`]). Consumers process what the bus delivers, read the
//! producer's feed for what is missing ([`consumer`]), and stop where the feed lacks events that they have already consumed
//! ([`position`]). One replica at a time holds the lease for a producer (`consumer_lease`).
//!
//! Work for later is a row with a due time ([`timer`]); due times move back with a clock that was ahead
//! (`clock_recovery`). A client's idempotency key is bound in the transaction of its effect ([`idempotency`]); stored
//! responses are deleted after a day ([`stored_response_cleanup`]). An event that cannot be processed becomes a dead letter
//! ([`dead_letters`]). The audit finds work that is stuck ([`audit`]); metrics show the backlog ([`metrics`]).
//! [`secret_fingerprint`] checks that all processes have the same secret. Idle loops poll less often ([`poll_backoff`]).

pub mod audit;
mod clock_recovery;
pub mod consumer;
mod consumer_lease;
pub mod dead_letters;
pub mod feed;
pub mod handler;
pub mod idempotency;
pub mod journal;
pub mod metrics;
pub mod poll_backoff;
pub mod position;
pub mod publisher;
mod reorder_buffer;
pub mod row_reader;
pub mod secret_fingerprint;
pub mod service;
pub mod service_status;
pub mod store;
pub mod stored_response_cleanup;
pub mod timer;

pub use consumer::Consumer;
pub use consumer_lease::ConsumerLeases;
pub use handler::{ConsumeError, Handler};
pub use idempotency::{Claim, KeyId};
pub use journal::{Cause, IMPORT, Journal};
pub use poll_backoff::PollBackoff;
pub use service::Service;
pub use timer::{DueTimer, Timer, Timers};

/// The tables of this crate: the first migration of every service.
pub const MIGRATION: db::Migration =
    db::Migration { name: "0001_flow", sql: include_str!("../migrations/0001_flow.sql") };
/// What came to them later: the last migrations of every service.
pub const MIGRATION_2: db::Migration =
    db::Migration { name: "0002_tried_since", sql: include_str!("../migrations/0002_tried_since.sql") };
/// And later still.
pub const MIGRATION_3: db::Migration =
    db::Migration { name: "0003_secret_print", sql: include_str!("../migrations/0003_secret_print.sql") };
/// When timers were set.
pub const MIGRATION_4: db::Migration =
    db::Migration { name: "0004_set_at", sql: include_str!("../migrations/0004_set_at.sql") };
/// How often dead letters were acted on again.
pub const MIGRATION_5: db::Migration =
    db::Migration { name: "0005_replays", sql: include_str!("../migrations/0005_replays.sql") };
/// Which event was consumed last of each feed.
pub const MIGRATION_6: db::Migration =
    db::Migration { name: "0006_consumed_event", sql: include_str!("../migrations/0006_consumed_event.sql") };
/// All of them, for a database that has nothing else.
pub const MIGRATIONS: [db::Migration; 6] =
    [MIGRATION, MIGRATION_2, MIGRATION_3, MIGRATION_4, MIGRATION_5, MIGRATION_6];
