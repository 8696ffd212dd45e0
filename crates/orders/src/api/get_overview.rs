//! `GET /v1/orders/overview`: what orders come to, and what needs doing, to staff.

use crate::{
    Orders,
    store::{attention, sales_totals},
};
use contracts::orders::{GetOverview, Overview, SalesBucket, SalesInterval};
use endpoint::{Json, Query};
use kernel::Money;
use ordo_http::{Call, HandlerResult};

pub(super) async fn get_overview(s: Orders, _: Call, asked: GetOverview) -> HandlerResult<GetOverview> {
    let GetOverview { span: Query(span) } = asked;
    // nothing is decided by it: a moment more or less counts nobody's money, and asking the database is one statement more
    let now = s.env.now();
    let (from, before) = span.whole(now);
    let hours = sales_totals::between(&s.db, from, before).await?;
    let attention = attention::count(&s.db, now).await?;
    Ok(Json(Overview { sums: together(&hours, span.by.unwrap_or_default()), attention }))
}

/// The sums of hours, added up by what is asked for. They come in the order of time.
pub(super) fn together(hours: &[sales_totals::HourlySales], by: SalesInterval) -> Vec<SalesBucket> {
    let mut all: Vec<SalesBucket> = Vec::new();
    for sales_totals::HourlySales { begins, currency, counted } in hours {
        let from = by.begin(*begins);
        let same = |one: &&mut SalesBucket| one.from == from && one.revenue.currency == *currency;
        match all.iter_mut().rev().take_while(|one| one.from == from).find(same) {
            Some(one) => {
                one.orders = one.orders.saturating_add(counted.orders);
                one.paid = one.paid.saturating_add(counted.paid);
                one.revenue.minor = one.revenue.minor.saturating_add(counted.revenue);
            }
            None => all.push(SalesBucket {
                from,
                orders: counted.orders,
                paid: counted.paid,
                revenue: Money::new(counted.revenue, *currency),
            }),
        }
    }
    all
}
