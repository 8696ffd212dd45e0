//! Every statement is understood by both engines.

use crate::world::PaymentsTestBed;

on_both!(every_statement_can_be_prepared);

async fn every_statement_can_be_prepared(world: PaymentsTestBed) {
    for (name, sql) in payments::statements() {
        world.db.prepare(&sql).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    for (name, sql) in simulator::statements() {
        world.simulator.prepare(&sql).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}
