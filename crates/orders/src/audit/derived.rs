//! What is written beside an order so that lists can be filtered by it (R1, I7): worked out again, and compared.

use super::finding;
use crate::{
    order::Order,
    store::audit::{self as store, FilterColumns},
    words::word,
};
use contracts::audit::{Finding, Invariant};
use db::{Db, Result};

/// Checks what these orders are found by.
pub(super) async fn look(db: &Db, orders: &[&Order]) -> Result<Vec<Finding>> {
    let filtered = store::filtered(db, orders).await?;
    let differ = |order: &&Order| {
        let written = filtered.get(&order.id)?;
        what_differs(order, written).map(|detail| finding(Invariant::I7, order.id, detail))
    };
    Ok(orders.iter().filter_map(differ).collect())
}

fn what_differs(order: &Order, written: &FilterColumns) -> Option<String> {
    let words = [
        ("payment_status", &written.payment_status, word(&order.payment_status())),
        ("fulfilment_status", &written.fulfilment_status, word(&order.fulfilment_status())),
    ];
    if let Some((column, noted, worked_out)) =
        words.iter().find(|(_, noted, worked_out)| *noted != worked_out)
    {
        return Some(format!("{column} is noted as {noted}, it comes to {worked_out}"));
    }
    (written.words != order.words()).then(|| "the words that it is found by are not its own".to_owned())
}
