//! What the service runs for others reads ranges of indexes, never a whole table.

use crate::world::AuthTestBed;
use testkit::query_plans::{self, AllowedScans};

on_both!(no_statement_for_others_reads_a_whole_table);

const MAY: AllowedScans = AllowedScans {
    scan: &[
        // after a restore
        "END_EVERY session",
        "END_EVERY password_reset",
        "END_EVERY email_verification",
        "REVOKE_EVERY api_key",
        "RETIRE_EVERY signing_key",
        // a handful of keys
        "LIST signing_key",
        "COUNT signing_key",
        "DELETE_RETIRED signing_key",
        // its table has one row
        "PROGRESS search_build",
        "LOCK_PROGRESS search_build",
        "SET_PROGRESS search_build",
    ],
    sort: &[
        // rows that the index has found
        "FIND search_entry",
        "FIND_NEWEST search_entry",
        // an account has few
        "LIVE_OF api_key",
    ],
    read: &[],
};

/// Of these a page is a range of an index, however many are newer.
const BY_AGE: [&str; 2] = ["LIST_LIVE", "LIST_KEYS"];

async fn no_statement_for_others_reads_a_whole_table(world: AuthTestBed) {
    let found = query_plans::wasteful(&world.db, auth::statements(), &flow::store::statements(), MAY).await;
    assert!(found.is_empty(), "{}", found.join("\n"));
    let lists: Vec<_> = auth::statements().into_iter().filter(|(name, _)| BY_AGE.contains(name)).collect();
    assert_eq!(lists.len(), BY_AGE.len());
    for (name, sql) in lists {
        assert!(
            query_plans::goes_on_below(&world.db, &sql, "id").await,
            "{name} goes through all that is newer"
        );
    }
}
