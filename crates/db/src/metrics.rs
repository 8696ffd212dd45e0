//! What is counted of databases.

use kernel::metrics::{Counter, Gauge, Metric, UnlabelledCounter};

/// Statements that were given to an engine.
pub(crate) static STATEMENTS: UnlabelledCounter = UnlabelledCounter::new(
    "ordo_statements_total",
    "Statements that databases were given, of reads and of transactions.",
);

/// What lists read, by where.
pub(crate) static LIST_READS: Counter = Counter::new(
    "ordo_list_reads_total",
    "Statements of lists, where a replica is set: those that it answered, and those that the primary did.",
    &["service", "from"],
);

/// Whether lists are read on the replica.
pub(crate) static REPLICA_USED: Gauge =
    Gauge::new("ordo_read_replica_used", "Whether lists are read on the replica now.", &["service"]);

/// How far a replica is behind.
pub(crate) static LAG: Gauge = Gauge::new(
    "ordo_read_replica_lag_milliseconds",
    "How old the newest state of the primary is that the replica has reached.",
    &["service"],
);

/// All of them.
pub static ALL: [&dyn Metric; 4] = [&STATEMENTS, &LIST_READS, &REPLICA_USED, &LAG];
