//! What the service, and the simulated provider, run for others reads ranges of indexes, never a whole table.

use crate::world::PaymentsTestBed;
use testkit::query_plans::{self, AllowedScans};

on_both!(no_statement_for_others_reads_a_whole_table);

const MAY: AllowedScans = AllowedScans {
    scan: &[
        // the audit checks everything
        "ONLY_ASKED",
        "UNLOOKED_AUTHORIZATIONS",
        "UNLOOKED_REFUNDS",
    ],
    sort: &[
        // what one payment has, or each of those that are given by name
        "ATTEMPTS",
        "REFUNDS",
        "REFUNDS_OF_ORDER",
        "OPERATIONS",
        "OF_ORDERS",
        // the few that wait for too long
        "UNANSWERED",
    ],
    // indexes that hold just what is asked for
    read: &[
        "SCAN attempt USING INDEX attempt_unresolved",
        "SCAN refund USING INDEX refund_unresolved",
        "SCAN u USING INDEX unknown_charge_open",
        "SCAN found",
    ],
};
const OF_THE_PROVIDER: AllowedScans = AllowedScans {
    scan: &[],
    sort: &[
        // those of an order that it is given by name
        "CHARGES_OF",
        // an index has brought them nearly in order
        "DUE_JOBS",
    ],
    read: &[],
};

async fn no_statement_for_others_reads_a_whole_table(world: PaymentsTestBed) {
    let mut found =
        query_plans::wasteful(&world.db, payments::statements(), &flow::store::statements(), MAY).await;
    let of_provider = simulator::statements();
    found.extend(query_plans::wasteful(&world.simulator, of_provider, &[], OF_THE_PROVIDER).await);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
