//! Placement outcomes: before it returns "never placed", it writes the tombstone that makes it so (R10).

use crate::{Orders, store, workflows::TRIES};
use contracts::placements::PlacementOutcome;
use db::Result;
use kernel::id::{OrderId, PlacementId};
use std::collections::{BTreeMap, BTreeSet};

impl Orders {
    /// The outcomes of these placements; unknown ones are tombstoned, and so rejected from now on.
    ///
    /// # Errors
    /// A database error; then none of the outcomes is known.
    pub(crate) async fn fates(&self, asked: &[PlacementId]) -> Result<Vec<PlacementOutcome>> {
        let mut ids: BTreeSet<PlacementId> = asked.iter().copied().collect();
        let known = store::placements::find_many(&self.db, asked).await?;
        let mut decided: BTreeMap<PlacementId, Option<OrderId>> = known.into_iter().collect();
        ids.retain(|id| !decided.contains_key(id));
        if !ids.is_empty() {
            // in the order of their IDs, so that two requests cannot deadlock
            decided.extend(self.bury(&ids).await?);
        }
        let orders: Vec<OrderId> = decided.values().filter_map(|order| *order).collect();
        let orders = store::orders::find_many(&self.db, &orders).await?;
        let figures: BTreeMap<_, _> = orders.iter().map(|order| (order.id, order.figures())).collect();
        let fate = |(placement_id, order): (PlacementId, Option<OrderId>)| match order {
            None => Some(PlacementOutcome::NeverPlaced { placement_id }),
            Some(order) => {
                figures.get(&order).map(|figures| PlacementOutcome::Placed { figures: figures.clone() })
            }
        };
        Ok(decided.into_iter().filter_map(fate).collect())
    }

    async fn bury(&self, ids: &BTreeSet<PlacementId>) -> Result<Vec<(PlacementId, Option<OrderId>)>> {
        self.db.with_retry(TRIES, || self.try_write_tombstones(ids)).await
    }

    async fn try_write_tombstones(
        &self,
        ids: &BTreeSet<PlacementId>,
    ) -> Result<Vec<(PlacementId, Option<OrderId>)>> {
        let now = self.env.now();
        let mut tx = self.db.begin().await?;
        let mut decided = Vec::new();
        for id in ids {
            let buried = store::placements::write_tombstone(&mut tx, *id, now).await?;
            // an order may have been inserted concurrently
            let order =
                if buried { None } else { store::placements::order_of(&mut tx, *id).await?.flatten() };
            decided.push((*id, order));
        }
        tx.commit("orders.bury_placings").await?;
        Ok(decided)
    }
}
