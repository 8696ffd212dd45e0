//! `POST /internal/reservations`: reserves all lines of a placement, or none.

use crate::{
    Products,
    catalogue::invalid,
    workflows::reserve::{ReserveInput, reserve as reserve_all},
};
use contracts::reservations::{Reserve, ReserveOutcome, ReserveRequest};
use endpoint::{Body, CommonError, Json};
use flow::Cause;
use ordo_http::{Call, HandlerResult};
use std::collections::BTreeMap;

pub(super) async fn reserve(s: Products, call: Call, asked: Reserve) -> HandlerResult<Reserve> {
    let Reserve { reserve: Body(request) } = asked;
    let cause = Cause::request("orders", &call.context);
    let wish = wish(request)?;
    let answer = reserve_all(&s, &wish, &cause).await?;
    if let ReserveOutcome::Reserved { lines } = &answer {
        tracing::info!(placement = %wish.placement_id, lines = lines.len(), "stock reserved");
    }
    Ok(Json(answer))
}

/// The most units of one product that one placement may have.
const QUANTITY_MAX: i64 = 1_000_000_000;

/// The wish, with quantities summed by product.
fn wish(request: ReserveRequest) -> Result<ReserveInput, CommonError> {
    let ReserveRequest { placement_id, tombstoned, lines, unpaid } = request;
    if tombstoned.contains(&placement_id) {
        return Err(invalid("/dead", "a placing that is dead cannot reserve"));
    }
    let mut sums = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        let sum: &mut i64 = sums.entry(line.product_id).or_default();
        *sum = sum.saturating_add(line.quantity);
        if line.quantity < 1 || *sum > QUANTITY_MAX {
            let range = format!("1 to {QUANTITY_MAX} pieces of a product can be reserved");
            return Err(invalid(&format!("/lines/{at}/quantity"), range));
        }
    }
    Ok(ReserveInput { placement_id, tombstoned: tombstoned.into_iter().collect(), lines: sums, unpaid })
}
