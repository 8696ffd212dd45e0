//! The simulated provider's own ledger, to be compared with what the shop and the clients say.

use super::database_of;
use db::Sql;
use kernel::id::OrderId;
use std::collections::BTreeMap;
use testkit::server::Launch;

/// What the simulated provider has taken and given back for an order, in minor units; and in how many charges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProviderTotals {
    pub captured: i64,
    pub refunded: i64,
    pub charges: i64,
}

/// The provider's own ledger, by order.
pub async fn ledger(launch: &Launch) -> BTreeMap<String, ProviderTotals> {
    const TAKEN: Sql = Sql::both("select order_id, captured, refunded from charge");
    let charges = database_of(launch, "simulator").await.query(&TAKEN, &[]).await.unwrap();
    let mut all: BTreeMap<String, ProviderTotals> = BTreeMap::new();
    for row in charges {
        let figure = |name: &str| row.get::<i64>(name).unwrap();
        let taken = all.entry(row.get::<OrderId>("order_id").unwrap().to_string()).or_default();
        taken.captured += figure("captured");
        taken.refunded += figure("refunded");
        taken.charges += i64::from(figure("captured") > 0);
    }
    all
}

/// By the provider's own ledger, each order is charged once at most, whatever has gone back since.
pub async fn nobody_is_charged_twice(launch: &Launch) {
    let twice: Vec<_> = ledger(launch).await.into_iter().filter(|(_, taken)| taken.charges > 1).collect();
    assert!(twice.is_empty(), "charged twice: {twice:?}");
}
