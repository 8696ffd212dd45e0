//! What is counted of databases.

use kernel::meter::{Meter, Tally};

/// Statements that were given to an engine.
pub(crate) static STATEMENTS: Tally = Tally::new(
    "ordo_statements_total",
    "Statements that databases were given, of reads and of transactions.",
);

/// All of them.
pub static ALL: [&dyn Meter; 1] = [&STATEMENTS];
