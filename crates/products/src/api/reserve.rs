//! `POST /internal/reservations`: reserves all lines of a placing, or none.

use crate::{
    Products,
    catalogue::invalid,
    workflows::reserve::{Wish, reserve as reserve_all},
};
use contracts::reservations::{Reserve, ReserveAnswer, ReserveRequest};
use endpoint::{Body, Common, Json};
use flow::Cause;
use ordo_http::{Answered, Call};
use std::collections::BTreeMap;

pub(super) async fn reserve(s: Products, call: Call, asked: Reserve) -> Answered<Reserve> {
    let Reserve { reserve: Body(request) } = asked;
    let cause = Cause::request("orders", &call.context);
    let wish = wish(request)?;
    let answer = reserve_all(&s, &wish, &cause).await?;
    if let ReserveAnswer::Reserved { lines } = &answer {
        tracing::info!(placement = %wish.placement_id, lines = lines.len(), "stock reserved");
    }
    Ok(Json(answer))
}

/// The most pieces of one product that one placing may have.
const QUANTITY_MAX: i64 = 1_000_000_000;

/// The wish, with quantities summed by product.
fn wish(request: ReserveRequest) -> Result<Wish, Common> {
    let ReserveRequest { placement_id, dead, lines, unpaid } = request;
    if dead.contains(&placement_id) {
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
    Ok(Wish { placement_id, dead: dead.into_iter().collect(), lines: sums, unpaid })
}
