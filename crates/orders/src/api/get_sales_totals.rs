//! `GET /internal/orders/sales_totals`: what orders come to, without what needs doing.

use super::get_overview::together;
use crate::{Orders, store::sales_totals};
use contracts::orders::{GetSalesTotals, SalesTotals};
use endpoint::{Json, Query};
use ordo_http::{Call, HandlerResult};

pub(super) async fn get_sales_totals(
    s: Orders,
    _: Call,
    asked: GetSalesTotals,
) -> HandlerResult<GetSalesTotals> {
    let GetSalesTotals { span: Query(span) } = asked;
    let (from, before) = span.whole(s.env.now());
    let hours = sales_totals::between(&s.db, from, before).await?;
    Ok(Json(SalesTotals { items: together(&hours, span.by.unwrap_or_default()) }))
}
