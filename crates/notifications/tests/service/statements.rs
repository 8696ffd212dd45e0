//! Every statement is understood by both engines.

use crate::world::NotificationsTestBed;

on_both!(every_statement_can_be_prepared);

async fn every_statement_can_be_prepared(world: NotificationsTestBed) {
    for (name, sql) in notifications::statements() {
        world.db.prepare(&sql).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}
