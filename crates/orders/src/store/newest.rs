//! The orders that have words, in the order in which they were made: of a word that many have, no more is read than a page
//! needs. Each word that begins with what is looked for is a range of an index that is in that order already.

use super::spelled::{Spelled, Words, beginnings, next_word, spelled};
use db::{Db, Result, Sql, statements};
use kernel::{Timestamp, id::OrderId, words::ASKED_MAX};
use std::cmp::Ordering;
use uuid::Uuid;

/// A moment as it is compared and handed over: so many digits of microseconds, and the id of its order in as many hexadecimal ones.
macro_rules! moment {
    (sqlite) => {
        "printf('%018d', created_at) || lower(hex(order_id))"
    };
    (postgres) => {
        "lpad(cast(cast(extract(epoch from created_at) * 1000000 as bigint) as text), 18, '0') \
         || replace(cast(order_id as text), '-', '')"
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
    ($engine:tt $kind:literal $table:literal) => {
        concat!(
            " union all select spelling, null, ",
            moment!($engine),
            " from (select (asked.nth * 3 + ",
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
macro_rules! newest {
    ($engine:tt $sort:tt) => {
        concat!(
            spelled!(),
            ", ",
            "allowed(at_most) as (select cast($20 as bigint) / (1 + count(word)) from spelled) ",
            "select -1 - at_most as spelling, null as word, null as moments from allowed union all ",
            "select (nth * 3 + kind) * 100 + place, word, case kind when 0 then ", of_word!($engine $sort "order_word"),
            " when 1 then ", of_word!($engine $sort "person_word"),
            " else ", of_word!($engine $sort "parcel_word"), " end from spelled where word is not null",
            of_no_time!($engine "0" "order_word"),
            of_no_time!($engine "1" "person_word"),
            of_no_time!($engine "2" "parcel_word"),
            " union all select null, null, null from spelled where place > cast($17 as bigint) and word is not null"
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

/// A moment as it is written: those are in the order of what they say, and are compared without being read.
type Written<'a> = &'a str;
/// Digits of microseconds and of an id.
const DIGITS: (usize, usize) = (18, 32);

fn write((at, id): &Moment) -> String {
    format!("{:018}{}", at.as_micros(), id.uuid().simple())
}

fn read(written: Written<'_>) -> Result<Moment> {
    let (at, id) = written.split_at_checked(DIGITS.0).unwrap_or_default();
    let moment = at.parse().ok().zip(Uuid::try_parse(id).ok());
    let moment = moment.map(|(at, id)| (Timestamp::from_micros(at), OrderId::from_uuid(id)));
    moment.ok_or_else(|| db::Error::other("moments of orders are not written as they should be"))
}

/// All that are in a text.
fn moments(text: &str) -> impl Iterator<Item = Written<'_>> {
    let length = DIGITS.0 + DIGITS.1;
    (0..text.len() / length).filter_map(move |nth| text.get(nth * length..(nth + 1) * length))
}

/// What is known of the next orders that have all words.
#[derive(Debug)]
pub(crate) struct Next {
    /// Those of the rarest word, but for those that lack another one, in the order of the list.
    pub(crate) orders: Vec<Moment>,
    /// Whether they have the others is known but for these; where there are none, they have all.
    pub(crate) left: Words,
    /// All are known up to here; where it is nothing, to the end.
    pub(crate) until: Option<Moment>,
}

/// The orders of one word, as far as they were read, the oldest first.
#[derive(Debug, Default)]
struct OfWord<'a> {
    spelled: Vec<Spelled>,
    orders: Vec<Written<'a>>,
    until: Option<Written<'a>>,
}

/// The direction of a list.
#[derive(Debug, Clone, Copy)]
struct Way {
    goes_down: bool,
}
impl Way {
    /// Whether the one comes before the other.
    fn is_before(self, a: Written<'_>, b: Written<'_>) -> bool {
        if self.goes_down { a > b } else { a < b }
    }
    /// Whether all orders are known up to this one, where they are up to there.
    fn reaches(self, until: Option<Written<'_>>, order: Written<'_>) -> bool {
        until.is_none_or(|until| !self.is_before(until, order))
    }
}

/// The next orders after a moment, or before it where it `goes_down`, that have words that begin with each of these. No more
/// than so many rows are read for all words together. Nothing, where the words are spelled in more ways than are read one by
/// one, or too many know no time.
pub(crate) async fn next(
    db: &Db,
    asked: &[String],
    after: Moment,
    goes_down: bool,
    rows: i64,
) -> Result<Option<Next>> {
    let statement: &Sql = if goes_down { &NEWEST } else { &OLDEST };
    let mut values = beginnings(asked);
    values.extend([after.0.into(), after.1.into(), rows.into()]);
    let mut at_most = 0;
    let mut texts: Vec<OfSpelling> = Vec::new();
    for row in db.query(statement, &values).await? {
        match row.get::<Option<i64>>("spelling")? {
            Some(spelling) if spelling >= 0 => texts.push(OfSpelling {
                nth: spelling / PLACES / KINDS,
                kind: spelling / PLACES % KINDS,
                word: row.get("word")?,
                moments: row.get::<Option<String>>("moments")?.unwrap_or_default(),
            }),
            Some(told) => at_most = -1 - told,
            None => return Ok(None),
        }
    }
    let timeless = texts.iter().filter(|of_spelling| of_spelling.word.is_none()).count();
    if timeless >= TIMELESS_MAX || at_most < FEWEST {
        return Ok(None);
    }
    let way = Way { goes_down };
    let words = of_words(&texts, asked.len().min(ASKED_MAX), &write(&after), at_most as usize, way);
    of_rarest(words, way).map(Some)
}

/// What was read of one word that begins with what is looked for; or of those without a time, whichever they are.
#[derive(Debug)]
struct OfSpelling {
    nth: i64,
    kind: i64,
    word: Option<String>,
    moments: String,
}

/// The orders of each word, however it is spelled.
fn of_words<'a>(
    spellings: &'a [OfSpelling],
    asked: usize,
    after: Written<'_>,
    at_most: usize,
    way: Way,
) -> Vec<OfWord<'a>> {
    let mut words: Vec<OfWord<'_>> = (0..asked).map(|_| OfWord::default()).collect();
    for OfSpelling { nth, kind, word: spelled, moments: text } in spellings {
        let Some(word) = usize::try_from(*nth).ok().and_then(|nth| words.get_mut(nth)) else { continue };
        let known = word.orders.len();
        word.orders.extend(moments(text).filter(|moment| way.is_before(after, moment)));
        let Some(spelled) = spelled else { continue };
        word.spelled.push(Spelled { nth: *nth, kind: *kind, word: spelled.clone() });
        let of_this = word.orders.get(known..).unwrap_or_default();
        let last = if way.goes_down { of_this.iter().min() } else { of_this.iter().max() };
        if let Some(last) = last.filter(|_| of_this.len() >= at_most)
            && way.reaches(word.until, last)
        {
            word.until = Some(last);
        }
    }
    for word in &mut words {
        word.orders.sort_unstable();
        word.orders.dedup();
    }
    words
}

/// The orders of the word that is known the furthest, but for those that are known to lack another one.
fn of_rarest(mut words: Vec<OfWord<'_>>, way: Way) -> Result<Next> {
    let furthest = |a: &OfWord<'_>, b: &OfWord<'_>| match (&a.until, &b.until) {
        (None, None) => a.orders.len().cmp(&b.orders.len()),
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) if way.goes_down => a.cmp(b),
        (Some(a), Some(b)) => b.cmp(a),
    };
    words.sort_by(furthest);
    let mut words = words.into_iter();
    let OfWord { orders, until, .. } = words.next().unwrap_or_default();
    let others: Vec<OfWord<'_>> = words.collect();
    let lacks = |order: Written<'_>| {
        others.iter().any(|word| way.reaches(word.until, order) && word.orders.binary_search(&order).is_err())
    };
    let known = orders.into_iter().filter(|order| way.reaches(until, order) && !lacks(order));
    let mut orders: Vec<Written<'_>> = known.collect();
    if way.goes_down {
        orders.reverse();
    }
    let is_left = |word: &OfWord<'_>| orders.iter().any(|order| !way.reaches(word.until, order));
    let left: Vec<Spelled> = others.into_iter().filter(is_left).flat_map(|word| word.spelled).collect();
    let left = Words::spelled(&left);
    let orders = orders.into_iter().map(read).collect::<Result<_>>()?;
    Ok(Next { orders, left, until: until.map(read).transpose()? })
}
