//! What the service runs for others reads ranges of indexes, never a whole table, and sorts nothing.

use crate::world::World;
use testkit::plans::{self, May};

on_both!(no_statement_for_others_reads_a_whole_table);

const MAY: May = May {
    scan: &[
        // the audit, of all orders of some days
        "DIFFERENT",
        // its table is of one row
        "NEXT_NUMBER",
        "NUMBERS",
    ],
    sort: &[
        // the lines of one basket, and of one order's fulfilments
        "READ_BASKET",
        "FULFILMENTS_OF_ORDER",
        "BESIDE_ORDER",
        // those that it is given by name, or their lines
        "LINES_OF_MANY",
        "KEEP_STILL",
        "SOME_OF_IDS",
        "SOME_OF_IDS_DOWN",
    ],
    read: &[
        // an index that holds just what is asked for
        "SCAN orders USING INDEX orders_on_hold",
        "SCAN orders USING INDEX orders_undelivered",
        // what a subquery has found
        "SCAN f",
        "SCAN noted",
        // the words that are looked for, and those some that begin so
        "SCAN 8 CONSTANT ROWS",
        "SCAN asked",
        "SCAN kinds",
        "SCAN spelled",
        "SCAN allowed",
        // orders that are given by name
        "SCAN named",
    ],
};

async fn no_statement_for_others_reads_a_whole_table(world: World) {
    let found = plans::wasteful(&world.db, orders::statements(), &flow::store::statements(), MAY).await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}
