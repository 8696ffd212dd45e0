//! The orders that have words, in the order in which they were made: of a word that many have, no more is read than a page
//! needs. Each word that begins with what is looked for is a range of an index that is in that order already.

use super::{
    keyset::{behind, sql},
    word_filter::{
        KINDS, TABLES, WordCounts, WordFilter, WordSelectivity, asked, asked_param, begins_with, by_kind,
        count, limit_of,
    },
};
use crate::word_intersection::{Intersection, WordPositions, meet};
use db::{Db, Engine, Result, Row, Sql, params};
use kernel::{Timestamp, id::OrderId, words::ASKED_MAX};
use std::sync::LazyLock;
use uuid::Uuid;

/// A moment as it is compared and handed over: microseconds since 1970, and so many more ([`ABOVE`]) that each has as many digits, and
/// the id of its order in hexadecimal ones. These are the forms that SQLite makes with the least work.
const fn encoded(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "(created_at + 2000000000000000000) || hex(order_id)",
        Engine::Postgres => {
            "cast(cast(extract(epoch from created_at) * 1000000 as bigint) + 2000000000000000000 as text) \
             || upper(replace(cast(order_id as text), '-', ''))"
        }
    }
}

/// More words of a table with the same prefix are not read one by one.
const WORDS_MAX: i64 = 32;

/// All of it: the words that begin with what is looked for, found by jumping through the index of each table; how many orders may be
/// read of each word; the orders; and orders whose words know no time, which are few. No word is one where there is no further one.
/// Where there are too many words (for one prefix, or so that fewer than ten orders of each may be read, which say too little), or two
/// hundred words know no time, also how many orders have each.
fn newest(engine: Engine, goes_down: bool) -> String {
    let (encoded, count) = (encoded(engine), count("$5"));
    let concat = if engine == Engine::Sqlite { "group_concat" } else { "string_agg" };
    let next_word = |condition: &str| {
        by_kind("kind", |table| {
            format!(
                "(select min(w.word) from {table} w where w.word {condition} and w.word < prefix || '\u{10FFFF}')"
            )
        })
    };
    let (first, next) = (next_word(">= prefix"), next_word("> spelled.word"));
    let behind = behind(["w.created_at", "w.order_id"], "$2, $3", "(select at_most from allowed)", goes_down);
    let moments = by_kind("kind", |table| {
        format!(
            "(select {concat}({encoded}, '') from (select w.order_id, w.created_at from {table} w \
             where w.word = spelled.word and {behind}) as few)"
        )
    });
    let (asked, begins) = (asked(), begins_with("asked.prefix"));
    let timeless = (0..).zip(TABLES).map(|(kind, table)| {
        format!(
            "select * from (select (asked.nth * {KINDS_MAX} + {kind}) * {PLACES} as spelling, w.order_id, \
             (select created_at from orders where id = w.order_id) as created_at from asked cross join {table} w \
             where {begins} and w.created_at is null limit 200) as few"
        )
    });
    let timeless = timeless.collect::<Vec<_>>().join(" union all ");
    format!(
        "with recursive {asked}, \
         spelled(nth, kind, prefix, word, place) as (\
             select nth, kind, prefix, {first}, 1 from asked cross join {KINDS} union all \
             select nth, kind, prefix, {next}, place + 1 from spelled where word is not null and place <= {WORDS_MAX}), \
         allowed(at_most) as (select cast($4 as bigint) / (1 + count(word)) from spelled), \
         timeless as materialized ({timeless}) \
         select -1 - at_most as spelling, null as word, null as moments from allowed union all \
         select (nth * {KINDS_MAX} + kind) * {PLACES} + place, word, {moments} from spelled where word is not null union all \
         select spelling, null, {encoded} from timeless union all \
         select (nth * {KINDS_MAX} + kind) * {PLACES} + {COUNT}, null, cast(matching as text) from ({count}) as counted where \
             exists (select 1 from spelled where place > {WORDS_MAX} and word is not null) \
             or exists (select 1 from allowed where at_most < 10) \
             or exists (select 1 from timeless limit 1 offset 199)"
    )
}

static NEWEST: LazyLock<Sql> = LazyLock::new(|| sql(|engine| newest(engine, true)));
static OLDEST: LazyLock<Sql> = LazyLock::new(|| sql(|engine| newest(engine, false)));

pub(super) fn statements() -> Vec<(&'static str, Sql)> {
    vec![("NEWEST", *NEWEST), ("OLDEST", *OLDEST)]
}

/// Kinds of words: an order's, its person's, its parcels'.
const KINDS_MAX: i64 = 3;
/// Places of words of one kind, from 1 on; 0 is that of those that know no time.
const PLACES: i64 = 100;
/// The place of the number of orders.
const COUNT: i64 = 99;

/// Where an order stands among all that were ever made.
pub(crate) type TimePosition = (Timestamp, OrderId);

/// A moment as it is written: those are in the order of what they say, and are compared without being read.
type EncodedTime<'a> = &'a str;
/// The digits of a moment, and what they are above microseconds: from the year 0 to 9999 each has as many.
const DIGITS: usize = 19;
const ABOVE: i64 = 2_000_000_000_000_000_000;

fn write((at, id): &TimePosition) -> String {
    format!("{}{:X}", ABOVE.saturating_add(at.as_micros()), id.uuid().simple())
}

fn moment(written: EncodedTime<'_>) -> Result<TimePosition> {
    let (at, id) = written.split_at_checked(DIGITS).unwrap_or_default();
    let moment = at.parse::<i64>().ok().zip(Uuid::try_parse(id).ok());
    let moment =
        moment.map(|(at, id)| (Timestamp::from_micros(at.saturating_sub(ABOVE)), OrderId::from_uuid(id)));
    moment.ok_or_else(|| db::Error::other("moments of orders are not written as they should be"))
}

/// What is known of the next orders that have all words.
#[derive(Debug)]
pub(crate) struct OrderMatches {
    /// Those of the rarest word, but for those that lack another one, in the order of the list.
    pub(crate) orders: Vec<TimePosition>,
    /// Whether they have the others is known but for these; where there are none, they have all.
    pub(crate) left: WordFilter,
    /// All are known up to here; where it is nothing, to the end.
    pub(crate) until: Option<TimePosition>,
}

/// What a look along the words tells.
#[derive(Debug)]
pub(crate) enum WordScan {
    Next(OrderMatches),
    /// The words are in too many ways to be read one by one, or too many know no time: how many orders have them is known.
    Not(WordSelectivity),
}

/// The next orders after a moment, or before it where it `goes_down`, that have words that begin with each of these. No more
/// than so many rows are read for all words together; a word that so many have, or fewer, is one of few.
pub(crate) async fn next(
    db: &Db,
    asked: &[String],
    after: TimePosition,
    goes_down: bool,
    rows: i64,
    few: usize,
) -> Result<WordScan> {
    let statement: &Sql = if goes_down { &NEWEST } else { &OLDEST };
    let values = params![asked_param(asked), after.0, after.1, rows, limit_of(few)];
    let mut read = OrderScan::default();
    for row in db.query(statement, values).await? {
        read.add(&row)?;
    }
    if !read.counts.is_empty() {
        return Ok(WordScan::Not(read.counts.selectivity(asked, few)));
    }
    read.met(asked, &write(&after), goes_down).map(WordScan::Next)
}

/// The orders of a word, or those that know no time, whichever word they have.
#[derive(Debug)]
struct WordHits {
    nth: i64,
    kind: i64,
    knows_time: bool,
    written: String,
}

/// What was read.
#[derive(Debug, Default)]
struct OrderScan {
    /// How many orders may be read of each word.
    at_most: i64,
    hits: Vec<WordHits>,
    counts: WordCounts,
}

impl OrderScan {
    fn add(&mut self, row: &Row) -> Result<()> {
        let spelling = row.get::<i64>("spelling")?;
        if spelling < 0 {
            self.at_most = -1 - spelling;
            return Ok(());
        }
        let (nth, kind) = (spelling / PLACES / KINDS_MAX, spelling / PLACES % KINDS_MAX);
        let written = row.get::<Option<String>>("moments")?.unwrap_or_default();
        if spelling % PLACES == COUNT {
            let count = written.parse().map_err(|_| db::Error::other("how many have a word is no number"))?;
            self.counts.add(nth, kind, count);
            return Ok(());
        }
        let knows_time = row.get::<Option<String>>("word")?.is_some();
        self.hits.push(WordHits { nth, kind, knows_time, written });
        Ok(())
    }

    fn met(&self, asked: &[String], after: EncodedTime<'_>, goes_down: bool) -> Result<OrderMatches> {
        let at_most = usize::try_from(self.at_most).unwrap_or_default();
        let known = self.hits.iter().map(|hits| WordPositions {
            nth: usize::try_from(hits.nth).unwrap_or_default(),
            places: &hits.written,
            at_most: if hits.knows_time { at_most } else { usize::MAX },
        });
        let known: Vec<WordPositions<'_>> = known.collect();
        let all: Vec<usize> = (0..asked.len().min(ASKED_MAX)).collect();
        let Intersection { places, left, until } = meet(&known, &all, after, goes_down);
        let is_left = |hits: &&WordHits| usize::try_from(hits.nth).is_ok_and(|nth| left.contains(&nth));
        let left = self.hits.iter().filter(is_left).map(|hits| (hits.nth, hits.kind));
        let left = WordFilter::in_tables(asked, left);
        let orders = places.into_iter().map(moment).collect::<Result<_>>()?;
        Ok(OrderMatches { orders, left, until: until.map(moment).transpose()? })
    }
}

#[cfg(test)]
mod tests {
    use super::{ABOVE, DIGITS, moment, write};
    use kernel::{Timestamp, id::OrderId};

    #[test]
    fn moments_are_written_in_one_length_and_in_their_order() {
        let year_0 = -62_167_219_200_000_000;
        let moments = [year_0, -1, 0, 1_800_000_000_000_000, 253_402_300_799_999_999];
        let id = OrderId::from_uuid(uuid::Uuid::from_u128(0xabc));
        let written = moments.map(|micros| write(&(Timestamp::from_micros(micros), id)));
        assert!(written.iter().all(|one| one.len() == DIGITS + 32), "{written:?}");
        assert!(written.is_sorted());
        for (micros, written) in moments.into_iter().zip(&written) {
            assert_eq!(moment(written).unwrap(), (Timestamp::from_micros(micros), id));
        }
        // as the statements have it
        assert_eq!(ABOVE.to_string(), "2000000000000000000");
    }
}
