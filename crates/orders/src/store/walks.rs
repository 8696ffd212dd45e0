//! The ranges that lists go through. Each statement reads the next rows of one index, and no more of it than it is told; of these
//! it gives those that have the words that are looked for.

use super::{
    lists::{candidate, candidates, has_words, spelled_in, wanted},
    spelled::Words,
    waiting::are,
};
use crate::{
    listing::{Candidate, FULFILMENTS, Key, Listing, PAYMENTS, PLACED, Place, delayed, late, soon},
    words::word,
};
use contracts::orders::{AttentionKind, OrderStatus};
use db::{Db, Param, Result, Row, Sql, statements};
use kernel::id::UserId;
use serde::Serialize;

/// Whether a row is what the list asks for, where it asks: it is a part of [`Listing::has`], so that what is not listed is passed
/// over within the database.
macro_rules! fits {
    ($of:literal) => {
        concat!(
            "(cast($7 as text) is null or ",
            $of,
            "status = $7) ",
            "and (cast($8 as text) is null or ",
            $of,
            "payment_status = $8) ",
            "and (cast($9 as text) is null or ",
            $of,
            "fulfilment_status = $9) ",
            "and (cast($10 as timestamptz) is null or ",
            $of,
            "created_at >= $10) ",
            "and (cast($11 as timestamptz) is null or ",
            $of,
            "created_at < $11) ",
            "and (cast($12 as timestamptz) is null or ",
            $of,
            "updated_at >= $12) ",
            "and (cast($13 as timestamptz) is null or ",
            $of,
            "updated_at < $13) ",
            "and (cast($14 as bigint) is null or ",
            $of,
            "total >= $14) ",
            "and (cast($15 as bigint) is null or ",
            $of,
            "total <= $15)"
        )
    };
}

pub(super) use fits;

/// And whether it waits for somebody like `$16` before `$17`, where that is asked for.
macro_rules! waits {
    () => {
        concat!(
            "(cast($16 as text) is null or case $16 when 'to_pack' then ",
            are!(to_pack),
            " when 'to_pack_late' then ",
            are!(to_pack),
            " and created_at < $17 when 'packed' then ",
            are!(packed),
            " when 'partially_shipped' then fulfilment_status = 'partially_shipped' when 'undelivered' then ",
            are!(undelivered),
            " when 'to_hand_back' then coalesce(",
            are!(to_hand_back),
            ", false) when 'came_back' then ",
            are!(came_back),
            " when 'to_unpack' then ",
            are!(to_unpack),
            " when 'refund_delayed' then ",
            are!(refunding),
            " and refunding_since < $17 when 'on_hold' then ",
            are!(held),
            " when 'unpaid' then ",
            are!(unpaid),
            " when 'unpaid_expiring' then ",
            are!(expiring),
            " and payment_due_at < $17 ",
            "when 'payment_refused' then ",
            are!(refused),
            " when 'payment_pending' then payment_status = 'pending' ",
            "when 'cancelling' then status = 'cancelling' end)"
        )
    };
}

pub(super) use waits;

/// Of the rows that are near, those that fit and have the words, and the one that ends them: it tells how far was looked. And the
/// draft with the number `$18`. PostgreSQL knows no last one of ids, but of their texts, which are in the same order.
macro_rules! of_near {
    ($near:expr, $last:literal $reaches:literal) => {
        concat!(
            "with ",
            wanted!(),
            ", near as materialized (",
            $near,
            "), end_of_it as materialized (select ",
            $last,
            "(cast(id as text)) as last_id from near where place ",
            $reaches,
            " (select ",
            $last,
            "(place) from near)) ",
            candidates!(
                @select ", (select count(*) from near) as looked_at from orders where id in (select n.id from near as n where ",
                "cast(n.id as text) = (select last_id from end_of_it) or n.fits and ",
                has_words!("n.id"),
                " union all select id from orders where number = $18 and status = 'draft')"
            )
        )
    };
}

pub(super) use of_near;

/// The next rows of a range, sorted by a column.
macro_rules! next {
    (up $key:literal, $range:expr) => {
        next!(@of $key, $range, ">" "", "max" ">=")
    };
    (down $key:literal, $range:expr) => {
        next!(@of $key, $range, "<" " desc", "min" "<=")
    };
    (@of $key:literal, $range:expr, $behind:literal $way:literal, $last:literal $reaches:literal) => {
        of_near!(
            concat!(
                "select id, ",
                $key,
                " as place, ",
                fits!(""),
                " and ",
                waits!(),
                " as fits",
                " from orders where ",
                $range,
                " and (",
                $key,
                ", id) ",
                $behind,
                " ($4, $5) order by ",
                $key,
                $way,
                ", id",
                $way,
                " limit $6"
            ),
            $last $reaches
        )
    };
}

/// The next of those in any of some states: of each three states that go together a range, and of all these the first.
macro_rules! in_states {
    ($engine:tt $way:tt $last:literal $reaches:literal) => {
        of_near!(
            concat!(
                "select o.id, o.created_at as place, ", in_states!(@fits $engine), " from (select value.value as status from unnest(cast($19 as text[])) as value) as a ",
                "cross join (select value.value as payment from unnest(cast($20 as text[])) as value) as b ",
                "cross join (select value.value as fulfilment from unnest(cast($21 as text[])) as value) as c ",
                in_states!(@$engine $way),
                " limit $6"
            ),
            $last $reaches
        )
    };
    // what waits is a range of its own
    (@fits postgres) => { "o.fits" };
    (@fits sqlite) => { in_states!(@fitting "o.") };
    (@fitting $of:literal) => {
        concat!(fits!($of), " and cast($16 as text) is null and cast($17 as timestamptz) is null as fits")
    };
    (@postgres $way:tt) => {
        concat!(
            "cross join lateral (select w.id, w.created_at, ", in_states!(@fitting "w."), " ", in_states!(@each $way), ") as o order by ",
            in_states!(@order $way "o")
        )
    };
    // a row stands for its order: SQLite knows no lateral join
    (@sqlite $way:tt) => {
        concat!(
            "cross join orders o on o.rowid in (select w.rowid ", in_states!(@each $way), ") order by ",
            in_states!(@order $way "o")
        )
    };
    (@each $way:tt) => {
        concat!(
            "from orders w where w.status = a.status and w.payment_status = b.payment and w.fulfilment_status = c.fulfilment ",
            in_states!(@after $way), " order by ", in_states!(@order $way "w"), " limit $6"
        )
    };
    (@after up) => { "and (w.created_at, w.id) > ($4, $5)" };
    (@after down) => { "and (w.created_at, w.id) < ($4, $5)" };
    (@order up $of:literal) => { concat!($of, ".created_at, ", $of, ".id") };
    (@order down $of:literal) => { concat!($of, ".created_at desc, ", $of, ".id desc") };
}

/// But drafts, where they are not asked for.
macro_rules! all {
    ($drafts:literal) => {
        concat!("(status <> 'draft' or ", $drafts, ")")
    };
}
macro_rules! of_user {
    () => {
        concat!("user_id = $19 and ", all!("$20"))
    };
}

statements! {
    ALL_BY_CREATED = (next!(up "created_at", all!("$19")));
    ALL_BY_CREATED_DOWN = (next!(down "created_at", all!("$19")));
    ALL_BY_UPDATED = (next!(up "updated_at", all!("$19")));
    ALL_BY_UPDATED_DOWN = (next!(down "updated_at", all!("$19")));
    ALL_BY_TOTAL = (next!(up "total", all!("$19")));
    ALL_BY_TOTAL_DOWN = (next!(down "total", all!("$19")));
    OF_USER_BY_CREATED = (next!(up "created_at", of_user!()));
    OF_USER_BY_CREATED_DOWN = (next!(down "created_at", of_user!()));
    OF_USER_BY_UPDATED = (next!(up "updated_at", of_user!()));
    OF_USER_BY_UPDATED_DOWN = (next!(down "updated_at", of_user!()));
    OF_USER_BY_TOTAL = (next!(up "total", of_user!()));
    OF_USER_BY_TOTAL_DOWN = (next!(down "total", of_user!()));
    OF_STATUS = (next!(up "created_at", "status = $19"));
    OF_STATUS_DOWN = (next!(down "created_at", "status = $19"));
    OF_PAYMENT = (next!(up "created_at", concat!("payment_status = $19 and ", all!("$20"))));
    OF_PAYMENT_DOWN = (next!(down "created_at", concat!("payment_status = $19 and ", all!("$20"))));
    OF_FULFILMENT = (next!(up "created_at", concat!("fulfilment_status = $19 and ", all!("$20"))));
    OF_FULFILMENT_DOWN = (next!(down "created_at", concat!("fulfilment_status = $19 and ", all!("$20"))));
    OF_STATES = { sqlite: in_states!(sqlite up "max" ">="), postgres: in_states!(postgres up "max" ">=") };
    OF_STATES_DOWN = { sqlite: in_states!(sqlite down "min" "<="), postgres: in_states!(postgres down "min" "<=") };
    TO_PACK = (next!(up "created_at", are!(to_pack)));
    TO_PACK_DOWN = (next!(down "created_at", are!(to_pack)));
    PACKED = (next!(up "created_at", are!(packed)));
    PACKED_DOWN = (next!(down "created_at", are!(packed)));
    HELD = (next!(up "created_at", are!(held)));
    HELD_DOWN = (next!(down "created_at", are!(held)));
    UNDELIVERED = (next!(up "created_at", are!(undelivered)));
    UNDELIVERED_DOWN = (next!(down "created_at", are!(undelivered)));
    TO_HAND_BACK = (next!(up "created_at", are!(to_hand_back)));
    TO_HAND_BACK_DOWN = (next!(down "created_at", are!(to_hand_back)));
    CAME_BACK = (next!(up "created_at", are!(came_back)));
    CAME_BACK_DOWN = (next!(down "created_at", are!(came_back)));
    TO_UNPACK = (next!(up "created_at", are!(to_unpack)));
    TO_UNPACK_DOWN = (next!(down "created_at", are!(to_unpack)));
    REFUNDING = (next!(up "created_at", are!(refunding)));
    REFUNDING_DOWN = (next!(down "created_at", are!(refunding)));
    UNPAID = (next!(up "created_at", are!(unpaid)));
    UNPAID_DOWN = (next!(down "created_at", are!(unpaid)));
    REFUSED = (next!(up "created_at", are!(refused)));
    REFUSED_DOWN = (next!(down "created_at", are!(refused)));
}

/// What was seen of a range.
pub(crate) struct Walked {
    /// Those with the words, in the order of the list, whether they are listed or not; and the last that was looked at, at any rate,
    /// and the draft whose number is looked for.
    pub(crate) orders: Vec<Candidate>,
    /// How many were looked at.
    pub(crate) looked_at: usize,
}

/// The next orders after a place, in the order of the list, whether they are listed or not.
pub(crate) async fn after(
    db: &Db,
    list: &Listing,
    words: &Words,
    place: &Place,
    at_most: i64,
) -> Result<Walked> {
    let (statement, more) = walked(list, &place.key);
    let mut values = asked(list, words, place, at_most);
    values.extend(more);
    read(list, &db.query(statement, &values).await?)
}

/// What [`of_near!`] gives.
pub(super) fn read(list: &Listing, rows: &[Row]) -> Result<Walked> {
    let looked_at = rows.first().map_or(Ok(0), |row| row.get::<i64>("looked_at"))?;
    let mut orders: Vec<Candidate> = rows.iter().map(candidate).collect::<Result<_>>()?;
    orders.sort_by(|a, b| list.order(&list.place(a), &list.place(b)));
    Ok(Walked { orders, looked_at: usize::try_from(looked_at).unwrap_or_default() })
}

/// The first eighteen parameters: the words, the place, how many, what [`fits!`] and [`waits!`] compare with, the draft.
pub(super) fn asked(list: &Listing, words: &Words, place: &Place, at_most: i64) -> Vec<Param> {
    let key: Param = match place.key {
        Key::Created(at) | Key::Updated(at) => at.into(),
        Key::Total(minor) => minor.into(),
    };
    let mut values = words.params();
    values.extend([key, place.id.into(), at_most.into()]);
    values.extend(fitting(list));
    values.push(list.draft.into());
    values
}

fn fitting(list: &Listing) -> [Param; 11] {
    let filter = &list.filter;
    let before = list.attention.and_then(|(kind, now)| match kind {
        AttentionKind::ToPackLate => Some(late(now)),
        AttentionKind::UnpaidExpiring => Some(soon(now)),
        AttentionKind::RefundDelayed => Some(delayed(now)),
        _ => None,
    });
    [
        filter.status.as_ref().map(word).into(),
        filter.payment_status.as_ref().map(word).into(),
        filter.fulfilment_status.as_ref().map(word).into(),
        filter.created_from.into(),
        filter.created_before.into(),
        filter.updated_from.into(),
        filter.updated_before.into(),
        list.total_min.into(),
        list.total_max.into(),
        list.attention.map(|(kind, _)| word(&kind)).into(),
        before.into(),
    ]
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
            None => match (&filter.status, &filter.payment_status, &filter.fulfilment_status) {
                (None, None, None) => (&ALL_BY_CREATED, &ALL_BY_CREATED_DOWN, vec![drafts()]),
                (Some(status), None, None) => (&OF_STATUS, &OF_STATUS_DOWN, is(word(status))),
                (None, Some(status), None) => {
                    (&OF_PAYMENT, &OF_PAYMENT_DOWN, vec![word(status).into(), drafts()])
                }
                (None, None, Some(status)) => {
                    (&OF_FULFILMENT, &OF_FULFILMENT_DOWN, vec![word(status).into(), drafts()])
                }
                (status, payment, fulfilment) => {
                    let states = vec![
                        this_or_all(status, &PLACED),
                        this_or_all(payment, &PAYMENTS),
                        this_or_all(fulfilment, &FULFILMENTS),
                    ];
                    (&OF_STATES, &OF_STATES_DOWN, states)
                }
            },
        },
    };
    (if list.goes_down() { down } else { up }, values)
}

/// The one that is named, or each.
fn this_or_all<T: Serialize>(this: &Option<T>, all: &[T]) -> Param {
    let words: Vec<String> = match this {
        Some(this) => vec![word(this)],
        None => all.iter().map(word).collect(),
    };
    words.into()
}

/// The range that holds all of a kind, upwards and down, and hardly any others.
fn of_kind(kind: AttentionKind) -> (&'static Sql, &'static Sql, Vec<Param>) {
    // no draft is of these
    let of = |up, down, value: &str| (up, down, vec![value.into(), false.into()]);
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
        AttentionKind::Cancelling => (&OF_STATUS, &OF_STATUS_DOWN, vec!["cancelling".into()]),
    }
}
