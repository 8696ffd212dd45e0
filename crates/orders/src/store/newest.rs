//! The orders that have words, in the order in which they were made: of a word that many have, no more is read than a page
//! needs. Each word that begins with what is looked for is a range of an index that is in that order already.

use super::spelled::{
    ExpandedWord, WordFilter, WordSelectivity, beginnings, limit_of, many, next_word, spelled,
};
use db::{
    Db, Result, Row, Sql, statements,
    words::{Intersection, WordPositions, meet},
};
use kernel::{Timestamp, id::OrderId, words::ASKED_MAX};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A moment as it is compared and handed over: microseconds since 1970, and so many more ([`ABOVE`]) that each has as many digits, and
/// the id of its order in hexadecimal ones. These are the forms that SQLite makes with the least work.
macro_rules! moment {
    (sqlite) => {
        "(created_at + 2000000000000000000) || hex(order_id)"
    };
    (postgres) => {
        "cast(cast(extract(epoch from created_at) * 1000000 as bigint) + 2000000000000000000 as text) \
         || upper(replace(cast(order_id as text), '-', ''))"
    };
}
/// All of them as one text.
macro_rules! joined {
    (sqlite) => {
        concat!("group_concat(", moment!(sqlite), ", '')")
    };
    (postgres) => {
        concat!("string_agg(", moment!(postgres), ", '')")
    };
}

/// Of a word of a table the newest orders, or the oldest.
macro_rules! of_word {
    ($engine:tt $sort:tt $table:literal) => {
        concat!(
            "(select ",
            joined!($engine),
            " from (select w.order_id, w.created_at from ",
            $table,
            " w where w.word = spelled.word and (w.created_at, w.order_id) ",
            of_word!(@sort $sort),
            " limit (select at_most from allowed)) as few)"
        )
    };
    (@sort down) => {
        "< ($18, $19) order by w.created_at desc, w.order_id desc"
    };
    (@sort up) => {
        "> ($18, $19) order by w.created_at, w.order_id"
    };
}

/// Those of the words of a table that know no time, which are few.
macro_rules! of_no_time {
    ($kind:literal $table:literal) => {
        concat!(
            "select * from (select (asked.nth * 3 + ",
            $kind,
            ") * 100 as spelling, w.order_id, ",
            "(select created_at from orders where id = w.order_id) as created_at ",
            "from asked cross join ",
            $table,
            " w where w.word >= asked.beginning and w.word < asked.below ",
            "and w.created_at is null limit 200) as few"
        )
    };
}

/// All of it: the words that begin with what is looked for, of each table some; how many orders may be read of each; the orders.
/// Where the words are in too many ways (for one of them, or so that fewer than ten of each may be read, which say too little), or two
/// hundred know no time, also how many have each.
macro_rules! newest {
    ($engine:tt $sort:tt) => {
        concat!(
            spelled!(),
            ", ",
            "allowed(at_most) as (select cast($20 as bigint) / (1 + count(word)) from spelled), ",
            "timeless as materialized (",
            of_no_time!("0" "order_word"), " union all ",
            of_no_time!("1" "person_word"), " union all ",
            of_no_time!("2" "parcel_word"),
            ") select -1 - at_most as spelling, null as word, null as moments from allowed union all ",
            "select (nth * 3 + kind) * 100 + place, word, case kind when 0 then ", of_word!($engine $sort "order_word"),
            " when 1 then ", of_word!($engine $sort "person_word"),
            " else ", of_word!($engine $sort "parcel_word"), " end from spelled where word is not null union all ",
            "select spelling, null, ", moment!($engine), " from timeless union all ",
            "select nth * 300 + 99, null, cast(", many!("$21"), " as text) from asked where beginning is not null and (",
            "exists (select 1 from spelled where place > cast($17 as bigint) and word is not null) ",
            "or exists (select 1 from allowed where at_most < 10) ",
            "or exists (select 1 from timeless limit 1 offset 199))"
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

/// What words are of: an order, its person, its parcels.
const KINDS: i64 = 3;
/// Places of words of one kind, from 1 on; 0 is that of those that know no time.
const PLACES: i64 = 100;
/// Where it is told how many have what is looked for.
const MANY: i64 = 99;

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
    /// The words are in too many ways to be read one by one, or too many know no time: how they are spelled is known, and whether few
    /// have one of them.
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
    let mut values = beginnings(asked);
    values.extend([after.0.into(), after.1.into(), rows.into(), limit_of(few).into()]);
    let mut read = OrderScan::default();
    for row in db.query(statement, &values).await? {
        read.add(&row)?;
    }
    if !read.many.is_empty() {
        return Ok(WordScan::Not(WordSelectivity::of(asked, read.many, read.spelled, few)));
    }
    read.met(asked.len(), &write(&after), goes_down).map(WordScan::Next)
}

/// The orders of a word, or those that know no time, whichever word they have.
#[derive(Debug)]
struct WordHits {
    nth: i64,
    knows_time: bool,
    written: String,
}

/// What was read.
#[derive(Debug, Default)]
struct OrderScan {
    /// How many orders may be read of each word.
    at_most: i64,
    moments: Vec<WordHits>,
    spelled: Vec<ExpandedWord>,
    /// How many have what is looked for.
    many: BTreeMap<i64, i64>,
}

impl OrderScan {
    fn add(&mut self, row: &Row) -> Result<()> {
        let spelling = row.get::<i64>("spelling")?;
        if spelling < 0 {
            self.at_most = -1 - spelling;
            return Ok(());
        }
        let (nth, kind, place) = (spelling / PLACES / KINDS, spelling / PLACES % KINDS, spelling % PLACES);
        let moments = row.get::<Option<String>>("moments")?.unwrap_or_default();
        if place == MANY {
            let many = moments.parse().map_err(|_| db::Error::other("how many have a word is no number"))?;
            self.many.insert(nth, many);
            return Ok(());
        }
        let word = row.get::<Option<String>>("word")?;
        self.moments.push(WordHits { nth, knows_time: word.is_some(), written: moments });
        self.spelled.extend(word.map(|word| ExpandedWord { nth, kind, place, word }));
        Ok(())
    }

    fn met(&self, asked: usize, after: EncodedTime<'_>, goes_down: bool) -> Result<OrderMatches> {
        let at_most = usize::try_from(self.at_most).unwrap_or_default();
        let known = self.moments.iter().map(|moments| WordPositions {
            nth: usize::try_from(moments.nth).unwrap_or_default(),
            places: &moments.written,
            at_most: if moments.knows_time { at_most } else { usize::MAX },
        });
        let known: Vec<WordPositions<'_>> = known.collect();
        let asked: Vec<usize> = (0..asked.min(ASKED_MAX)).collect();
        let Intersection { places, left, until } = meet(&known, &asked, after, goes_down);
        let is_left =
            |spelled: &&ExpandedWord| usize::try_from(spelled.nth).is_ok_and(|nth| left.contains(&nth));
        let left = WordFilter::spelled(self.spelled.iter().filter(is_left));
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
