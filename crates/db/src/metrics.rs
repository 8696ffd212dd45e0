//! Metrics of databases.

use kernel::metrics::{Counter, Gauge, Metric, UnlabelledCounter};

/// Statements sent to an engine.
pub(crate) static STATEMENTS: UnlabelledCounter = UnlabelledCounter::new(
    "ordo_statements_total",
    "Statements sent to databases, in reads and in transactions.",
);

/// Reads of lists, by server.
pub(crate) static LIST_READS: Counter = Counter::new(
    "ordo_list_reads_total",
    "Statements of lists if a replica is configured, by the server that answered them: replica or primary.",
    &["service", "from"],
);

/// Whether lists are read from the replica.
pub(crate) static REPLICA_USED: Gauge =
    Gauge::new("ordo_read_replica_used", "Whether lists are currently read from the replica.", &["service"]);

/// The lag of a replica.
pub(crate) static LAG: Gauge = Gauge::new(
    "ordo_read_replica_lag_milliseconds",
    "Age of the newest state of the primary that the replica has reached.",
    &["service"],
);

/// All metrics.
pub static ALL: [&dyn Metric; 4] = [&STATEMENTS, &LIST_READS, &REPLICA_USED, &LAG];
