//! Sums of orders by the hour.

use crate::order::{Order, SalesContribution};
use contracts::orders::SalesInterval;
use db::{Db, Result, Row, Tx, params, statements};
use kernel::{Currency, Timestamp};

statements! {
    ADD = "insert into order_sum (begins, currency, part, orders, paid, revenue) values ($1, $2, $3, $4, $5, $6)
           on conflict (begins, currency, part) do update set orders = order_sum.orders + excluded.orders,
               paid = order_sum.paid + excluded.paid, revenue = order_sum.revenue + excluded.revenue";
    SUMS = "select begins, currency, cast(sum(orders) as bigint) as orders, cast(sum(paid) as bigint) as paid,
                   cast(sum(revenue) as bigint) as revenue
            from order_sum where begins >= $1 and begins < $2 group by begins, currency order by begins, currency";
    /// The next hour with a sum, and the next order.
    NEXT_SUMMED = "select (select min(begins) from order_sum where begins >= $1) as summed,
                          (select min(created_at) from orders where created_at >= $1) as made";
    /// Both sides as one moment saw them: what is noted, and what the orders come to.
    DIFFERENT = {
        sqlite: "select coalesce(s.begins, o.begins) as begins, coalesce(s.currency, o.currency) as currency,
                        coalesce(s.orders, 0) as noted_orders, coalesce(s.paid, 0) as noted_paid,
                        coalesce(s.revenue, 0) as noted_revenue, coalesce(o.orders, 0) as orders,
                        coalesce(o.paid, 0) as paid, coalesce(o.revenue, 0) as revenue
                 from (select begins, currency, sum(orders) as orders, sum(paid) as paid, sum(revenue) as revenue
                       from order_sum where begins >= $1 and begins < $2 group by begins, currency) as s
                 full join (select created_at - created_at % 3600000000 as begins, currency, count(*) as orders,
                         count(*) filter (where status in ('confirmed', 'completed')) as paid,
                         coalesce(sum(max(0, min(owed, coalesce(payment_authorized, 0) + coalesce(payment_captured, 0)
                             - coalesce(payment_refunded, 0)))) filter (where status in ('confirmed', 'completed')), 0)
                             as revenue
                       from orders where status <> 'draft' and created_at >= $1 and created_at < $2 group by 1, 2) as o
                     on o.begins = s.begins and o.currency = s.currency
                 where coalesce(s.orders, 0) <> coalesce(o.orders, 0) or coalesce(s.paid, 0) <> coalesce(o.paid, 0)
                    or coalesce(s.revenue, 0) <> coalesce(o.revenue, 0)
                 order by 1, 2",
        postgres: "select coalesce(s.begins, o.begins) as begins, coalesce(s.currency, o.currency) as currency,
                          cast(coalesce(s.orders, 0) as bigint) as noted_orders,
                          cast(coalesce(s.paid, 0) as bigint) as noted_paid,
                          cast(coalesce(s.revenue, 0) as bigint) as noted_revenue,
                          cast(coalesce(o.orders, 0) as bigint) as orders,
                          cast(coalesce(o.paid, 0) as bigint) as paid,
                          cast(coalesce(o.revenue, 0) as bigint) as revenue
                   from (select begins, currency, sum(orders) as orders, sum(paid) as paid, sum(revenue) as revenue
                         from order_sum where begins >= $1 and begins < $2 group by begins, currency) as s
                   full join (select date_trunc('hour', created_at, 'UTC') as begins, currency, count(*) as orders,
                           count(*) filter (where status in ('confirmed', 'completed')) as paid,
                           coalesce(sum(greatest(0, least(owed, coalesce(payment_authorized, 0)
                               + coalesce(payment_captured, 0) - coalesce(payment_refunded, 0))))
                               filter (where status in ('confirmed', 'completed')), 0) as revenue
                         from orders where status <> 'draft' and created_at >= $1 and created_at < $2 group by 1, 2) as o
                       on o.begins = s.begins and o.currency = s.currency
                   where coalesce(s.orders, 0) <> coalesce(o.orders, 0) or coalesce(s.paid, 0) <> coalesce(o.paid, 0)
                      or coalesce(s.revenue, 0) <> coalesce(o.revenue, 0)
                   order by 1, 2",
    };
}

/// As [`different`], in a transaction.
pub(crate) async fn different_now(
    tx: &mut Tx,
    from: Timestamp,
    before: Timestamp,
) -> Result<Vec<Result<(HourlySales, HourlySales)>>> {
    Ok(pairs(&tx.query(&DIFFERENT, params![from, before]).await?))
}

/// Of each row of [`DIFFERENT`] both sums.
fn pairs(rows: &[Row]) -> Vec<Result<(HourlySales, HourlySales)>> {
    rows.iter().map(|row| Ok((sum(row, "noted_")?, sum(row, "")?))).collect()
}

/// Rows of one hour.
const PARTS: u128 = 8;

/// A sum of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HourlySales {
    pub(crate) begins: Timestamp,
    pub(crate) currency: Currency,
    pub(crate) counted: SalesContribution,
}

/// Brings the sums in line with an order that was counted as `before`.
pub(crate) async fn follow(tx: &mut Tx, order: &Order, before: SalesContribution) -> Result<()> {
    let more = order.counted().since(before);
    if more == SalesContribution::default() {
        return Ok(());
    }
    let part = i64::try_from(order.id.uuid().as_u128() % PARTS).unwrap_or(0);
    let begins = SalesInterval::Hour.begin(order.created_at);
    let values = params![begins, order.total.currency, part, more.orders, more.paid, more.revenue];
    tx.run(&ADD, values).await.map(drop)
}

/// Brings a sum in line with what its orders come to.
pub(crate) async fn correct(tx: &mut Tx, noted: &HourlySales, worked_out: &HourlySales) -> Result<()> {
    // as a difference: orders that change in the meantime bring in theirs
    let more = worked_out.counted.since(noted.counted);
    let values = params![noted.begins, noted.currency, 0_i64, more.orders, more.paid, more.revenue];
    tx.run(&ADD, values).await.map(drop)
}

/// The day of the next sum or order from `from` on, and its end; `None` where there is none.
pub(crate) async fn next_day(db: &Db, from: Timestamp) -> Result<Option<(Timestamp, Timestamp)>> {
    Ok(next(db, from).await?.map(|next| {
        let day = SalesInterval::Day.begin(next);
        (day, day.plus(SalesInterval::Day.length()))
    }))
}

/// The sums of hours that begin from `from` on and before `before`, the oldest first.
pub(crate) async fn between(db: &Db, from: Timestamp, before: Timestamp) -> Result<Vec<HourlySales>> {
    if from >= before {
        return Ok(Vec::new());
    }
    db.query(&SUMS, params![from, before]).await?.iter().map(|row| sum(row, "")).collect()
}

fn sum(row: &Row, prefix: &str) -> Result<HourlySales> {
    let of = |name: &str| row.get(&format!("{prefix}{name}"));
    let counted = SalesContribution { orders: of("orders")?, paid: of("paid")?, revenue: of("revenue")? };
    Ok(HourlySales { begins: row.get("begins")?, currency: row.get("currency")?, counted })
}

/// The first moment from `from` on of which there is a sum or an order.
pub(crate) async fn next(db: &Db, from: Timestamp) -> Result<Option<Timestamp>> {
    let row = db.query_one(&NEXT_SUMMED, params![from]).await?;
    let (summed, made): (Option<Timestamp>, Option<Timestamp>) = (row.get("summed")?, row.get("made")?);
    Ok(summed.into_iter().chain(made).min())
}

/// Sums that are not what their orders come to: what is noted, and what they should be; or why one cannot be read.
pub(crate) async fn different(
    db: &Db,
    from: Timestamp,
    before: Timestamp,
) -> Result<Vec<Result<(HourlySales, HourlySales)>>> {
    Ok(pairs(&db.query(&DIFFERENT, params![from, before]).await?))
}
