//! When orders were placed, as what happened to them tells it. What an import placed tells when it was imported: there it is
//! the time of the order itself.

use db::{Db, Result, Row, params, statements};
use kernel::{Timestamp, id::OrderId};
use std::collections::BTreeMap;

statements! {
    PLACED_AT = "select subject, time from event where subject = any($1) and type = 'order.placed' and actor <> 'import'";
}

/// Of each of these that was placed here, when.
pub(crate) async fn placed_at(db: &Db, orders: &[OrderId]) -> Result<BTreeMap<OrderId, Timestamp>> {
    let subjects: Vec<String> = orders.iter().map(ToString::to_string).collect();
    let rows = db.query(&PLACED_AT, params![subjects]).await?;
    let one = |row: &Row| {
        let of: String = row.get("subject")?;
        let at = row.get("time")?;
        Ok(of.parse().ok().map(|of| (of, at)))
    };
    rows.iter().filter_map(|row| one(row).transpose()).collect()
}
