//! What the service runs for others reads ranges of indexes, never a whole table; a page of mails is a range, however many
//! mails are newer.

use crate::world::NotificationsTestBed;
use testkit::query_plans::{self, AllowedScans};

on_both!(no_statement_for_others_reads_a_whole_table, each_list_of_mails_reads_a_range_of_an_index);

const MAY: AllowedScans = AllowedScans {
    scan: &[
        // the audit checks everything
        "UNPLACED_SINCE",
        "GAPS",
        // as many of the first as are deleted at a time
        "DELETE_OLDER mail",
    ],
    sort: &[
        // the newest of each that it is given by name
        "NEWEST public_event",
        // the few that an index found to have no place yet
        "PLACE public_event",
    ],
    // what of those a subquery has found
    read: &["SCAN unplaced", "SCAN place"],
};

async fn no_statement_for_others_reads_a_whole_table(world: NotificationsTestBed) {
    let found =
        query_plans::wasteful(&world.db, notifications::statements(), &flow::store::statements(), MAY).await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

async fn each_list_of_mails_reads_a_range_of_an_index(world: NotificationsTestBed) {
    let lists = notifications::statements().into_iter().filter(|(_, sql)| {
        let text = sql.text(world.db.engine());
        text.starts_with("select * from mail") && text.contains("limit")
    });
    let mut seen = 0;
    for (name, sql) in lists {
        assert!(
            query_plans::goes_on_below(&world.db, &sql, "id").await,
            "{name} goes through all that is newer"
        );
        seen += 1;
    }
    assert_eq!(seen, 4);
}
