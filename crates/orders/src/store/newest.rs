//! The orders that have words, in the order in which they were made: of a word that many have, no more is read than a page
//! needs. Each word that begins with what is looked for is a range of an index that is in that order already.

use db::{Db, Param, Result, Sql, statements};
use kernel::{
    Timestamp,
    id::OrderId,
    words::{ASKED_MAX, end_of},
};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

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

/// Of a table, the newest orders of each of its words; and those of words that know no time, which are few.
macro_rules! of_table {
    ($engine:tt $sort:tt $kind:literal $table:literal) => {
        concat!(
            "select (spelled.nth * 3 + spelled.kind) * 100 + spelled.place as word, o.order_id, o.created_at from spelled ",
            of_table!(@each $engine $sort $table),
            " where spelled.kind = ", $kind, " union all ",
            "select * from (select (asked.nth * 3 + ", $kind, ") * 100 as word, w.order_id, ",
            "(select created_at from orders where id = w.order_id) as created_at ",
            "from asked cross join ", $table, " w where w.word >= asked.beginning and w.word < asked.below ",
            "and w.created_at is null limit 200) as few union all "
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
            "cross join ", $table, " o on o.rowid in (select w.rowid ", of_table!(@few $sort $table), ")"
        )
    };
    (@few down $table:literal) => {
        concat!(
            "from ", $table, " w where w.word = spelled.word and (w.created_at, w.order_id) < ($1, $2) ",
            "order by w.created_at desc, w.order_id desc limit (select at_most from allowed)"
        )
    };
    (@few up $table:literal) => {
        concat!(
            "from ", $table, " w where w.word = spelled.word and (w.created_at, w.order_id) > ($1, $2) ",
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
            "allowed(at_most) as (select cast($3 as bigint) / (1 + count(word)) from spelled) ",
            "select -1 - at_most as word, null as order_id, null as created_at from allowed union all ",
            of_table!($engine $sort "0" "order_word"),
            of_table!($engine $sort "1" "person_word"),
            of_table!($engine $sort "2" "parcel_word"),
            "select null, null, null from spelled where place > cast($4 as bigint) and word is not null"
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

/// More words than so many of a table that begin with what is looked for are not read one by one.
const SPELLED_MAX: i64 = 32;
/// As many words without a time are not read.
const TIMELESS_MAX: usize = 200;

/// Fewer of each say too little.
const FEWEST: i64 = 10;

/// What words are of: an order, its person, its parcels.
const KINDS: i64 = 3;
/// Places of words of one kind, from 1 on; 0 is that of those that know no time.
const PLACES: i64 = 100;

/// Where an order stands among all that were ever made.
pub(crate) type Moment = (Timestamp, OrderId);

/// What is known of the next orders that have all words.
#[derive(Debug)]
pub(crate) struct Next {
    /// Those of the rarest word, but for those that lack another one, in the order of the list.
    pub(crate) orders: Vec<Moment>,
    /// Whether they have the others is known; where it is not, that is to be looked at.
    pub(crate) have_all: bool,
    /// All are known up to here; where it is nothing, to the end.
    pub(crate) until: Option<Moment>,
}

/// What is known, or why it is not.
#[derive(Debug)]
pub(crate) enum Known {
    Next(Next),
    /// The words are spelled in too many ways for so few rows.
    WithMoreRows,
    /// They are spelled in more ways than are read one by one, or too many know no time.
    Nothing,
}

/// The orders of one word, as far as they were read.
#[derive(Debug, Default)]
struct OfWord {
    orders: BTreeSet<Moment>,
    until: Option<Moment>,
}

/// The direction of a list.
#[derive(Debug, Clone, Copy)]
struct Way {
    goes_down: bool,
}
impl Way {
    /// Whether the one comes before the other.
    fn is_before(self, a: &Moment, b: &Moment) -> bool {
        if self.goes_down { a > b } else { a < b }
    }
    /// Whether all orders are known up to this one, where they are up to there.
    fn reaches(self, until: Option<&Moment>, order: &Moment) -> bool {
        until.is_none_or(|until| !self.is_before(until, order))
    }
}

/// The next orders after a moment, or before it where it `goes_down`, that have words that begin with each of these. No more
/// than so many rows are read for all words together.
pub(crate) async fn next(
    db: &Db,
    asked: &[String],
    after: Moment,
    goes_down: bool,
    rows: i64,
) -> Result<Known> {
    let statement: &Sql = if goes_down { &NEWEST } else { &OLDEST };
    let mut values: Vec<Param> = vec![after.0.into(), after.1.into(), rows.into(), SPELLED_MAX.into()];
    for nth in 0..ASKED_MAX {
        let word = asked.get(nth);
        values.extend([Param::from(word), word.map(|word| end_of(word)).into()]);
    }
    let way = Way { goes_down };
    let mut spelled: BTreeMap<i64, Vec<Moment>> = BTreeMap::new();
    let (mut at_most, mut timeless) = (0, 0);
    for row in db.query(statement, &values).await? {
        let word = match row.get::<Option<i64>>("word")? {
            Some(word) if word >= 0 => word,
            Some(told) => {
                at_most = -1 - told;
                continue;
            }
            None => return Ok(Known::Nothing),
        };
        timeless += usize::from(word % PLACES == 0);
        let moment = (row.get("created_at")?, row.get("order_id")?);
        if way.is_before(&after, &moment) {
            spelled.entry(word).or_default().push(moment);
        }
    }
    if timeless >= TIMELESS_MAX {
        return Ok(Known::Nothing);
    }
    if at_most < FEWEST {
        return Ok(Known::WithMoreRows);
    }
    let mut words: Vec<OfWord> = asked.iter().take(ASKED_MAX).map(|_| OfWord::default()).collect();
    for (spelt, orders) in spelled {
        let Some(word) = usize::try_from(spelt / PLACES / KINDS).ok().and_then(|nth| words.get_mut(nth))
        else {
            continue;
        };
        let last = if goes_down { orders.iter().min() } else { orders.iter().max() };
        if let Some(last) = last.filter(|_| spelt % PLACES > 0 && orders.len() as i64 >= at_most)
            && way.reaches(word.until.as_ref(), last)
        {
            word.until = Some(*last);
        }
        word.orders.extend(orders);
    }
    Ok(Known::Next(of_rarest(words, way)))
}

/// The orders of the word that is known the furthest, but for those that are known to lack another one.
fn of_rarest(mut words: Vec<OfWord>, way: Way) -> Next {
    let furthest = |a: &OfWord, b: &OfWord| match (&a.until, &b.until) {
        (None, None) => a.orders.len().cmp(&b.orders.len()),
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) if way.goes_down => a.cmp(b),
        (Some(a), Some(b)) => b.cmp(a),
    };
    words.sort_by(furthest);
    let mut words = words.into_iter();
    let OfWord { orders, until } = words.next().unwrap_or_default();
    let others: Vec<OfWord> = words.collect();
    let lacks = |order: &Moment| {
        others.iter().any(|word| way.reaches(word.until.as_ref(), order) && !word.orders.contains(order))
    };
    let known = orders.into_iter().filter(|order| way.reaches(until.as_ref(), order) && !lacks(order));
    let mut orders: Vec<Moment> = known.collect();
    if way.goes_down {
        orders.reverse();
    }
    let have_all =
        others.iter().all(|word| orders.iter().all(|order| way.reaches(word.until.as_ref(), order)));
    Next { orders, have_all, until }
}
