//! Every statement is understood by both engines.

use crate::world::OrdersTestBed;

on_both!(every_statement_is_understood);

async fn every_statement_is_understood(w: OrdersTestBed) {
    let statements = orders::statements();
    assert!(statements.len() > 40);
    for (name, sql) in statements {
        if let Err(error) = w.db.prepare(&sql).await {
            panic!("{name}: {error}");
        }
    }
}
