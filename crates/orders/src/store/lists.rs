//! What lists and searches read of orders that are named: by their number, their placing, their ids.

use super::{orders::find_with_persons, row::read_word, spelled::Words, waiting::are};
use crate::{
    listing::{Candidate, Listing},
    order::{Order, Person},
};
use db::{Db, Param, Result, Row, Sql, statements};
use kernel::id::{OrderId, PlacementId};
use std::collections::BTreeMap;

/// What orders are to have, read once: words that begin with each of `$1`, and of each kind `$2` one of `$3`: words as they are
/// spelled, after their kind and that of what they are of.
macro_rules! wanted {
    () => {
        concat!(
            "begun(value) as materialized (select value.value from unnest(cast($1 as text[])) as value), ",
            "kind(nth) as materialized (select value.value from unnest(cast($2 as text[])) as value), ",
            "spelling(nth, of_what, word) as materialized (select substr(value.value, 1, 1), substr(value.value, 2, 1), ",
            "substr(value.value, 3) from unnest(cast($3 as text[])) as value) "
        )
    };
}
pub(super) use wanted;

/// With all that are [`wanted!`].
macro_rules! has_words {
    ($id:literal) => {
        concat!(
            "(not exists (select 1 from begun as value where ",
            db::lacks_word!("order_word", "order_id", $id),
            " and ",
            db::lacks_word!("person_word", "order_id", $id),
            " and ",
            db::lacks_word!("parcel_word", "order_id", $id),
            ") and not exists (select 1 from kind where not exists (select 1 from spelling where spelling.nth = kind.nth ",
            "and case of_what when '0' then ",
            spelled_in!("order_word", $id),
            " when '1' then ",
            spelled_in!("person_word", $id),
            " else ",
            spelled_in!("parcel_word", $id),
            " end)))"
        )
    };
}
pub(super) use has_words;

/// In the index by order, as it names no single word.
macro_rules! spelled_in {
    ($table:literal, $id:literal) => {
        concat!(
            "exists (select 1 from ",
            $table,
            " w where w.order_id = ",
            $id,
            " and w.word >= spelling.word and w.word <= spelling.word)"
        )
    };
}
pub(super) use spelled_in;

/// What is read of an order before it is known that it is listed, and whether it has the words.
macro_rules! candidates {
    ($($rest:expr),+) => {
        concat!("with ", wanted!(), candidates!(@select $($rest),+))
    };
    (@select $($rest:expr),+) => {
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

/// Those of the ids `$4` whose orders have the words, and the draft with the number `$5`. PostgreSQL takes arrays to be short, and
/// goes by each id.
macro_rules! given {
    () => {
        concat!(
            "select given.id from (select value.value as id from unnest(cast($4 as uuid[])) as value) as given where ",
            has_words!("given.id"),
            " union all select id from orders where number = $5 and status = 'draft'"
        )
    };
}

statements! {
    WITH_NUMBER = (candidates!(" from orders where number = $4"));
    OF_PLACEMENT = (candidates!(" from orders where placement_id = $4"));
    THOSE_OF_IDS = {
        sqlite: candidates!(" from orders where (status <> 'draft' or number = $5) and id in (", given!(), ")"),
        postgres: candidates!(" from orders where (status <> 'draft' or number = $5) and id = any(array(", given!(), "))"),
    };
}

/// The order with this number, and whether it has these words.
pub(crate) async fn with_number(db: &Db, number: i64, words: &Words) -> Result<Vec<Candidate>> {
    read(db, &WITH_NUMBER, words, [number.into()]).await
}

/// The order that this placing became.
pub(crate) async fn of_placement(db: &Db, placement: PlacementId, words: &Words) -> Result<Vec<Candidate>> {
    read(db, &OF_PLACEMENT, words, [placement.into()]).await
}

/// Those of these orders that have the words, in the order of the list, whether they are listed or not; but drafts, which are found
/// in a range of their own, other than the one whose number is looked for.
pub(crate) async fn those_of(
    db: &Db,
    list: &Listing,
    ids: &[OrderId],
    words: &Words,
) -> Result<Vec<Candidate>> {
    let mut found = read(db, &THOSE_OF_IDS, words, [ids.into(), list.draft.into()]).await?;
    found.sort_by(|a, b| list.order(&list.place(a), &list.place(b)));
    Ok(found)
}

async fn read<const N: usize>(
    db: &Db,
    statement: &Sql,
    words: &Words,
    more: [Param; N],
) -> Result<Vec<Candidate>> {
    let mut values = words.params();
    values.extend(more);
    db.query(statement, &values).await?.iter().map(candidate).collect()
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
