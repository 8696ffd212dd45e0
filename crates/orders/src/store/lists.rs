//! What lists and searches read of orders that are named: by their number, their placing, their ids.

use super::{newest::Spelled, orders::find_with_persons, row::read_word, waiting::are};
use crate::{
    listing::{Candidate, Listing},
    order::{Order, Person},
};
use db::{Db, Result, Row, params, statements};
use kernel::id::{OrderId, PlacementId};
use std::collections::{BTreeMap, BTreeSet};

/// Without any word that begins with the one at hand (`kernel::words::end_of`).
macro_rules! without {
    ($table:literal, $id:literal) => {
        concat!(
            "not exists (select 1 from ",
            $table,
            " w where w.order_id = ",
            $id,
            " and w.word >= value.value and w.word < value.value || '\u{10FFFF}')"
        )
    };
}
pub(super) use without;

/// With words that begin with each of `$1`.
macro_rules! has_words {
    ($id:literal) => {
        concat!(
            "not exists (select 1 from unnest(cast($1 as text[])) as value where ",
            without!("order_word", $id),
            " and ",
            without!("person_word", $id),
            " and ",
            without!("parcel_word", $id),
            ")"
        )
    };
}
pub(super) use has_words;

/// What is read of an order before it is known that it is listed, and whether it has words that begin with each of `$1`.
macro_rules! candidates {
    ($($rest:expr),+) => {
        concat!(
            "select id, number, user_id, placement_id, status, payment_status, fulfilment_status, total, created_at, ",
            "updated_at, case when ",
            are!(expiring),
            " then payment_due_at end as expires_at, ",
            are!(to_pack),
            " as is_to_pack, ",
            are!(packed),
            " as is_packed, ",
            are!(refused),
            " as is_refused, ",
            are!(undelivered),
            " as is_undelivered, ",
            are!(to_hand_back),
            " as is_to_hand_back, ",
            are!(came_back),
            " as is_back, ",
            are!(to_unpack),
            " as is_to_unpack, case when ",
            are!(refunding),
            " then refunding_since end as refunding_since, ",
            are!(held),
            " as is_held, ",
            has_words!("orders.id"),
            " as has_words",
            $($rest),+
        )
    };
}
pub(super) use candidates;

/// Those of the ids `$2` whose orders have a word of each that is looked for, `$3`: words as they are spelled, and of what each is
/// one, are `$4`.
macro_rules! with_spelled {
    () => {
        concat!(
            "select value.value from unnest(cast($2 as uuid[])) as value where ",
            "not exists (select 1 from (select value.value as nth from unnest(cast($3 as text[])) as value) as asked ",
            "where not exists (select 1 from (select value.value as spelt from unnest(cast($4 as text[])) as value) as spelled ",
            "where substr(spelt, 1, 1) = nth and case substr(spelt, 2, 1) when '0' then ",
            with_spelled!(@in "order_word"),
            " when '1' then ",
            with_spelled!(@in "person_word"),
            " else ",
            with_spelled!(@in "parcel_word"),
            " end))"
        )
    };
    // in the index by order, as it names no single word
    (@in $table:literal) => {
        concat!(
            "exists (select 1 from ",
            $table,
            " w where w.order_id = value.value and w.word >= substr(spelt, 3) and w.word <= substr(spelt, 3))"
        )
    };
}

/// The ids that are given, as rows: where they are many, PostgreSQL goes through the whole table for those of an array, since it
/// takes it that each lies elsewhere.
macro_rules! given {
    () => {
        "(select value.value from unnest(cast($2 as uuid[])) as value)"
    };
}

statements! {
    WITH_NUMBER = (candidates!(" from orders where number = $2"));
    OF_PLACEMENT = (candidates!(" from orders where placement_id = $2"));
    WITH_IDS = (candidates!(" from orders where id in ", given!()));
    THOSE_OF_IDS = {
        sqlite: candidates!(" from orders where status <> 'draft' and id in (", with_spelled!(), ")"),
        // found at first, and then each by its id
        postgres: candidates!(" from orders where status <> 'draft' and id = any(array(", with_spelled!(), "))"),
    };
}

/// The order with this number, and whether it has these words.
pub(crate) async fn with_number(db: &Db, number: i64, words: &[String]) -> Result<Vec<Candidate>> {
    db.query(&WITH_NUMBER, params![words.to_vec(), number]).await?.iter().map(candidate).collect()
}

/// The order that this placing became.
pub(crate) async fn of_placement(
    db: &Db,
    placement: PlacementId,
    words: &[String],
) -> Result<Vec<Candidate>> {
    db.query(&OF_PLACEMENT, params![words.to_vec(), placement]).await?.iter().map(candidate).collect()
}

/// These orders, as far as they are there.
pub(crate) async fn with_ids(db: &Db, ids: &[OrderId], words: &[String]) -> Result<Vec<Candidate>> {
    db.query(&WITH_IDS, params![words.to_vec(), ids]).await?.iter().map(candidate).collect()
}

/// Those of these orders that have a word of each that is looked for, in the order of the list, whether they are listed or not; but
/// drafts, which are found in a range of their own.
pub(crate) async fn those_of(
    db: &Db,
    list: &Listing,
    ids: &[OrderId],
    words: &[Spelled],
) -> Result<Vec<Candidate>> {
    let asked: BTreeSet<String> = words.iter().map(|Spelled { nth, .. }| nth.to_string()).collect();
    let asked: Vec<String> = asked.into_iter().collect();
    let spelled: Vec<String> =
        words.iter().map(|Spelled { nth, kind, word }| format!("{nth}{kind}{word}")).collect();
    let values = params![Vec::<String>::new(), ids, asked, spelled];
    let rows = db.query(&THOSE_OF_IDS, values).await?;
    let mut found: Vec<Candidate> = rows.iter().map(candidate).collect::<Result<_>>()?;
    found.sort_by(|a, b| list.order(&list.place(a), &list.place(b)));
    Ok(found)
}

/// These orders with their lines and persons, as they are now, in this order.
pub(crate) async fn page(db: &Db, ids: &[OrderId]) -> Result<Vec<(Order, Person)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = find_with_persons(db, ids).await?;
    let mut found: BTreeMap<OrderId, (Order, Person)> =
        found.into_iter().map(|found| (found.0.id, found)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

pub(super) fn candidate(row: &Row) -> Result<Candidate> {
    Ok(Candidate {
        id: row.get("id")?,
        number: row.get("number")?,
        user_id: row.get("user_id")?,
        placement_id: row.get("placement_id")?,
        status: read_word(row, "status")?,
        payment_status: read_word(row, "payment_status")?,
        fulfilment_status: read_word(row, "fulfilment_status")?,
        total: row.get("total")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        expires_at: row.get("expires_at")?,
        is_to_pack: row.get("is_to_pack")?,
        is_packed: row.get("is_packed")?,
        is_refused: row.get("is_refused")?,
        is_undelivered: row.get("is_undelivered")?,
        is_to_hand_back: row.get::<Option<bool>>("is_to_hand_back")?.unwrap_or(false),
        is_back: row.get("is_back")?,
        is_to_unpack: row.get("is_to_unpack")?,
        refunding_since: row.get("refunding_since")?,
        is_held: row.get("is_held")?,
        has_words: row.get("has_words")?,
    })
}
