//! The orders that have words, in the order in which they were made: of a word that many have, no more is read than a page
//! needs. Each word that begins with what is looked for is a range of an index that is in that order already.

use db::{Db, Param, Result, Sql, statements};
use kernel::{
    Timestamp,
    id::OrderId,
    words::{ASKED_MAX, end_of},
};
use std::collections::BTreeMap;

/// The next word, of one of the three tables, that begins with what is looked for.
macro_rules! next_word {
    ($from:literal) => {
        concat!(
            "case kind when 0 then (select min(w.word) from order_word w where w.word ",
            $from,
            " and w.word < below) ",
            "when 1 then (select min(w.word) from person_word w where w.word ",
            $from,
            " and w.word < below) ",
            "else (select min(w.word) from parcel_word w where w.word ",
            $from,
            " and w.word < below) end"
        )
    };
}

/// Of a table, the newest orders of each of its words; and what cannot be read in their order.
macro_rules! of_table {
    ($engine:tt $sort:tt $kind:literal $table:literal) => {
        concat!(
            "select s.nth * 3 + s.kind as kind, s.place, o.order_id, o.created_at, a.at_most from spelled s cross join allowed a ",
            of_table!(@each $engine $sort $table),
            " where s.kind = ", $kind, " union all ",
            "select ", $kind, ", 0, null, null, 0 from asked where exists (select 1 from ", $table,
            " where word >= beginning and word < below and created_at is null) union all "
        )
    };
    (@each postgres $sort:tt $table:literal) => {
        concat!(
            "cross join lateral (select w.order_id, w.created_at ", of_table!(@few $sort $table), ") as o"
        )
    };
    // a row stands for its order: SQLite knows no lateral join
    (@each sqlite $sort:tt $table:literal) => {
        concat!(
            "join ", $table, " o on o.rowid in (select w.rowid ", of_table!(@few $sort $table), ")"
        )
    };
    (@few down $table:literal) => {
        concat!(
            "from ", $table, " w where w.word = s.word and (w.created_at, w.order_id) < ($1, $2) ",
            "order by w.created_at desc, w.order_id desc limit (select at_most from allowed)"
        )
    };
    (@few up $table:literal) => {
        concat!(
            "from ", $table, " w where w.word = s.word and (w.created_at, w.order_id) > ($1, $2) ",
            "order by w.created_at, w.order_id limit (select at_most from allowed)"
        )
    };
}

/// All of it: the words that begin with what is looked for, of each table some; how many orders may be read of each; the orders.
macro_rules! newest {
    ($engine:tt $sort:tt) => {
        concat!(
            "with recursive asked(nth, beginning, below) as (values ",
            "(0, cast($5 as text), cast($6 as text)), (1, cast($7 as text), cast($8 as text)), ",
            "(2, cast($9 as text), cast($10 as text)), (3, cast($11 as text), cast($12 as text)), ",
            "(4, cast($13 as text), cast($14 as text)), (5, cast($15 as text), cast($16 as text)), ",
            "(6, cast($17 as text), cast($18 as text)), (7, cast($19 as text), cast($20 as text))",
            "), ",
            "spelled(nth, kind, below, word, place) as (",
            "select nth, kind, below, ", next_word!(">= beginning"), ", 1 ",
            "from asked cross join (select 0 as kind union all select 1 union all select 2) as kinds ",
            "where beginning is not null union all select nth, kind, below, ", next_word!("> spelled.word"), ", place + 1 ",
            "from spelled where word is not null and place <= cast($4 as bigint)), ",
            "allowed(at_most) as (select case when count(word) * cast($4 as bigint) < cast($3 as bigint) ",
            "then cast($3 as bigint) / (1 + count(word)) else cast($4 as bigint) end from spelled) ",
            of_table!($engine $sort "0" "order_word"),
            of_table!($engine $sort "1" "person_word"),
            of_table!($engine $sort "2" "parcel_word"),
            "select kind, 0, null, null, 0 from spelled where place > cast($4 as bigint) and word is not null"
        )
    };
}

statements! {
    NEWEST = {
        sqlite: newest!(sqlite down),
        postgres: newest!(postgres down),
    };
    OLDEST = {
        sqlite: newest!(sqlite up),
        postgres: newest!(postgres up),
    };
}

/// More words than so many of a table that begin with what is looked for are not read one by one; of each, so many orders are
/// read at least.
const SPELLED_MAX: i64 = 32;

/// What words are of: an order, its person, its parcels.
const KINDS: i64 = 3;

/// Where an order stands among all that were ever made.
pub(crate) type Moment = (Timestamp, OrderId);

/// The next orders that have all words.
#[derive(Debug)]
pub(crate) struct Next {
    /// In the order of the list.
    pub(crate) orders: Vec<Moment>,
    /// All are known up to here; where it is nothing, to the end.
    pub(crate) until: Option<Moment>,
}

/// The next orders after a moment, or before it where it `goes_down`, that have words that begin with each of these. Nothing is
/// known where too many different words begin so. About so many rows are read for all words together.
pub(crate) async fn next(
    db: &Db,
    asked: &[String],
    after: Moment,
    goes_down: bool,
    rows: i64,
) -> Result<Option<Next>> {
    let statement: &Sql = if goes_down { &NEWEST } else { &OLDEST };
    let mut values: Vec<Param> = vec![after.0.into(), after.1.into(), rows.into(), SPELLED_MAX.into()];
    for nth in 0..ASKED_MAX {
        let word = asked.get(nth);
        values.extend([Param::from(word), word.map(|word| end_of(word)).into()]);
    }
    // downwards everything is compared the other way round
    let is_before = |a: &Moment, b: &Moment| if goes_down { a > b } else { a < b };
    let mut of_words: BTreeMap<(i64, i64), Vec<Moment>> = BTreeMap::new();
    let mut at_most = 0;
    for row in db.query(statement, &values).await? {
        let Some(order) = row.get::<Option<OrderId>>("order_id")? else { return Ok(None) };
        at_most = row.get::<i64>("at_most")?;
        let word = (row.get("kind")?, row.get("place")?);
        of_words.entry(word).or_default().push((row.get("created_at")?, order));
    }
    let mut until: Option<Moment> = None;
    let mut having: BTreeMap<Moment, u8> = BTreeMap::new();
    for ((kind, _), mut orders) in of_words {
        orders.sort_unstable();
        let last = if goes_down { orders.first() } else { orders.last() };
        if let Some(last) = last.filter(|_| orders.len() as i64 >= at_most)
            && until.is_none_or(|until| is_before(last, &until))
        {
            until = Some(*last);
        }
        for order in orders {
            *having.entry(order).or_default() |= 1 << (kind / KINDS);
        }
    }
    let all = u8::MAX >> (ASKED_MAX - asked.len().min(ASKED_MAX));
    let is_known = |order: &Moment| until.is_none_or(|until| !is_before(&until, order));
    let known = having.into_iter().filter(|(order, words)| *words == all && is_known(order));
    let mut orders: Vec<Moment> = known.map(|(order, _)| order).collect();
    if goes_down {
        orders.reverse();
    }
    Ok(Some(Next { orders, until }))
}
