//! `GET /internal/orders/sums`: what orders come to, without what needs doing.

use super::read_overview::together;
use crate::{Orders, store::sums};
use contracts::orders::{ReadSums, Sums};
use endpoint::{Json, Query};
use ordo_http::{Answered, Call};

pub(super) async fn read_sums(s: Orders, _: Call, asked: ReadSums) -> Answered<ReadSums> {
    let ReadSums { span: Query(span) } = asked;
    let (from, before) = span.whole(s.env.now());
    let hours = sums::between(&s.db, from, before).await?;
    Ok(Json(Sums { items: together(&hours, span.by.unwrap_or_default()) }))
}
