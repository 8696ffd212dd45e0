//! Reads the orders that may be on a page of a list: those of a range, and those that are named by their number, their placing or
//! their ids.

use super::{
    keyset::{
        COUNT_OF_USER, CREATED, OF_PLACEMENT, Range, THOSE_OF_IDS, TOTAL, UPDATED, WITH_NUMBER, statement,
    },
    orders::find_with_persons,
    word_filter::WordFilter,
};
use crate::{
    order::{Order, PersonalData},
    order_query::{FULFILMENTS, ListPosition, OrderQuery, OrderRow, PAYMENTS, PLACED, SortKey},
    words::word,
};
use db::{Db, Error, Param, Result, Row, params};
use kernel::id::{OrderId, UserId};
use serde::Serialize;
use std::collections::BTreeMap;

/// What was seen of a range.
pub(crate) struct ScannedRange {
    /// Those that are listed, in their order; and the last that was looked at, at any rate, and the draft whose number is looked for.
    pub(crate) orders: Vec<OrderRow>,
    /// How many were looked at.
    pub(crate) looked_at: usize,
}

/// The next orders after a place: of those with a word that few have, which begins like this, or of the range that is likely to hold
/// the fewest.
pub(crate) async fn after(
    db: &Db,
    list: &OrderQuery,
    (rare, words): (Option<&str>, &WordFilter),
    place: &ListPosition,
    at_most: i64,
) -> Result<ScannedRange> {
    let (range, of_range) = match rare {
        Some(word) => (Range::Word, vec![word.into()]),
        None => range(db, list, &place.key).await?,
    };
    let (column, key): (&str, Param) = match place.key {
        SortKey::Created(at) => (CREATED, at.into()),
        SortKey::Updated(at) => (UPDATED, at.into()),
        SortKey::Total(minor) => (TOTAL, minor.into()),
    };
    let sql = statement(range, column, list.goes_down());
    let sql = sql.ok_or_else(|| Error::other("a range cannot be read in the order of a list"))?;
    let mut values = filters(list, words);
    values.extend([list.draft.into(), key, place.id.into(), at_most.into()]);
    values.extend(of_range);
    let rows = db.query(sql, &values).await?;
    let looked_at = rows.first().map_or(Ok(0), |row| row.get::<i64>("looked_at"))?;
    Ok(ScannedRange {
        orders: in_order(list, &rows)?,
        looked_at: usize::try_from(looked_at).unwrap_or_default(),
    })
}

/// The order with this number, if it is listed.
pub(crate) async fn with_number(db: &Db, list: &OrderQuery, words: &WordFilter) -> Result<Vec<OrderRow>> {
    in_order(list, &db.query(&WITH_NUMBER, &filters(list, words)).await?)
}

/// The order that this placing became, if it is listed.
pub(crate) async fn of_placement(db: &Db, list: &OrderQuery, words: &WordFilter) -> Result<Vec<OrderRow>> {
    in_order(list, &db.query(&OF_PLACEMENT, &filters(list, words)).await?)
}

/// Those of these orders that have the words, and the draft whose number is looked for.
pub(crate) async fn those_of(
    db: &Db,
    list: &OrderQuery,
    ids: &[OrderId],
    words: &WordFilter,
) -> Result<Vec<OrderRow>> {
    let mut values = filters(list, words);
    values.extend([list.draft.into(), ids.into()]);
    in_order(list, &db.query(&THOSE_OF_IDS, &values).await?)
}

fn in_order(list: &OrderQuery, rows: &[Row]) -> Result<Vec<OrderRow>> {
    let mut orders: Vec<OrderRow> = rows.iter().map(candidate).collect::<Result<_>>()?;
    orders.sort_by(|a, b| list.order(&list.place(a), &list.place(b)));
    Ok(orders)
}

fn candidate(row: &Row) -> Result<OrderRow> {
    Ok(OrderRow {
        id: row.get("id")?,
        number: row.get("number")?,
        is_draft: row.get("is_draft")?,
        total: row.get("total")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        is_listed: row.get("is_listed")?,
    })
}

/// The first sixteen parameters: words and filters.
fn filters(list: &OrderQuery, words: &WordFilter) -> Vec<Param> {
    let (filter, selection, attention) = (&list.filter, &list.selection, list.attention.as_ref());
    let mut values = vec![words.param()];
    values.extend([
        filter.status.as_ref().map(word).into(),
        filter.payment_status.as_ref().map(word).into(),
        filter.fulfilment_status.as_ref().map(word).into(),
        filter.created_from.into(),
        list.created_before().into(),
        filter.updated_from.into(),
        filter.updated_before.into(),
        list.total_min.into(),
        list.total_max.into(),
        attention.map(|wanted| wanted.bit).into(),
        attention.and_then(|wanted| wanted.due_before).into(),
        attention.and_then(|wanted| wanted.refunding_before).into(),
        selection.user_id.into(),
        selection.number.into(),
        selection.placement_id.into(),
    ]);
    values
}

/// In lists that are not sorted by when orders were made, those of a customer with more than this are looked for among all orders: to
/// sort so many for a page takes longer than to pass over others'.
const FEW_OF_USER: i64 = 1000;

/// Of the ranges of what a list names, the one that is likely to hold the fewest, and its own parameters.
async fn range(db: &Db, list: &OrderQuery, key: &SortKey) -> Result<(Range, Vec<Param>)> {
    let filter = &list.filter;
    let (status, payment, fulfilment) = (&filter.status, &filter.payment_status, &filter.fulfilment_status);
    let is_in_any = status.is_some() || payment.is_some() || fulfilment.is_some();
    Ok(match (key, list.selection.user_id) {
        (SortKey::Created(_), Some(_)) => (Range::User, vec![this_or_all(status, &PLACED)]),
        (SortKey::Created(_), None) if list.attention.is_some() => (Range::Attention, Vec::new()),
        (SortKey::Created(_), None) if is_in_any => {
            let (statuses, payments) = (this_or_all(status, &PLACED), this_or_all(payment, &PAYMENTS));
            (Range::States, vec![statuses, payments, this_or_all(fulfilment, &FULFILMENTS)])
        }
        (SortKey::Updated(_) | SortKey::Total(_), Some(user)) if has_few(db, user).await? => {
            (Range::FewOfUser, vec![FEW_OF_USER.into()])
        }
        _ => (Range::All, Vec::new()),
    })
}

async fn has_few(db: &Db, user: UserId) -> Result<bool> {
    let counted = db.query_one(&COUNT_OF_USER, params![user, FEW_OF_USER + 1]).await?;
    Ok(counted.get::<i64>("n")? <= FEW_OF_USER)
}

/// The one that is named, or each.
fn this_or_all<T: Serialize>(this: &Option<T>, all: &[T]) -> Param {
    let words: Vec<String> = match this {
        Some(this) => vec![word(this)],
        None => all.iter().map(word).collect(),
    };
    words.into()
}

/// These orders with their lines and persons, as they are now, in this order.
pub(crate) async fn page(db: &Db, ids: &[OrderId]) -> Result<Vec<(Order, PersonalData)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = find_with_persons(db, ids).await?;
    let mut found: BTreeMap<OrderId, (Order, PersonalData)> =
        found.into_iter().map(|found| (found.0.id, found)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
