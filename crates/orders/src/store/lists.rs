//! What lists and searches read. Each statement reads a range of one index, and no more of it than it is told.

use super::{orders::find_with_persons, row::read_word, waiting::are};
use crate::{
    listing::{Candidate, Key, Listing, Place},
    order::{Order, Person},
    words::word,
};
use contracts::orders::{AttentionKind, OrderStatus};
use db::{Db, Param, Result, Row, Sql, params, statements};
use kernel::id::{OrderId, PlacementId, UserId};
use std::collections::BTreeMap;

/// Without any word that begins with the one at hand (`kernel::words::end_of`).
macro_rules! without {
    ($table:literal) => {
        concat!(
            "not exists (select 1 from ",
            $table,
            " w where w.order_id = orders.id and w.word >= value.value ",
            "and w.word < value.value || '\u{10FFFF}')"
        )
    };
}

/// With words that begin with each of `$1`.
macro_rules! has_words {
    () => {
        concat!(
            "not exists (select 1 from unnest(cast($1 as text[])) as value where ",
            without!("order_word"),
            " and ",
            without!("person_word"),
            " and ",
            without!("parcel_word"),
            ")"
        )
    };
}

/// What is read of an order before it is known that it is listed, and whether it has words that begin with each of `$1`.
macro_rules! candidates {
    ($rest:literal) => {
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
            has_words!(),
            " as has_words from orders ",
            $rest
        )
    };
}

/// Those of a kind that waits for somebody.
macro_rules! waiting {
    ($kind:tt, $rest:literal) => {
        concat!(candidates!("where "), are!($kind), $rest)
    };
}

/// The ids that are given, as rows: where they are many, PostgreSQL goes through the whole table for those of an array, since it
/// takes it that each lies elsewhere.
macro_rules! given {
    () => {
        "(select value.value from unnest(cast($2 as uuid[])) as value)"
    };
}

/// The first of those of these ids that are no drafts: drafts are found in a range of their own. They are found before they are sorted: who walks along an index of all would look at all.
macro_rules! some_of_ids {
    ($order:literal) => {
        concat!(
            "with named as materialized (select id, created_at from orders where id in ",
            given!(),
            " and status <> 'draft' and (not cast($4 as boolean) or ",
            has_words!(),
            ")) ",
            candidates!("where id in (select id from (select id from named "),
            $order,
            " limit $3) as few)"
        )
    };
}

statements! {
    ALL_BY_CREATED = (candidates!(
        "where (created_at, id) > ($2, $3) and (status <> 'draft' or $5) order by created_at, id limit $4"
    ));
    ALL_BY_CREATED_DOWN = (candidates!(
        "where (created_at, id) < ($2, $3) and (status <> 'draft' or $5) order by created_at desc, id desc limit $4"
    ));
    ALL_BY_UPDATED = (candidates!(
        "where (updated_at, id) > ($2, $3) and (status <> 'draft' or $5) order by updated_at, id limit $4"
    ));
    ALL_BY_UPDATED_DOWN = (candidates!(
        "where (updated_at, id) < ($2, $3) and (status <> 'draft' or $5) order by updated_at desc, id desc limit $4"
    ));
    ALL_BY_TOTAL = (candidates!("where (total, id) > ($2, $3) and (status <> 'draft' or $5) order by total, id limit $4"));
    ALL_BY_TOTAL_DOWN = (candidates!("where (total, id) < ($2, $3) and (status <> 'draft' or $5) order by total desc, id desc limit $4"));
    OF_USER_BY_CREATED = (candidates!(
        "where user_id = $5 and (created_at, id) > ($2, $3) and (status <> 'draft' or $6) order by created_at, id limit $4"
    ));
    OF_USER_BY_CREATED_DOWN = (candidates!(
        "where user_id = $5 and (created_at, id) < ($2, $3) and (status <> 'draft' or $6) order by created_at desc, id desc limit $4"
    ));
    OF_USER_BY_UPDATED = (candidates!(
        "where user_id = $5 and (updated_at, id) > ($2, $3) and (status <> 'draft' or $6) order by updated_at, id limit $4"
    ));
    OF_USER_BY_UPDATED_DOWN = (candidates!(
        "where user_id = $5 and (updated_at, id) < ($2, $3) and (status <> 'draft' or $6) order by updated_at desc, id desc limit $4"
    ));
    OF_USER_BY_TOTAL = (candidates!(
        "where user_id = $5 and (total, id) > ($2, $3) and (status <> 'draft' or $6) order by total, id limit $4"
    ));
    OF_USER_BY_TOTAL_DOWN = (candidates!(
        "where user_id = $5 and (total, id) < ($2, $3) and (status <> 'draft' or $6) order by total desc, id desc limit $4"
    ));
    OF_STATUS = (candidates!(
        "where status = $5 and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    OF_STATUS_DOWN = (candidates!(
        "where status = $5 and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    OF_PAYMENT = (candidates!(
        "where payment_status = $5 and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    OF_PAYMENT_DOWN = (candidates!(
        "where payment_status = $5 and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    OF_FULFILMENT = (candidates!(
        "where fulfilment_status = $5 and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    OF_FULFILMENT_DOWN = (candidates!(
        "where fulfilment_status = $5 and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    TO_PACK = (waiting!(
        to_pack,
        " and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    TO_PACK_DOWN = (waiting!(
        to_pack,
        " and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    PACKED = (waiting!(
        packed,
        " and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    PACKED_DOWN = (waiting!(
        packed,
        " and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    HELD = (waiting!(
        held,
        " and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    HELD_DOWN = (waiting!(
        held,
        " and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    UNDELIVERED = (waiting!(
        undelivered,
        " and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    UNDELIVERED_DOWN = (waiting!(
        undelivered,
        " and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    TO_HAND_BACK = (waiting!(
        to_hand_back,
        " and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    TO_HAND_BACK_DOWN = (waiting!(
        to_hand_back,
        " and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    CAME_BACK = (waiting!(
        came_back,
        " and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    CAME_BACK_DOWN = (waiting!(
        came_back,
        " and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    TO_UNPACK = (waiting!(
        to_unpack,
        " and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    TO_UNPACK_DOWN = (waiting!(
        to_unpack,
        " and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    REFUNDING = (waiting!(
        refunding,
        " and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    REFUNDING_DOWN = (waiting!(
        refunding,
        " and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    UNPAID = (waiting!(
        unpaid,
        " and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    UNPAID_DOWN = (waiting!(
        unpaid,
        " and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    REFUSED = (waiting!(
        refused,
        " and (created_at, id) > ($2, $3) order by created_at, id limit $4"
    ));
    REFUSED_DOWN = (waiting!(
        refused,
        " and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
    ));
    WITH_NUMBER = (candidates!("where number = $2"));
    OF_PLACEMENT = (candidates!("where placement_id = $2"));
    WITH_IDS = (concat!(candidates!("where id in "), given!()));
    SOME_OF_IDS = (some_of_ids!("order by created_at, id"));
    SOME_OF_IDS_DOWN = (some_of_ids!("order by created_at desc, id desc"));
}

/// The next orders after a place, in the order of the list, whether they are listed or not.
pub(crate) async fn after(db: &Db, list: &Listing, place: &Place, at_most: i64) -> Result<Vec<Candidate>> {
    let (statement, more) = walked(list, &place.key);
    let key: Param = match place.key {
        Key::Created(at) | Key::Updated(at) => at.into(),
        Key::Total(minor) => minor.into(),
    };
    let mut values = vec![list.words.clone().into(), key, place.id.into(), at_most.into()];
    values.extend(more);
    db.query(statement, &values).await?.iter().map(candidate).collect()
}

/// The range to go through: of what a filter names, the one that is likely to hold the fewest; and its values. Ranges of no
/// status pass over drafts by themselves.
fn walked(list: &Listing, key: &Key) -> (&'static Sql, Vec<Param>) {
    let filter = &list.filter;
    let drafts = || Param::from(filter.status == Some(OrderStatus::Draft));
    let of = |user: UserId| vec![user.into(), drafts()];
    let is = |value: String| vec![value.into()];
    let (up, down, values) = match (key, list.selection.user_id) {
        (Key::Updated(_), None) => (&ALL_BY_UPDATED, &ALL_BY_UPDATED_DOWN, vec![drafts()]),
        (Key::Updated(_), Some(user)) => (&OF_USER_BY_UPDATED, &OF_USER_BY_UPDATED_DOWN, of(user)),
        (Key::Total(_), None) => (&ALL_BY_TOTAL, &ALL_BY_TOTAL_DOWN, vec![drafts()]),
        (Key::Total(_), Some(user)) => (&OF_USER_BY_TOTAL, &OF_USER_BY_TOTAL_DOWN, of(user)),
        (Key::Created(_), Some(user)) => (&OF_USER_BY_CREATED, &OF_USER_BY_CREATED_DOWN, of(user)),
        (Key::Created(_), None) => match list.attention {
            Some((kind, _)) => of_kind(kind),
            None => match (&filter.status, &filter.fulfilment_status, &filter.payment_status) {
                (Some(status), _, _) => (&OF_STATUS, &OF_STATUS_DOWN, is(word(status))),
                (_, Some(status), _) => (&OF_FULFILMENT, &OF_FULFILMENT_DOWN, is(word(status))),
                (_, _, Some(status)) => (&OF_PAYMENT, &OF_PAYMENT_DOWN, is(word(status))),
                (None, None, None) => (&ALL_BY_CREATED, &ALL_BY_CREATED_DOWN, vec![drafts()]),
            },
        },
    };
    (if list.goes_down() { down } else { up }, values)
}

/// The range that holds all of a kind, upwards and down, and hardly any others.
fn of_kind(kind: AttentionKind) -> (&'static Sql, &'static Sql, Vec<Param>) {
    let of = |up, down, value: &str| (up, down, vec![value.into()]);
    match kind {
        AttentionKind::ToPack | AttentionKind::ToPackLate => (&TO_PACK, &TO_PACK_DOWN, Vec::new()),
        AttentionKind::Packed => (&PACKED, &PACKED_DOWN, Vec::new()),
        AttentionKind::OnHold => (&HELD, &HELD_DOWN, Vec::new()),
        AttentionKind::Undelivered => (&UNDELIVERED, &UNDELIVERED_DOWN, Vec::new()),
        AttentionKind::ToHandBack => (&TO_HAND_BACK, &TO_HAND_BACK_DOWN, Vec::new()),
        AttentionKind::CameBack => (&CAME_BACK, &CAME_BACK_DOWN, Vec::new()),
        AttentionKind::ToUnpack => (&TO_UNPACK, &TO_UNPACK_DOWN, Vec::new()),
        AttentionKind::RefundDelayed => (&REFUNDING, &REFUNDING_DOWN, Vec::new()),
        AttentionKind::PaymentRefused => (&REFUSED, &REFUSED_DOWN, Vec::new()),
        AttentionKind::PartiallyShipped => of(&OF_FULFILMENT, &OF_FULFILMENT_DOWN, "partially_shipped"),
        AttentionKind::Unpaid | AttentionKind::UnpaidExpiring => (&UNPAID, &UNPAID_DOWN, Vec::new()),
        AttentionKind::PaymentPending => of(&OF_PAYMENT, &OF_PAYMENT_DOWN, "pending"),
        AttentionKind::Cancelling => of(&OF_STATUS, &OF_STATUS_DOWN, "cancelling"),
    }
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

/// The first of these orders in a list that is sorted by when they were made, whether they are listed or not; and whether they
/// have these words, or just those that have.
pub(crate) async fn first_of(
    db: &Db,
    list: &Listing,
    ids: &[OrderId],
    (words, only_with_words): (&[String], bool),
    at_most: i64,
) -> Result<Vec<Candidate>> {
    let statement = if list.goes_down() { &SOME_OF_IDS_DOWN } else { &SOME_OF_IDS };
    let rows = db.query(statement, params![words.to_vec(), ids, at_most, only_with_words]).await?;
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

fn candidate(row: &Row) -> Result<Candidate> {
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
