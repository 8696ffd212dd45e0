//! What the service runs for others reads ranges of indexes, never a whole table.

use crate::world::ProductsTestBed;
use testkit::query_plans::{self, AllowedScans};

on_both!(no_statement_for_others_reads_a_whole_table);

const MAY: AllowedScans = AllowedScans {
    scan: &[
        // the audit checks everything
        "RESERVED_OTHERWISE",
        "LEFT_OTHERWISE",
        "MOVED_OTHERWISE",
        "SOLD_OTHERWISE",
        "UNKNOWN",
        "COUNTED_OTHERWISE",
        "SHIPPED_OTHERWISE",
        "NEVER_ASKED",
        "ASKED_IN_VAIN",
        "FOUND",
        "BEYOND_ALL",
        "BEYOND_MOVED",
        // the first row that there is
        "CURRENCY",
        // the audit, and where the first price is not in the shop's currency
        "CURRENCIES",
        // its table has one row
        "PROGRESS search_build",
        "LOCK_PROGRESS search_build",
        "SET_PROGRESS search_build",
    ],
    sort: &[
        // rows that the index has found
        "FIND search_entry",
        "FIND_NEWEST search_entry",
        // the few rows that it is given by name
        "LOCK_LEASED",
        "RESERVATIONS_OF",
        // the versions of the events of the few products that it is given, each once
        "NUMBERED",
    ],
    read: &[
        // what the two ranges have found
        "SCAN spelled",
        "SCAN alike",
        // an index that holds just what is asked for
        "SCAN product USING INDEX product_to_index",
        "SCAN product USING COVERING INDEX product_to_index",
    ],
};

async fn no_statement_for_others_reads_a_whole_table(world: ProductsTestBed) {
    let found =
        query_plans::wasteful(&world.db, products::statements(), &flow::store::statements(), MAY).await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}
